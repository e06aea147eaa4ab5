"""Screens that are told: a change comes by itself to whoever may see it, and takes nothing from under their hands.

Polls are an hour apart here: what is seen was pushed.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from osmose.encounters import actions
from osmose.encounters.actions import cancel_expected, withdraw_relay
from osmose.encounters.lifecycle.tracking import Ccmu, Concern, ConcernReason, Known, Treatment
from osmose.encounters.models import Encounter, Tracking
from osmose.indicators.models import Opening, Way
from osmose.kernel.base import clock
from osmose.kernel.events.models import Event
from osmose.workspace.board import drawing
from tests.cast import Character
from tests.encounters.clicks import click, note, noted
from tests.encounters.test_relays import offer
from tests.factories.encounters import encounter, request
from tests.factories.expected import announced
from tests.factories.sectors import assign
from tests.journeys.people import Journey, Person, hold
from tests.journeys.test_patient_page import button, pressed
from tests.origin import LiveOrigin

pytestmark = pytest.mark.django_db(transaction=True)
PUSHED = "() => document.documentElement.dataset.link === 'pushed'"
SOON = 20_000  # milliseconds: far less than a poll


@pytest.fixture(autouse=True)
def rare_polls(settings: Any) -> None:
    settings.POLL_SECONDS = 3600
    drawing.cache.clear()


@pytest.fixture
def pecs(journey: Journey) -> list[Encounter]:
    return [encounter(unit=journey.hospitals.sau, birth_name=f"FICTIVE{letter}") for letter in "ABCD"]


@pytest.fixture
def nurse(journey: Journey) -> Character:
    """Somebody else, at another workstation."""
    return Character(journey.hospitals.users["agent2"])


def live(person: Person, path: str) -> Person:
    person.page.goto(person.address + path)
    is_live(person.page)
    return person


def is_live(page: Any) -> None:
    page.wait_for_function(PUSHED)


def at_board(person: Person) -> Person:
    """Once the board has asked again for what changed while it was opening."""
    with person.page.expect_response("**/pec/lignes/**"):
        live(person, "/pec/")
    return person


def opened(person: Person, pec: Encounter) -> dict[str, str]:
    """What the page tells of how long its record took to come, once it is read."""
    with person.page.expect_request("**/ouvertures/") as told:
        row(person.page, pec).locator("a.row-name").click()
    return {name: value for name, value in parse_qsl(told.value.post_data) if name != "csrfmiddlewaretoken"}


def row(page: Any, pec: Encounter) -> Any:
    return page.locator(f"#pec-{pec.pk}")


def address(pec: Encounter) -> str:
    return f"/pec/{pec.pk}/"


def screens(origin: LiveOrigin, character: Character) -> int:
    return len(origin.stream.hub.by_user.get(character.user.pk, ()))


def wait_until(page: Any, answer: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not answer():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def test_a_row_changes_where_it_is_and_one_that_moves_has_its_list_asked(
    journey: Journey, pecs: list[Encounter], nurse: Character
) -> None:
    claire = at_board(journey.claire)
    page, asked = claire.page, []
    page.on("request", lambda sent: asked.append(sent.url) if "/pec/lignes/" in sent.url else None)
    page.evaluate(f"() => {{ document.getElementById('pec-{pecs[1].pk}').mine = true }}")
    row(page, pecs[1]).locator("a.row-name").focus()
    note(nurse, pecs[1], "ccmu", Ccmu.THREE)
    row(page, pecs[1]).locator(".ccmu").wait_for(timeout=SOON)
    assert row(page, pecs[1]).get_attribute("data-fresh") == ""
    page.wait_for_timeout(700)
    assert asked == []
    assert page.evaluate("() => document.activeElement.closest('[data-row]').mine")
    request(pecs[2], "psychiatry", unit=journey.hospitals.emp)
    new = encounter(unit=journey.hospitals.sau, birth_name="ARRIVEE")
    row(page, new).wait_for(timeout=SOON)
    claire.sees("1 attend la psychiatrie")
    assert page.locator("[data-row] .row-name").first.inner_text().startswith("FICTIVEC")
    click(actions.exit_encounter, nurse, pecs[0], mode=None, at=None)
    row(page, pecs[0]).wait_for(state="detached", timeout=SOON)


def test_who_is_expected_and_a_relais_are_told_above_the_list(journey: Journey, pecs: list[Encounter]) -> None:
    claire, nurse = at_board(journey.claire), Character(journey.hospitals.users["agent3"])
    chip = claire.page.locator(".board-chips .chip")
    chip.get_by_text("Attendus 0").wait_for()
    coming = announced(nurse, journey.hospitals.sau)
    chip.get_by_text("Attendus 1").wait_for(timeout=5 * SOON)
    cancel_expected(actor=nurse.actor, expected=coming, reason="Resté chez lui", now=clock.now())
    chip.get_by_text("Attendus 0").wait_for(timeout=5 * SOON)
    assign(nurse, pecs[1])
    relay = offer(nurse, claire.character, [pecs[1]])
    strip = claire.page.locator(".strips", has_text="vous propose 1 patient")
    strip.wait_for(timeout=5 * SOON)
    withdraw_relay(actor=nurse.actor, relay=relay, now=clock.now())
    strip.wait_for(state="detached", timeout=5 * SOON)


def test_nothing_enters_nor_leaves_under_a_moving_hand_or_an_open_menu(
    journey: Journey, pecs: list[Encounter], nurse: Character
) -> None:
    page = at_board(journey.claire).page
    box = row(page, pecs[3]).bounding_box()
    new = encounter(unit=journey.hospitals.sau, birth_name="ARRIVEE")
    for step in range(12):  # two seconds
        page.mouse.move(box["x"] + 200 + step * 10, box["y"] + 8)
        page.wait_for_timeout(150)
    assert row(page, new).count() == 0
    row(page, new).wait_for(timeout=SOON)
    page.locator(".board-views summary").click()
    click(actions.exit_encounter, nurse, pecs[0], mode=None, at=None)
    page.wait_for_timeout(1500)
    assert row(page, pecs[0]).count() == 1
    page.keyboard.press("Escape")
    row(page, pecs[0]).wait_for(state="detached", timeout=SOON)


def test_two_people_with_the_same_record_see_each_other_and_keep_what_they_type(
    journey: Journey, pecs: list[Encounter], nurse: Character
) -> None:
    claire = live(journey.claire, address(pecs[0]))
    hugo = live(journey.hugo, address(pecs[0]))
    claire.sees("Hugo F. consulte")
    hugo.page.locator("#composer textarea").press_sequentially("Plus calme")
    claire.sees("Hugo F. rédige une transmission").is_accessible()
    hugo.sees("Claire M. consulte")
    claire.page.locator("#edit-treatment summary").click()
    claire.page.fill("#text-treatment", "Loxapine")
    click(actions.set_motif, nurse, pecs[0], motif="Fièvre au retour")
    for person in (claire, hugo):
        person.page.get_by_text("Fièvre au retour").first.wait_for(timeout=SOON)
    assert claire.page.input_value("#text-treatment") == "Loxapine"
    assert claire.page.evaluate("() => document.activeElement.id") == "text-treatment"
    assert hugo.page.locator("#composer textarea").input_value() == "Plus calme"
    claire.opens("/pec/")
    hugo.page.locator(".company").wait_for(state="hidden")


def test_the_answer_to_a_click_in_flight_is_shown_whatever_was_pushed_meanwhile(
    journey: Journey, pecs: list[Encounter], nurse: Character
) -> None:
    claire = live(journey.claire, address(pecs[0])).expects(409)
    claire.page.locator("#edit-treatment summary").click()
    claire.page.fill("#text-treatment", "Loxapine")
    note(nurse, pecs[0], "treatment", Treatment(Known.YES, "Olanzapine"))
    claire.sees("Olanzapine")
    held = hold(claire.page, re.compile(r"/pec/[0-9a-f-]{36}/(?!fil)[a-z-]+/$"))
    claire.page.press("#text-treatment", "Enter")
    wait_until(claire.page, lambda: bool(held))
    click(actions.set_motif, nurse, pecs[0], motif="Fièvre au retour")
    claire.sees("Fièvre au retour")
    held.pop().continue_()
    claire.sees("Réunir les deux")
    # From the board: the patient leaves the list while the form of a note about them is on its way.
    at_board(claire)
    held = hold(claire.page, "**/note/")
    row(claire.page, pecs[1]).locator(".row-write").click()
    wait_until(claire.page, lambda: bool(held))
    claire.page.mouse.move(0, 0)
    click(actions.exit_encounter, nurse, pecs[1], mode=None, at=None)
    row(claire.page, pecs[1]).wait_for(state="detached", timeout=SOON)
    held.pop().continue_()
    claire.page.locator("#quick-body textarea").wait_for()


def test_a_second_click_on_a_line_waits_for_the_first_and_is_no_conflict_with_oneself(
    journey: Journey, pecs: list[Encounter], nurse: Character
) -> None:
    claire = live(journey.claire, address(pecs[0]))
    page, line = claire.page, claire.page.locator("#line-concern")
    held = hold(page, "**/suivi/**")
    line.get_by_role("button", name="Suicidaire").click()
    wait_until(page, lambda: bool(held))
    line.get_by_role("button", name="Violence").click()
    line.locator("[data-waiting]", has_text="Violence").wait_for()
    assert len(held) == 1
    held.pop().continue_()
    wait_until(page, lambda: bool(held))
    held.pop().continue_()
    for name in ("Suicidaire", "Violence"):
        line.get_by_role("button", name=name, pressed=True).wait_for(timeout=5 * SOON)
    claire.does_not_see("quelqu’un a changé")
    assert noted(pecs[0], "concern").reasons == (ConcernReason.SUICIDAL, ConcernReason.VIOLENCE)
    # The first is refused, since somebody else was faster: that is read first, and nothing more is sent.
    claire.expects(409)
    line.get_by_role("button", name="Fugue").click()
    wait_until(page, lambda: bool(held))
    line.get_by_role("button", name="Somatique").click()
    note(nurse, pecs[0], "concern", Concern((ConcernReason.RUNAWAY, ConcernReason.VIOLENCE)))
    held.pop().continue_()
    line.get_by_text("Garder le mien").wait_for()
    assert not held


@pytest.mark.parametrize("words", [("Tri 2", "Tri 2"), ("Tri 2", "Tri 4")], ids=["same", "another"])
def test_two_people_press_the_same_toggle_at_the_same_instant(
    journey: Journey, pecs: list[Encounter], words: tuple[str, str]
) -> None:
    """One wins, and the other is told whose click counts; both screens end as the database is."""
    people = [live(one, address(pecs[0])).expects(409) for one in (journey.claire, journey.hugo)]
    toggle = re.compile(r"/pec/[0-9a-f-]{36}/(?!fil)[a-z-]+/[?]revision=")
    held = [hold(person.page, toggle) for person in people]
    for person, word in zip(people, words, strict=True):
        button(person, "Tri", word).click()
    wait_until(people[0].page, lambda: all(held))
    for one in held:  # a few milliseconds apart
        one.pop().continue_()
    count = Event.objects.filter(subject_id=pecs[0].pk, kind="encounters.triage_changed").count
    wait_until(people[0].page, lambda: count() == 1, 20)
    value = str(Tracking.objects.get(encounter=pecs[0]).triage)
    for person in people:
        pressed(person, "Tri", value)
    if words[0] != words[1]:
        told = [person.page.locator("#msg-triage").inner_text for person in people]
        wait_until(people[0].page, lambda: sum(bool(words()) for words in told) == 1)
    assert count() == 1


def test_a_cut_network_is_said_and_mends_by_itself(journey: Journey, pecs: list[Encounter], nurse: Character) -> None:
    claire = at_board(journey.claire)
    claire.context.set_offline(True)
    claire.sees("Données de ", "reconnexion…")
    click(actions.set_motif, nurse, pecs[0], motif="Fièvre au retour")
    claire.context.set_offline(False)
    claire.sees("Fièvre au retour")
    is_live(claire.page)
    assert claire.page.locator("#stale").is_hidden()
    claire.faults.clear()  # what a browser says of a network that is not there


def test_a_stream_that_stops_is_said_and_nothing_of_it_is_missed(
    journey: Journey, pecs: list[Encounter], nurse: Character, origin: LiveOrigin
) -> None:
    claire = at_board(journey.claire).expects(503)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(origin.stream.hub, "admit", busy)
        for screen in list(origin.stream.hub.by_user[claire.character.user.pk]):
            screen.transport.abort()
        claire.sees("Plus en direct depuis ")
        click(actions.set_motif, nurse, pecs[0], motif="Fièvre au retour")
        claire.page.wait_for_timeout(300)
        claire.does_not_see("Fièvre au retour")
    is_live(claire.page)
    claire.sees("Fièvre au retour")
    assert claire.page.locator("#stale").is_hidden()
    claire.faults.clear()


def test_the_time_to_the_first_record_is_told_once(journey: Journey, pecs: list[Encounter]) -> None:
    claire = live(journey.claire, "/pec/")
    claire.page.wait_for_timeout(1000)
    told = opened(claire, pecs[0])
    assert told["way"] == "application"
    assert 1 <= int(told["seconds"]) <= 30
    assert claire.page.evaluate("() => document.cookie.match(/depart=([^;]*)/)[1]") == "-"
    again: list[str] = []
    claire.page.on("request", lambda sent: again.append(sent.url))
    claire.opens(address(pecs[1])).page.wait_for_timeout(2500)
    assert not [url for url in again if "ouvertures" in url]
    assert Opening.objects.get().way == Way.APPLICATION


async def busy(_screen: Any) -> str:
    return "busy"


def test_one_connection_for_all_tabs_taken_over_and_closed_with_the_session(
    journey: Journey, pecs: list[Encounter], nurse: Character, origin: LiveOrigin
) -> None:
    claire, who = at_board(journey.claire), journey.claire.character
    tabs = [claire.context.new_page() for _ in range(3)]
    for tab in tabs:
        tab.goto(f"{claire.address}/pec/")
        is_live(tab)
    assert screens(origin, who) == 1
    claire.page.close()
    note(nurse, pecs[0], "ccmu", Ccmu.THREE)
    for tab in tabs:
        row(tab, pecs[0]).locator(".ccmu").wait_for(timeout=SOON)
    wait_until(tabs[0], lambda: screens(origin, who) == 1)
    tabs[0].locator("summary.person:not(.status)").click()
    tabs[0].get_by_role("button", name="Se déconnecter").click()
    for tab in tabs[1:]:
        tab.wait_for_url("**/login**")
    wait_until(tabs[0], lambda: screens(origin, who) == 0)


def test_a_workstation_whose_clock_is_wrong_and_that_slept_a_night(
    journey: Journey, pecs: list[Encounter], nurse: Character
) -> None:
    claire = journey.claire
    claire.page.clock.install(time=clock.now() + timedelta(hours=3))
    at_board(claire)
    since = row(claire.page, pecs[0]).locator(".row-since [data-elapsed]")
    assert since.inner_text().startswith("1\u00a0h\u00a00")  # arrived an hour ago
    claire.context.set_offline(True)
    claire.sees("Données de ")
    click(actions.set_motif, nurse, pecs[0], motif="Fièvre au retour")
    claire.page.clock.fast_forward("09:00:00")
    claire.context.set_offline(False)
    claire.sees("Fièvre au retour")
    is_live(claire.page)
    wait_until(claire.page, lambda: since.inner_text().startswith("1\u00a0h\u00a00"))
    claire.faults.clear()


def test_a_tab_that_is_frozen_is_relieved_by_another(
    journey: Journey, pecs: list[Encounter], nurse: Character, origin: LiveOrigin
) -> None:
    claire, who = at_board(journey.claire), journey.claire.character
    other = claire.context.new_page()
    other.clock.install()
    other.goto(f"{claire.address}/pec/")
    is_live(other)
    (first,) = origin.stream.hub.by_user[who.user.pk]
    other.clock.fast_forward("01:00")  # nothing was heard of the first for a minute
    wait_until(other, lambda: list(origin.stream.hub.by_user.get(who.user.pk, ())) not in ([], [first]))
    wait_until(other, lambda: screens(origin, who) == 1)
    note(nurse, pecs[0], "ccmu", Ccmu.THREE)
    for page in (claire.page, other):
        row(page, pecs[0]).locator(".ccmu").wait_for(timeout=SOON)


def test_somebody_else_on_the_same_browser_hears_nothing_of_the_first(
    journey: Journey, pecs: list[Encounter], nurse: Character, origin: LiveOrigin
) -> None:
    claire, zoe = at_board(journey.claire), Character(journey.hospitals.users["agent15"])
    key = zoe.client().cookies["osmose"].value
    claire.context.add_cookies([{"name": "osmose", "value": key, "url": claire.address}])
    other = claire.context.new_page()
    other.goto(f"{claire.address}/pec/")
    is_live(other)
    note(nurse, pecs[0], "ccmu", Ccmu.THREE)
    row(claire.page, pecs[0]).locator(".ccmu").wait_for(timeout=SOON)
    assert (screens(origin, claire.character), screens(origin, zoe)) == (1, 1)
    assert "FICTIVE" not in other.content()
