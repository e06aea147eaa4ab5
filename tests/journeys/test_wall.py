"""A screen on a wall: paired by a manager in one click, read from 4 m, up for weeks, out within the second.

Polls are a minute apart here: what is seen so soon was told by the stream.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from osmose.accounts.actions.presence import Wanted, say_status
from osmose.devices import actions
from osmose.devices.models import Screen
from osmose.devices.rules import Room, written
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock, french
from osmose.kernel.db.pool import drop_dead
from osmose.project.settings import testing_database
from tests.cast import Character
from tests.encounters.clicks import ask, note
from tests.factories.encounters import encounter, exited, place, request
from tests.factories.screens import issued
from tests.journeys.people import Journey, Person
from tests.origin import LiveOrigin

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


LIVE = "html[data-link=pushed]"


@pytest.fixture(autouse=True)
def rare_polls(settings: Any) -> None:
    settings.POLL_SECONDS = 60


@contextmanager
def no_database() -> Iterator[None]:
    """Every connection is cut, and none is let in."""
    name = sql.Identifier(testing_database.name())
    with psycopg.connect(os.environ[testing_database.SERVER], autocommit=True) as administrator:
        administrator.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        try:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [testing_database.name()]
            )
            yield
        finally:
            administrator.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
            connection.close()
            drop_dead()


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
    screen.page.set_default_timeout(15000)
    screen.opens("/mur/").types("Code", written(made.code)).clicks("button", "Afficher le mur").sees("En direct")
    screen.page.wait_for_selector(LIVE, timeout=15000)
    return screen, made.screen


def first_places(screen: Person) -> list[str]:
    found: list[str] = screen.page.locator("[data-wall-row]:visible th").all_inner_texts()
    return found


def test_a_manager_opens_a_screen_in_one_click_and_it_is_read_from_four_metres(
    journey: Journey, night: list[Encounter]
) -> None:
    samia = journey.samia.opens("/pec/")
    samia.page.locator("summary.person:not(.status)").click()
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
    screen.page.context.set_offline(True)
    screen.page.wait_for_selector("html[data-link=down]", timeout=12000)
    screen.sees("Données de ")
    screen.page.context.set_offline(False)
    screen.page.wait_for_selector(LIVE, timeout=15000)
    exited(night[0])
    screen.sees("Aucun patient en ce moment.", "En direct").is_accessible()
    screen.faults.clear()  # the browser's own « ERR_INTERNET_DISCONNECTED »


def test_a_nurses_click_is_on_the_wall_within_the_second(journey: Journey, night: list[Encounter]) -> None:
    screen, _ = hung(journey, room=Room.CORRIDOR)
    box = screen.page.locator("[data-wall-row]", has_text="Box 2")
    assert "demandée" not in box.text_content()
    ask(Character(journey.hospitals.users["agent1"]), night[1], "imaging")
    box.get_by_text("demandée").wait_for(state="attached", timeout=2500)


def test_without_the_stream_it_says_so_and_asks_by_itself(
    journey: Journey, night: list[Encounter], origin: LiveOrigin, settings: Any
) -> None:
    settings.POLL_SECONDS = 1
    screen, row = hung(journey)
    screen.expects(503)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(origin.stream.hub, "admit", busy)
        for one in list(origin.stream.hub.by_user[row.pk]):
            one.transport.abort()
        screen.sees("Plus en direct depuis ")
        for pec in night[1:]:
            exited(pec)
        screen.page.wait_for_function("() => document.querySelectorAll('[data-wall-row]').length === 1", timeout=8000)
    screen.page.wait_for_selector(LIVE, timeout=20000)
    screen.sees("En direct")
    screen.faults.clear()  # a stream that is cut is an error to the browser


async def busy(_screen: Any) -> str:
    return "busy"


def test_without_the_database_what_it_shows_is_said_to_be_old(journey: Journey, night: list[Encounter]) -> None:
    """The page's clock is moved: a heartbeat is missed after sixteen seconds."""
    screen, _ = hung(journey, is_hurried=True)
    with no_database():
        screen.page.clock.fast_forward(30_000)
        screen.page.wait_for_selector("html[data-link=down]", timeout=15000)
        screen.sees("Données de ")
        assert screen.page.locator("[data-wall-row]").count() == 20
    for _ in range(10):
        screen.page.clock.fast_forward(16_000)
        screen.page.wait_for_timeout(500)
        if screen.page.locator(LIVE).count():
            break
    screen.page.wait_for_selector(LIVE, timeout=15000)
    screen.sees("En direct")
    screen.faults.clear()


def test_withdrawn_it_goes_dark_within_the_second(journey: Journey, night: list[Encounter]) -> None:
    screen, row = hung(journey)
    screen.expects(401).sees("En direct")
    samia = Character(journey.hospitals.users["manager-sau"])
    actions.revoke_screen(actor=samia.actor, screen=row, now=clock.now())
    screen.page.get_by_text("Cet écran n’est plus autorisé").wait_for(timeout=5000)
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
    now = clock.now()
    at = now + timedelta(minutes=40)
    nurse = Character(journey.hospitals.users["agent9"])
    say_status(actor=nurse.actor, wanted=Wanted(code="crisis", is_usual=False, until=at), now=now)
    screen.sees(f"1 en entretien de crise jusqu’à\xa0~{french.time(at)}").is_accessible()
    assert screen.page.evaluate(_SMALL) == []
    denis.page.get_by_role("button", name="Fermer la salle de soins").click()
    screen.sees("Initiales fermées").does_not_see("L. F.", "Psy demandée", "Préoccupant")


def test_ten_thousand_updates_leave_neither_nodes_nor_memory_behind(journey: Journey) -> None:
    """Weeks of changes in a few seconds, through the path that a refresh takes: ten thousand of them last a while."""
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
