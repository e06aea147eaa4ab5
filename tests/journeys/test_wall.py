"""A screen on a wall: paired by a manager in one click, read from 4 m, up for weeks, out within the second."""

import re
from datetime import timedelta
from typing import Any

import pytest

from osmose.devices import actions
from osmose.devices.models import Screen
from osmose.devices.rules import Room, written
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from tests.cast import Character
from tests.encounters.clicks import note
from tests.factories.encounters import encounter, exited, place, request
from tests.factories.screens import issued
from tests.journeys.people import Journey, Person

pytestmark = pytest.mark.django_db(transaction=True)

_SMALL = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  for (let node; (node = walker.nextNode()); ) {
    const parent = node.parentElement;
    const box = parent.getBoundingClientRect();
    const isRead = node.textContent.trim() && box.width > 2 && box.height > 2;
    const isSmall = parseFloat(getComputedStyle(parent).fontSize) < 39.9;
    if (isRead && isSmall && !parent.closest("template, .vh, .skip")) small.push(node.textContent.trim());
  }
  return small;
}"""
# Whatever the wall was brought by a poll or by the stream goes through this event: ten thousand of them, two states.
_UPDATES = """async ([one, other, count]) => {
  for (let n = 0; n < count; n += 1) {
    document.dispatchEvent(new CustomEvent("osmose:wall", { detail: n % 2 ? one : other }));
    if (n % 250 === 0) await new Promise((done) => setTimeout(done));
  }
}"""


@pytest.fixture
def night(journey: Journey) -> list[Encounter]:
    """Twenty patients: nine boxes and eleven in the zones, five of them waiting for psychiatry."""
    hospitals, pecs = journey.hospitals, []
    for n in range(20):
        arrived_at = clock.now() - timedelta(minutes=17 * (n + 1))
        pec = encounter(unit=hospitals.sau, birth_name=f"FICTIVE{'ABCDEFGHIJKLMNOPQRST'[n]}", arrived_at=arrived_at)
        box = hospitals.place(f"BOX-{n + 1}") if n < 9 else None
        place(pec, hospitals.place("SAU" if box else ("AC", "AV", "SAS")[n % 3]), box)
        if n % 4 == 0:
            request(pec, "psychiatry", unit=hospitals.emp)
        if n % 3 == 0:
            request(pec, "imaging")
        if n % 5 == 0:
            request(pec, "biology")
            request(pec, "biology", "running")
        pecs.append(pec)
    claire = Character(hospitals.users["agent1"])
    note(claire, pecs[10], "concern", Concern((ConcernReason.SUICIDAL,)))
    return pecs


def hung(
    journey: Journey, *, size: str = "wide", room: Room = Room.CORRIDOR, is_hurried: bool = False, **more: Any
) -> tuple[Person, Screen]:
    """A screen let in by a code typed on it; `is_hurried`: the test moves its clock."""
    samia = Character(journey.hospitals.users["manager-sau"])
    made = issued(samia, journey.hospitals.sau, room=room, name=f"{room.label} {size}", **more)
    screen = journey.stranger(size=size)
    if is_hurried:
        screen.page.clock.install()
    screen.opens("/mur/").types("Code", written(made.code)).clicks("button", "Afficher le mur").sees("En direct")
    return screen, made.screen


def first_places(screen: Person) -> list[str]:
    found: list[str] = screen.page.locator("[data-wall-row]:visible th").all_inner_texts()
    return found


def test_a_manager_opens_a_screen_in_one_click_and_it_is_read_from_four_metres(
    journey: Journey, night: list[Encounter]
) -> None:
    samia = journey.samia.opens("/pec/")
    samia.page.locator("summary.person").click()
    samia.clicks("link", "Écrans muraux").clicks("button", "Ouvrir un écran dans SAU").sees("Montré cette seule fois")
    samia.is_accessible()
    code = samia.page.locator(".wall-issued-code").inner_text()
    screen = journey.stranger(size="wide").opens("/mur/").is_accessible()
    screen.types("Code", code.lower()).presses("Enter").sees("SAU · CH Perpignan", "En direct", "1/3")
    assert first_places(screen)[:2] == ["AV", "AV"]
    assert screen.page.evaluate(_SMALL) == []
    height = screen.page.evaluate("() => document.documentElement.scrollHeight")
    assert height <= 1080
    for theme in ("light", "night"):
        screen.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
        screen.is_accessible()
    samia.opens("/mur/appareils/").sees("En marche")


def test_everybody_has_a_turn_and_the_turning_can_be_stopped(journey: Journey, night: list[Encounter]) -> None:
    screen, _ = hung(journey, is_hurried=True)
    page, seen = screen.page, []
    for turn in ("1/3", "2/3", "3/3"):
        assert page.locator("[data-wall-page]").inner_text() == turn
        seen += first_places(screen)
        page.clock.fast_forward(10_000)
    assert len(seen) == 20
    assert page.locator("[data-wall-page]").inner_text() == "1/3"
    screen.clicks("button", "Arrêter le défilement")
    page.clock.fast_forward(10_000)
    assert page.locator("[data-wall-page]").inner_text() == "1/3"
    assert page.get_by_role("button", name="Arrêter le défilement").get_attribute("aria-pressed") == "true"


def test_the_wall_follows_its_unit_and_says_when_it_does_not(journey: Journey, night: list[Encounter]) -> None:
    screen, _ = hung(journey)
    for pec in night[1:]:
        exited(pec)
    screen.page.wait_for_function("() => document.querySelectorAll('[data-wall-row]').length === 1")
    screen.expects(0)
    screen.page.context.set_offline(True)
    screen.page.wait_for_selector("html[data-link=down]", timeout=12000)
    assert "Pas en direct depuis" in screen.page.locator("[data-wall-live]").inner_text()
    screen.page.context.set_offline(False)
    screen.page.wait_for_selector("html[data-link=up]", timeout=8000)
    exited(night[0])
    screen.sees("Aucun patient en ce moment.", "En direct").is_accessible()
    screen.faults.clear()  # the browser's own « ERR_INTERNET_DISCONNECTED »


def test_withdrawn_it_goes_dark_within_the_second(journey: Journey, night: list[Encounter]) -> None:
    screen, row = hung(journey)
    screen.expects(401).sees("En direct")
    samia = Character(journey.hospitals.users["manager-sau"])
    actions.revoke_screen(actor=samia.actor, screen=row, now=clock.now())
    screen.page.get_by_text("Cet écran n’est plus autorisé").wait_for(timeout=2500)
    assert not screen.page.locator("[data-wall-row]").count()
    screen.is_accessible()


def test_on_a_phone_it_is_a_list(journey: Journey, night: list[Encounter]) -> None:
    screen, _ = hung(journey, size="phone")
    screen.sees("En direct").is_accessible()
    assert len(first_places(screen)) == 20


def test_a_staff_room_shows_initials_once_the_dpo_has_opened_it(journey: Journey, night: list[Encounter]) -> None:
    journey.samia.opens("/mur/appareils/").does_not_see("Salle de soins SAU")
    denis = journey.denis.opens("/mur/salles/").sees("Fermée")
    denis.page.get_by_label("Motif").first.fill("Salle fermée à clé, vue de personne d’autre")
    denis.page.get_by_role("button", name="Ouvrir la salle de soins de SAU").click()
    denis.sees("Ouverte depuis", "Salle fermée à clé").is_accessible()
    screen, _ = hung(journey, room=Room.STAFF_ROOM, theme="night")
    screen.sees("L. F.", "Psy demandée", "Préoccupant").is_accessible()
    assert screen.page.evaluate(_SMALL) == []
    assert screen.page.locator("html").get_attribute("data-theme") == "night"
    denis.page.get_by_role("button", name="Fermer la salle de soins").click()
    screen.sees("Initiales fermées").does_not_see("L. F.", "Psy demandée", "Préoccupant")


def test_ten_thousand_updates_leave_neither_nodes_nor_memory_behind(journey: Journey) -> None:
    """Weeks of changes in a few seconds, through the path that a poll takes."""
    for n in range(6):
        request(encounter(unit=journey.hospitals.sau), "imaging" if n % 2 else "psychiatry", unit=journey.hospitals.emp)
    screen, _ = hung(journey)
    page = screen.page
    one = page.evaluate("() => document.getElementById('wall-rows').outerHTML")
    # Somebody leaves, an exam begins, the look changes; then all of it comes back.
    leaving = re.findall(r"<tr data-wall-row.*?</tr>", one, re.DOTALL)[3]
    other = one.replace(leaving, "", 1).replace("demandée", "en cours", 1)
    other = other.replace('data-look="auto"', 'data-look="night"')
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")

    def weighed() -> dict[str, float]:
        tools.send("HeapProfiler.collectGarbage")
        found = {metric["name"]: metric["value"] for metric in tools.send("Performance.getMetrics")["metrics"]}
        return {name: found[name] for name in ("Nodes", "JSHeapUsedSize", "JSEventListeners")}

    page.evaluate(_UPDATES, [one, other, 200])
    before = weighed()
    page.set_default_timeout(30000)
    page.evaluate(_UPDATES, [one, other, 10000])
    after = weighed()
    assert after["Nodes"] <= before["Nodes"] * 1.2 + 50
    assert after["JSEventListeners"] <= before["JSEventListeners"]
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 1_000_000
    assert page.locator("[data-wall-row]").count() == 6
    screen.sees("En direct")
