"""A runaway and return: one click, what helps to look, it leads every board, « Retrouvé », the same PEC goes on."""

from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters.lifecycle.tracking import Concern, ConcernReason, Watch, WatchLevel
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock, french
from tests.cast import Character
from tests.encounters.clicks import note
from tests.factories.encounters import encounter
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def enzo(journey: Journey) -> Encounter:
    """Fourteen, préoccupant, looked at every quarter of an hour."""
    pec = encounter(
        unit=journey.hospitals.sau,
        birth_name="RIBEROLLE",
        first_name="ENZO",
        birth_date=clock.now().date() - timedelta(days=365 * 14 + 40),
        motif="Scarifications",
        arrived_at=clock.now() - timedelta(hours=2),
    )
    claire = Character(journey.hospitals.users["agent1"])
    note(claire, pec, "concern", Concern((ConcernReason.RUNAWAY,)))
    note(claire, pec, "watch", Watch(WatchLevel.QUARTERLY, clock.now() - timedelta(minutes=40)))
    encounter(unit=journey.hospitals.sau, birth_name="LARQUIER", arrived_at=clock.now() - timedelta(hours=5))
    return pec


def button(person: Any, group: str, word: str) -> Any:
    return person.page.get_by_role("group", name=group, exact=True).get_by_role("button", name=word, exact=True)


def first_row(person: Any) -> Any:
    return person.page.locator("[data-row]").first


def test_a_runaway_and_return(journey: Journey, enzo: Encounter) -> None:
    hugo = journey.hugo.opens("/pec/?portee=actives")
    claire = journey.claire.opens(f"/pec/{enzo.pk}/").sees("Sécurité")
    claire.page.locator("#band .badge-safety[data-band='late']", has_text="Surveillance").wait_for()
    button(claire, "Surveillance, faite", "Surveillance faite").click()
    claire.sees("Surveillance faite", "dernière à")
    claire.page.locator("#band .badge-safety[data-band='ok']", has_text="Surveillance").wait_for()

    # One click, and everybody knows.
    button(claire, "Introuvable", "Introuvable").click()
    claire.sees("Introuvable depuis", "Signalé introuvable").is_accessible()
    hugo.page.locator("[data-row] .badge-safety[data-tone='danger']", has_text="Introuvable").wait_for()
    assert "RIBEROLLE" in first_row(hugo).inner_text()
    hugo.is_accessible().clicks("link", "Introuvables 1")
    hugo.page.wait_for_url("**etat=introuvables**")

    # What helps to look for him, typed after.
    claire.page.locator("#edit-missing summary").click()
    seen = french.time(clock.now() - timedelta(minutes=12))
    claire.page.fill("#missing-seen", seen)
    claire.page.fill("#missing-place", "Parking des ambulances")
    claire.page.fill("#missing-clothing", "Sweat gris, un seul lacet")
    claire.page.fill("#missing-called", "Sécurité, sa mère")
    claire.is_accessible()
    claire.page.press("#missing-called", "Enter")
    claire.page.locator("#banners", has_text="Sweat gris, un seul lacet").wait_for()

    # The exit would say how; he comes back before.
    claire.clicks("link", "Enregistrer la sortie").sees("Parti comment\u202f?", "Remis à").is_accessible()
    claire.clicks("link", "Renoncer")
    claire.page.locator("#banners").get_by_role("button", name="Retrouvé").click()
    claire.sees("Retrouvé").page.locator("#banners", has_text="Introuvable").wait_for(state="detached")
    claire.page.locator("#fil .entry", has_text="Retrouvé").first.wait_for()
    hugo.opens("/pec/?portee=actives").does_not_see("Introuvable")

    # A child goes home with somebody.
    claire.expects(422).clicks("link", "Enregistrer la sortie").chooses("Mode de sortie", "Retour à domicile")
    claire.clicks("button", "Enregistrer la sortie").sees("écrivez à quel adulte il est remis").is_accessible()
    claire.page.fill("#handed_to", "Mme Riberolle, sa mère")
    claire.clicks("button", "Enregistrer la sortie").sees("remis à Mme Riberolle, sa mère", "Annuler la sortie")


def test_it_is_said_on_every_screen(journey: Journey, enzo: Encounter) -> None:
    samia = journey.samia.opens(f"/pec/{enzo.pk}/").sees("Sécurité")
    button(samia, "Introuvable", "Introuvable").click()
    samia.sees("Introuvable depuis").is_accessible_everywhere("phone", "wide")
    samia.page.locator("#edit-missing summary").click()
    samia.page.locator("#edit-restraint summary").click()
    samia.sees("Tenue, signes", "Prescrite par").is_accessible_everywhere("phone", "wide")
    samia.opens("/pec/?portee=actives").sees("Introuvable").is_accessible_everywhere("phone", "wide")
    samia.opens("/pec/?portee=actives&vue=fiches").sees("Introuvable depuis").is_accessible_everywhere("phone", "wide")


def test_it_all_works_without_scripts(journey: Journey, enzo: Encounter) -> None:
    claire = journey.person("claire", scripts=False).opens(f"/pec/{enzo.pk}/")
    button(claire, "Introuvable", "Introuvable").click()
    claire.sees("Introuvable depuis")
    claire.page.locator("#banners").get_by_role("button", name="Retrouvé").click()
    claire.page.locator("#fil .entry", has_text="Retrouvé").first.wait_for()
