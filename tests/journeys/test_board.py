"""The board as those who live in it use it: live, by keyboard, on a phone, without scripts."""

from typing import Any

import pytest

from osmose.accounts.rules.presence import PresenceMeaning
from osmose.encounters import actions
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason, Watch, WatchLevel
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.workspace.board import drawing
from tests.cast import Character
from tests.encounters.clicks import ask, click, note
from tests.encounters.test_relays import offer
from tests.factories.encounters import encounter, exited, request
from tests.factories.sectors import assign
from tests.journeys.people import Journey
from tests.notifications.telling import is_there

pytestmark = pytest.mark.django_db(transaction=True)
CRISIS, FREE = PresenceMeaning.CRISIS, PresenceMeaning.AVAILABLE
LONG = ("FICTIVE-DE-LA-ROCHE", "MARIE-ANTOINETTE")


@pytest.fixture
def evening(journey: Journey) -> list[Encounter]:
    """Twelve patients: one waits for psychiatry, one is préoccupant."""
    drawing.cache.clear()
    hospitals = journey.hospitals
    pecs = [
        encounter(unit=hospitals.sau, birth_name=f"FICTIVE{'ABCDEFGHIJKL'[n]}", motif=f"Motif {n}") for n in range(12)
    ]
    request(pecs[5], "psychiatry", unit=hospitals.emp)
    note(Character(hospitals.users["agent1"]), pecs[8], "concern", Concern((ConcernReason.RUNAWAY,)))
    return pecs


def is_busy(journey: Journey, pec: Encounter) -> None:
    """As full a card as those of the demonstration: préoccupant, watched, psychiatry waited for, exams."""
    claire, emp = journey.claire.character, journey.hospitals.emp
    note(claire, pec, "concern", Concern((ConcernReason.SUICIDAL,)))
    note(claire, pec, "watch", Watch(WatchLevel.QUARTERLY, clock.now(), "Dr Ferrer"))
    request(pec, "psychiatry", unit=emp)
    for kind, status in (("somatic", "done"), ("imaging", "done"), ("biology", "asked")):
        request(pec, kind, status)


def names(person: Any) -> list[str]:
    found: list[str] = person.page.locator("[data-row] .row-name").all_inner_texts()
    return found


def test_the_preoccupant_leads_then_who_waits_for_psychiatry(journey: Journey, evening: list[Encounter]) -> None:
    claire = journey.claire.opens("/pec/").sees("1 attend la psychiatrie", "Fugue")
    assert names(claire)[:2] == ["FICTIVEI Louise", "FICTIVEF Louise"]


def test_a_row_changes_before_the_eyes_and_marks_itself(journey: Journey, evening: list[Encounter]) -> None:
    claire, nurse = journey.claire.opens("/pec/"), Character(journey.hospitals.users["agent2"])
    claire.page.locator(f"#pec-{evening[3].pk} a.row-name").focus()
    claire.page.evaluate("() => document.documentElement.scrollTo(0, 40)")
    click(actions.set_motif, nurse, evening[2], motif="Fièvre au retour")
    claire.sees("Fièvre au retour")
    claire.page.locator(f"#pec-{evening[2].pk}[data-fresh]").wait_for()
    assert claire.page.locator("[data-fresh]").count() == 1
    focused = claire.page.evaluate("() => document.activeElement.closest('[data-row]')?.id")
    assert focused == f"pec-{evening[3].pk}"
    new = encounter(unit=journey.hospitals.sau, birth_name="ARRIVEE")
    claire.page.locator(f"#pec-{new.pk}[data-fresh]").wait_for()
    click(actions.exit_encounter, nurse, evening[0], mode=None, at=None)
    claire.page.locator(f"#pec-{evening[0].pk}").wait_for(state="detached")
    claire.is_accessible()


def test_chips_and_filters_lead_and_let_go(journey: Journey, evening: list[Encounter]) -> None:
    exited(evening[0])
    claire = journey.claire.opens("/pec/").clicks("link", "Psy à voir")
    claire.is_at(r"/pec/\?portee=actives&psy=a-voir").sees("FICTIVEF").does_not_see("FICTIVEB")
    claire.clicks("link", "Psy à voir").is_at(r"/pec/\?portee=actives$").sees("FICTIVEB")
    claire.clicks("link", "Non clôturées").sees("FICTIVEA", "Vous regardez aussi les patients sortis", "Sorti ")
    claire.page.get_by_label("État").select_option(label="Préoccupants")
    claire.is_at(r".*etat=preoccupants.*").sees("FICTIVEI").does_not_see("FICTIVEB")
    assert "unite" not in claire.page.url
    claire.clicks("link", "Tout effacer").is_at(r"/pec/\?portee=actives$").sees("FICTIVEB")
    claire.clicks("link", "Psy interrompues").sees("Aucune prise en charge avec ces filtres").is_accessible()
    claire.clicks("link", "Voir les PEC actives").sees("FICTIVEB")


def test_where_is_patient_x_in_one_gesture(journey: Journey, evening: list[Encounter]) -> None:
    claire = journey.claire.opens("/pec/").sees("En direct").presses("/")
    claire.page.locator("#board-search input:focus").wait_for()
    claire.page.keyboard.type("fictiveg")
    claire.sees("1 patient correspond").does_not_see("FICTIVEB")
    assert "fictiveg" not in claire.page.url.lower()
    ask(Character(journey.hospitals.users["agent2"]), evening[6], "imaging")
    claire.sees("Demandée")  # the refresh searched again
    assert names(claire) == ["FICTIVEG Louise"]
    claire.is_accessible()
    claire.page.keyboard.press("Control+a")
    claire.page.keyboard.type("personne")
    claire.sees("Aucun patient ne correspond.").is_accessible()
    claire.clicks("link", "Effacer la recherche").sees("FICTIVEB")


def test_a_search_that_nobody_answered_is_asked_again(journey: Journey, evening: list[Encounter]) -> None:
    claire = journey.claire.opens("/pec/").sees("En direct")
    refused: list[Any] = []

    def refuse_once(route: Any) -> None:
        route.continue_() if refused else route.abort()
        refused.append(route)

    claire.page.route("**/pec/recherche/**", refuse_once)
    claire.types("Rechercher un patient de cette liste", "fictiveg").sees("1 patient correspond")
    claire.does_not_see("FICTIVEB").faults.clear()  # what a browser says of a request that failed


def test_a_view_is_kept_and_opens_the_board(journey: Journey, evening: list[Encounter]) -> None:
    claire = journey.claire.opens("/pec/?portee=actives&etat=preoccupants")
    claire.page.locator(".board-views summary").click()
    claire.is_accessible().types("Enregistrer les filtres affichés sous", "Mes soucis")
    claire.page.get_by_label("Ouvrir le tableau avec cette vue").check()
    claire.clicks("button", "Enregistrer la vue").opens("/pec/").sees("Vue «\u202fMes soucis\u202f»", "FICTIVEI")
    claire.does_not_see("FICTIVEB").clicks("link", "Voir toutes les PEC actives").sees("FICTIVEB")


def test_the_keyboard_is_enough(journey: Journey, evening: list[Encounter]) -> None:
    claire = journey.claire.opens("/pec/")
    for key in ("j", "j", "k", "j"):
        claire.presses(key)
    focused = claire.page.evaluate("() => document.activeElement.innerText")
    assert focused == names(claire)[1]
    claire.presses("?").sees("Raccourcis clavier").presses("Escape").presses("Enter")
    claire.is_at("/pec/[0-9a-f-]{36}/").sees("Fil de la prise en charge")


def test_a_click_anywhere_on_a_row_opens_it(journey: Journey, evening: list[Encounter]) -> None:
    claire = journey.claire.opens("/pec/")
    claire.page.locator(f"#pec-{evening[5].pk} .row-psy .badge").click()
    claire.is_at(f"/pec/{evening[5].pk}/")


@pytest.mark.parametrize("density", ["tableau", "fiches"])
def test_it_is_accessible_at_every_width(journey: Journey, evening: list[Encounter], density: str) -> None:
    journey.claire.opens(f"/pec/?portee=ouvertes&vue={density}").sees("FICTIVEF Louise").is_accessible_everywhere()


def test_eighteen_lines_and_ten_cards_fit_a_workstation(journey: Journey, evening: list[Encounter]) -> None:
    """Slow by what it puts on the board: a strip, a relais, thirty-three patients of whom ten have full cards."""
    hospitals, nurse = journey.hospitals, Character(journey.hospitals.users["agent3"])
    for _ in range(20):
        encounter(unit=hospitals.sau)
    # On a crowded night: four of the mobile team at work, and a relais that waits for an answer.
    for account, meaning in (("agent9", CRISIS), ("agent12", CRISIS), ("agent11", CRISIS), ("manager-psych", FREE)):
        is_there(Character(hospitals.users[account]), hospitals.emp, meaning)
    assign(nurse, evening[0])
    offer(nurse, journey.claire.character, [evening[0]])
    encounter(unit=journey.hospitals.sau, birth_name=LONG[0], first_name=LONG[1], motif="Agitation, propos délirants")
    for pec in evening[:10]:
        is_busy(journey, pec)
    for pec in (evening[0], evening[5]):
        request(pec, "box")
    shown = "[...document.querySelectorAll('[data-row]')]"
    fits = f"() => {shown}.filter(r => r.getBoundingClientRect().bottom <= 768).length"
    claire = journey.claire.opens("/pec/?portee=actives&vue=tableau").sees("vous propose 1 patient")
    strip = claire.page.locator("#team-strip[data-crowded]")
    strip.get_by_text("Cadre Nadia Ferrand").wait_for()
    assert strip.locator(".status-person", has_text="Entretien de crise").locator("b", has_text="3").is_visible()
    assert strip.bounding_box()["height"] < 40
    assert claire.page.evaluate(fits) >= 18
    cut = "e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1"
    row = claire.page.locator("[data-row]", has_text=LONG[0])
    assert not row.locator(".row-name").evaluate(cut), "a name is never cut"
    assert not row.locator(".row-motif .two-lines").evaluate(cut), "nor is a usual motif"
    claire.opens("/pec/?portee=actives&vue=fiches").sees("vous propose 1 patient")
    strip.get_by_text("Cadre Nadia Ferrand").wait_for()
    assert claire.page.evaluate(fits) >= 10
    for card in claire.page.locator("[data-row]").all()[:10]:
        assert card.locator(".badge:not(.row-unread)").count() >= 6
        for part in (".row-name", ".card-place", ".card-since .wait", ".card-badges", ".card-badges > *"):
            assert not any(one.evaluate(cut) for one in card.locator(part).all()), f"{part} is cut"


def test_the_board_works_without_scripts(journey: Journey, evening: list[Encounter]) -> None:
    claire = journey.person("claire", scripts=False).opens("/pec/")
    claire.page.get_by_label("État").select_option(label="Préoccupants")
    claire.clicks("button", "Filtrer").sees("FICTIVEI").does_not_see("FICTIVEB")
    claire.clicks("link", "Tout effacer")
    claire.page.locator("#board-search input[name=q]").fill("fictivec")
    claire.page.keyboard.press("Enter")
    claire.sees("1 patient correspond").does_not_see("FICTIVEB")
    claire.clicks("button", "Non clôturées").sees("FICTIVEC").does_not_see("FICTIVEB")


def test_when_the_link_is_lost_the_data_itself_looks_old_then_heals(journey: Journey, evening: list[Encounter]) -> None:
    claire = journey.claire.opens("/pec/").expects(503)
    claire.page.route("**/pec/lignes/**", lambda route: route.fulfill(status=503, body=""))
    claire.sees("reconnexion…")
    assert claire.page.evaluate("() => document.documentElement.dataset.link") == "down"
    claire.page.unroute("**/pec/lignes/**")
    claire.clicks("button", "Réessayer")
    claire.page.locator("#stale").wait_for(state="hidden")
