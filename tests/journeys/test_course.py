"""What comes after psychiatry, in the browser: a move to UHCD while it is pending, a decision, a bed, a transfer."""

from typing import Any

import pytest

from osmose.encounters.models import Encounter
from tests.factories.encounters import encounter, request
from tests.journeys.people import Journey
from tests.journeys.test_first_journey import group, pressed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rachid(journey: Journey) -> Encounter:
    made = encounter(unit=journey.hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Idées délirantes")
    request(made, "psychiatry", unit=journey.hospitals.emp)
    return made


def leaves(person: Any) -> Any:
    """Opens the dialog of the exit."""
    person.clicks("link", "Enregistrer la sortie")
    return person.page.get_by_role("dialog")


def test_a_move_to_uhcd_with_psychiatry_pending(journey: Journey, rachid: Encounter) -> None:
    claire, martin = journey.claire, journey.martin
    address = f"/pec/{rachid.pk}/"
    martin.opens(address)
    leaves(claire.opens(address)).get_by_role("button", name="Poursuivre à UHCD").wait_for()
    claire.sees("PEC psy demandée\u202f: la prise en charge continue").is_accessible()
    claire.clicks("button", "Poursuivre à UHCD")
    claire.sees("Prise en charge poursuivie\u202f: UHCD", "Chambre 1, lit 1")
    claire.does_not_see("Sortie enregistrée")
    pressed(claire, "PEC psy", "Demandée")

    martin.sees("Prise en charge poursuivie\u202f: UHCD")
    group(martin, "PEC psy").get_by_role("button", name="En cours").click()
    pressed(martin, "PEC psy", "En cours")
    pressed(claire, "PEC psy", "En cours")
    claire.opens("/pec/").sees("ABELLANOSA Rachid", "En cours").is_accessible()


def test_the_move_is_undone_and_the_patient_is_where_they_were(journey: Journey, rachid: Encounter) -> None:
    claire = journey.claire.opens(f"/pec/{rachid.pk}/")
    leaves(claire).get_by_role("button", name="Poursuivre à UHCD").click()
    claire.sees("Prise en charge poursuivie\u202f: UHCD").clicks("button", "Annuler")
    group(claire, "Lieu, précision").get_by_role("button", name="Box 3").wait_for()
    rachid.refresh_from_db()
    assert rachid.care_unit_id == journey.hospitals.sau.pk


def test_whoever_opened_the_dialog_first_learns_that_the_patient_is_at_uhcd(
    journey: Journey, rachid: Encounter
) -> None:
    claire, hugo = journey.claire.expects(409), journey.hugo
    address = f"/pec/{rachid.pk}/"
    dialog = leaves(claire.opens(address))
    dialog.get_by_role("button", name="Enregistrer la sortie").wait_for()
    leaves(hugo.opens(address)).get_by_role("button", name="Poursuivre à UHCD").click()
    hugo.sees("Prise en charge poursuivie\u202f: UHCD")
    dialog.get_by_text("Retour à domicile", exact=True).click()
    dialog.get_by_role("button", name="Enregistrer la sortie").click()
    claire.sees("Unité\u202f: quelqu’un a changé cette valeur entre-temps.")
    rachid.refresh_from_db()
    assert rachid.status == "active"


def test_psychiatry_decides_a_bed_is_found_and_the_ambulance_leaves(journey: Journey, rachid: Encounter) -> None:
    claire, martin = journey.claire, journey.martin
    address = f"/pec/{rachid.pk}/"
    for status in ("running", "done"):
        request(rachid, "psychiatry", status)
    claire.opens("/pec/").sees("Décision attendue").is_accessible()

    martin.opens(address)
    group(martin, "Décision").get_by_role("button", name="Psychiatrie, soins libres").click()
    pressed(martin, "Décision", "Psychiatrie, soins libres")
    martin.page.get_by_text("Où, par qui, précision").click()
    martin.types("Hôpital ou unité", "CH Thuir").types("Décidée par", "Dr Lucie Roux")
    martin.page.locator("#form-decision").get_by_role("button", name="Enregistrer").click()
    martin.sees("CH Thuir · décidée par Dr Lucie Roux", "CH Thuir, soins libres").is_accessible()

    claire.sees("CH Thuir, soins libres").opens(address)
    group(claire, "Lit d’aval").get_by_role("button", name="Demandé", exact=True).click()
    claire.sees("Lit d’aval demandé")
    group(claire, "Lit d’aval").get_by_role("button", name="Obtenu").click()
    pressed(claire, "Lit d’aval", "Obtenu")
    group(claire, "Décision").get_by_role("button", name="Retour à domicile").click()
    claire.sees("le lit obtenu l’était pour").is_accessible()
    group(claire, "Lit d’aval").get_by_role("button", name="Rendu").click()
    pressed(claire, "Lit d’aval", "Rendu")
    claire.page.get_by_text("le lit obtenu l’était pour").wait_for(state="hidden")
    group(claire, "Transport").get_by_role("button", name="Demandé", exact=True).click()
    claire.sees("Transport demandé")
    claire.opens("/pec/").sees("Domicile", "Transport").is_accessible()
