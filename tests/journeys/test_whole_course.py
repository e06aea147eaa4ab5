"""One patient from the call that announces them to the ambulance: expected, arrived, held by a sector, seen by
psychiatry in two times, decided for, given a bed, transferred. Three people, three browsers."""

import re
from datetime import timedelta

import pytest

from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Encounter
from osmose.encounters.queries.delays import delays_of
from osmose.kernel.base import clock, french
from osmose.kernel.events import timeline
from tests.factories.encounters import kinds
from tests.factories.sectors import in_charge, sector
from tests.journeys.people import Journey, Person
from tests.journeys.test_charge import in_sector
from tests.journeys.test_course import leaves
from tests.journeys.test_expected import PEC_PAGE
from tests.journeys.test_first_journey import group, pressed
from tests.journeys.test_interrupted_interview import line, says

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_announcement_to_the_transfer(journey: Journey) -> None:
    kinds(journey.hospitals.perpignan)
    sector(journey.hospitals.sau, "Box 3 à 4", "BOX-3", "BOX-4")
    pec = announced_then_here(journey.claire)
    held_by_a_sector(journey.claire, pec)
    seen_in_two_times(journey.claire, journey.martin, pec)
    decided_and_gone(journey.claire, journey.martin, pec)

    # What was clicked tells every delay of the passage.
    pec.refresh_from_db()
    assert (pec.status, pec.exit_mode) == ("sortie", "7")
    told = delays_of(timeline.of(pec.pk, limit=500), psychiatric={"psychiatry"})
    assert None not in (told.decision, told.bed, told.boarding, told.total)
    (psychiatry,) = told.psychiatry
    assert None not in (psychiatry.response, psychiatry.gross, psychiatry.net)
    assert psychiatry.interruptions == 1


def announced_then_here(claire: Person) -> Encounter:
    claire.opens("/pec/attendus/nouveau/").types("Arrivée prévue", "20 min").types("Motif", "Idées délirantes")
    claire.types("Annoncé par", "SAMU").types("Nom de naissance", "Fictive").types("Prénom", "Louise")
    claire.types("Date de naissance", "14 07 88").chooses("Sexe", "Femme").clicks("button", "Annoncer")
    claire.is_at("/pec/attendus/$").clicks("button", "Arrivé").is_at(PEC_PAGE).sees("FICTIVE Louise")
    return Encounter.objects.get()


def held_by_a_sector(claire: Person, pec: Encounter) -> None:
    """A sector is taken; whoever is put in one of its boxes is its holder's."""
    claire.opens("/pec/").sees("En direct").presses("s").sees("Box 3, Box 4")
    in_sector(claire, "Box 3 à 4", "Prendre").first.click()
    claire.sees("Secteur Box 3 à 4 pris (IDE)").opens(f"/pec/{pec.pk}/")
    group(claire, "Lieu, précision").get_by_role("button", name="Box 3").click()
    claire.sees("IDE Claire Morel")
    pressed(claire, "Lieu, précision", "Box 3")
    assert in_charge(pec, Referent.NURSE) == "Morel"
    claire.clicks("button", "Demandée\u202f: Équipe mobile")
    pressed(claire, "PEC psy", "Demandée")
    claire.opens("/pec/")
    says(claire, pec, "Demandée")


def seen_in_two_times(claire: Person, martin: Person, pec: Encounter) -> None:
    """Psychiatry comes, is interrupted, comes back and concludes."""
    martin.opens(f"/pec/{pec.pk}/").clicks("button", "Je commence")
    says(claire, pec, "En cours", "Martin D.")
    back = french.time(clock.now() + timedelta(minutes=30))
    line(martin).locator("summary", has_text="Interrompre").first.click()
    pause = martin.page.locator('form[action$="/entretiens/interruption/"]').first
    pause.get_by_label(re.compile("Reprise prévue")).fill(back)
    pause.get_by_role("button", name="Examen ou soin").click()
    says(claire, pec, "Interrompue", f"reprise {back}")
    martin.clicks("button", "Reprendre")
    says(claire, pec, "En cours")
    mine = martin.page.locator("li.interview", has_text="Martin Diaz")
    mine.locator("summary", has_text="Terminer").click()
    mine.get_by_label(re.compile("Conclusion")).fill("Hospitalisation libre acceptée.")
    mine.get_by_role("button", name="Terminer l’entretien").click()
    says(claire, pec, "Terminée")
    claire.sees("Décision attendue").is_accessible()


def decided_and_gone(claire: Person, martin: Person, pec: Encounter) -> None:
    """Decided, a bed, an ambulance, gone."""
    group(martin, "Décision").get_by_role("button", name="Psychiatrie, soins libres").click()
    pressed(martin, "Décision", "Psychiatrie, soins libres")
    claire.opens(f"/pec/{pec.pk}/").sees("Hospitalisation libre acceptée.")
    for asked, states in (("Lit d’aval", ("Demandé", "Obtenu")), ("Transport", ("Demandé", "Parti"))):
        for state in states:
            group(claire, asked).get_by_role("button", name=state, exact=True).click()
            group(claire, asked).get_by_role("button", name=state, exact=True, pressed=True).wait_for()
    claire.is_accessible()
    dialog = leaves(claire)
    dialog.get_by_text("Transfert vers un autre établissement").click()
    dialog.get_by_role("button", name="Enregistrer la sortie").click()
    claire.sees("Sortie enregistrée")
