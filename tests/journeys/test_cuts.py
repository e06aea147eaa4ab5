"""What happens to a workstation in a hospital: cuts, sleep, a wrong clock, many tabs, a proxy that keeps the stream.

Each time the page says that it is not live, keeps what is typed, and is true again without having been loaded again.
"""

from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle.tracking import Ccmu
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.kernel.events import tell
from osmose.stream import fanout
from osmose.workspace.board import drawing
from tests.cast import Character
from tests.encounters.clicks import click, note
from tests.factories.encounters import encounter
from tests.journeys.people import Journey, Person
from tests.journeys.proxy import buffering
from tests.journeys.test_live import address, is_live, row, screens, wait_until
from tests.origin import LiveOrigin

pytestmark = pytest.mark.django_db(transaction=True)
TYPED = "Plus calme, parle de sa sœur"
# What the page has said of its link since then; and a mark that a page loaded again would not have.
WATCH = """() => {
  window.mine = true; window.said = [];
  const stale = document.getElementById('stale');
  new MutationObserver(() => stale.hidden || window.said.push(stale.innerText))
    .observe(stale, {attributes: true, childList: true, subtree: true, characterData: true});
}"""


@pytest.fixture(autouse=True)
def rare_polls(settings: Any) -> None:
    settings.POLL_SECONDS = 60
    drawing.cache.clear()


@pytest.fixture
def pec(journey: Journey) -> Encounter:
    return encounter(unit=journey.hospitals.sau, birth_name="FICTIVE")


@pytest.fixture
def nurse(journey: Journey) -> Character:
    """Somebody else, at another workstation."""
    return Character(journey.hospitals.users["agent2"])


def watched(person: Person, path: str) -> Any:
    """A page that is live, whose words about its link are noted from now on."""
    person.page.goto(person.address + path, timeout=30000)
    is_live(person.page)
    person.page.evaluate(WATCH)
    return person.page


def said(page: Any, words: str) -> bool:
    return any(words in one for one in page.evaluate("() => window.said"))


def cut(origin: LiveOrigin, who: Character) -> None:
    """The stream of somebody breaks off without a word."""
    for screen in list(origin.stream.hub.by_user.get(who.id, ())):
        screen.transport.abort()


@pytest.mark.parametrize(
    ("away", "is_asleep"),
    [("00:10", False), ("10:00", False), ("10:00:00", False), ("10:00:00", True)],
    ids=["ten seconds", "ten minutes", "a night", "asleep"],
)
def test_a_network_that_comes_back_finds_the_page_true_and_the_words_kept(
    journey: Journey, origin: LiveOrigin, pec: Encounter, nurse: Character, away: str, is_asleep: bool
) -> None:
    """A workstation that slept is told nothing of its network: its connections are dead, and its clock has jumped."""
    claire = journey.claire
    claire.page.clock.install(time=clock.now())
    page = watched(claire, address(pec))
    page.locator("#composer textarea").press_sequentially(TYPED)
    if not is_asleep:
        claire.context.set_offline(True)
    cut(origin, claire.character)
    click(actions.set_motif, nurse, pec, motif="Fièvre au retour")
    page.clock.fast_forward(away)
    wait_until(page, lambda: said(page, "reconnexion…"), 15)
    claire.context.set_offline(False)
    page.get_by_text("Fièvre au retour").first.wait_for(timeout=20000)
    is_live(page)
    page.locator("#stale").wait_for(state="hidden")
    assert page.locator("#composer textarea").input_value() == TYPED
    assert page.evaluate("() => window.mine"), "the page was loaded again"
    claire.faults.clear()  # what a browser says of a network that is not there


def test_a_clock_that_is_put_right_under_an_open_page(journey: Journey, pec: Encounter, nurse: Character) -> None:
    """Three hours fast, put right, then five hours slow: the page counts from the server's hour all along."""
    claire = journey.claire
    claire.page.clock.install(time=clock.now() + timedelta(hours=3))
    page = watched(claire, "/pec/")
    since = row(page, pec).locator(".row-since [data-elapsed]")
    for hours, motif in ((0, "Fièvre au retour"), (-5, "Malaise"), (4, "Vertige")):
        page.clock.set_system_time(clock.now() + timedelta(hours=hours))
        wait_until(page, lambda: since.inner_text().startswith("1\u00a0h\u00a00"), 25)
        click(actions.set_motif, nurse, pec, motif=motif)
        row(page, pec).get_by_text(motif).wait_for(timeout=20000)
        is_live(page)
    assert page.evaluate("() => window.mine"), "the page was loaded again"
    claire.faults.clear()


def test_twenty_five_tabs_have_one_connection_and_all_hear_whichever_is_closed(
    journey: Journey, origin: LiveOrigin, pec: Encounter
) -> None:
    """Far more than the six connections that a browser opens to one address: with one each, the seventh would wait.

    Pages of the account, which show no list: each asks for its count again when it is told. Slow: so many pages. Two
    hundred connections at once are tried at the server (tests/stream/test_faults.py).
    """
    claire, who = journey.claire, journey.claire.character
    claire.opens("/compte/")
    claire.page.evaluate("() => { for (let tab = 1; tab < 25; tab++) window.open('/compte/'); }")
    wait_until(claire.page, lambda: len(claire.context.pages) == 25, 30)
    tabs = list(claire.context.pages)
    for tab in tabs:
        is_live(tab)
    assert screens(origin, who) == 1
    told: set[Any] = set()
    claire.context.on("request", lambda sent: told.add(sent.frame.page) if "?vu=" in sent.url else None)
    for _ in range(3):
        tabs.pop(0).close()  # it listened for the others
        wait_until(tabs[0], lambda: screens(origin, who) == 1, 20)
        is_live(tabs[0])
        told.clear()
        tell("inbox", who.id)
        wait_until(tabs[0], lambda: told >= set(tabs), 30)
    assert screens(origin, who) == 1


def test_a_page_that_is_refused_the_stream_says_so_and_goes_on_asking(
    journey: Journey, pec: Encounter, nurse: Character, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One connection too many of its user (429); later there is room."""
    settings.POLL_SECONDS = 1
    monkeypatch.setattr(fanout, "PER_USER", 0)
    page = journey.claire.expects(429).page
    page.goto(f"{journey.address}/pec/", timeout=30000)
    page.locator("#stale", has_text="Plus en direct depuis ").wait_for(timeout=20000)
    note(nurse, pec, "ccmu", Ccmu.THREE)
    row(page, pec).locator(".ccmu").wait_for(timeout=20000)
    monkeypatch.undo()
    is_live(page)


def test_a_proxy_that_keeps_the_stream_is_noticed_and_the_page_goes_on_asking(
    journey: Journey, origin: LiveOrigin, pec: Encounter, nurse: Character, settings: Any
) -> None:
    settings.POLL_SECONDS = 1
    with buffering(origin.url) as proxy:
        claire = journey.claire
        claire.page.clock.install(time=clock.now())
        page = claire.page
        page.goto(f"{proxy.url}/pec/", timeout=30000)
        assert proxy.held.wait(20)
        page.evaluate(WATCH)
        page.clock.fast_forward("00:40")  # no greeting, no heartbeat
        wait_until(page, lambda: said(page, "Plus en direct depuis "), 20)
        note(nurse, pec, "ccmu", Ccmu.THREE)
        row(page, pec).locator(".ccmu").wait_for(timeout=20000)  # asked for
        assert page.evaluate("() => document.documentElement.dataset.link") == "slow"
        proxy.is_holding = False
        is_live_again(page)
        page.locator("#stale").wait_for(state="hidden")
        assert page.evaluate("() => window.mine"), "the page was loaded again"
        page.goto("about:blank")
    claire.faults.clear()


def is_live_again(page: Any) -> None:
    """Once it tries anew, which it does when it has heard nothing for long."""
    page.clock.fast_forward("00:40")
    is_live(page)
