"""What a row says of psychiatry: who is there, since when, when they come back; and the body beside it."""

from datetime import timedelta

import pytest

from osmose.encounters.models import Encounter
from osmose.kernel.base import clock, french
from osmose.kernel.web.templatetags.osmose import instant
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, begin, current, end, interrupt
from tests.factories.encounters import encounter
from tests.strict import StrictClient
from tests.workspace.board.reading import board

pytestmark = pytest.mark.django_db
DENSITIES = ("vue=tableau", "vue=fiches")


@pytest.fixture
def pec(claire: Character, hospitals: Hospitals) -> Encounter:
    found = encounter(unit=hospitals.sau)
    ask(claire, found, "psychiatry", unit=hospitals.emp, now=clock.now() - timedelta(minutes=50))
    return found


@pytest.mark.parametrize("density", DENSITIES)
def test_who_is_there_and_when_they_come_back(
    browser: StrictClient, martin: Character, nadia: Character, pec: Encounter, density: str
) -> None:
    first = begin(martin, pec)
    words = board(browser, density).words_of(pec).lower()
    assert "en cours" in words
    assert "martin d." in words
    begin(nadia, pec)
    back = clock.now() + timedelta(minutes=40)
    interrupt(martin, pec, first, "Motif qui ne regarde pas le couloir", expected_at=back)
    row = board(browser, density).row(pec)
    words = board(browser, density).words_of(pec)
    for said in ("Martin D., Nadia F.", f"reprise {french.time(back)}"):
        assert said in words, words
    assert "IDE Martin Diaz, Cadre Nadia Ferrand" in row, "in full, for whoever points at it"
    assert "ne regarde pas le couloir" not in row


@pytest.mark.parametrize("density", DENSITIES)
def test_once_over_nobody_is_there(browser: StrictClient, martin: Character, pec: Encounter, density: str) -> None:
    end(martin, pec, begin(martin, pec), "Conclusion qui ne regarde pas le couloir")
    row = board(browser, density).row(pec)
    assert "erminée" in row
    assert "Martin D." not in row
    assert "ne regarde pas le couloir" not in row


@pytest.mark.parametrize("density", DENSITIES)
def test_a_promise_and_a_delay_say_their_hour_and_the_wait_counts_from_the_request(
    browser: StrictClient, martin: Character, pec: Encounter, density: str
) -> None:
    hour = clock.now() + timedelta(minutes=30)
    for status, said in (("acknowledged", "vers"), ("deferred", "avant")):
        ask(martin, pec, "psychiatry", status, expected_at=hour, reason="Raison qui ne regarde pas le couloir")
        found = board(browser, density)
        assert f"{said} {french.time(hour)}" in found.words_of(pec)
        assert f'data-since="{instant(current(pec, "psychiatry").requested_at)}"' in found.row(pec)
        assert "ne regarde pas le couloir" not in found.row(pec)
        assert "1 attend la psychiatrie" in found.words


@pytest.mark.parametrize("density", DENSITIES)
def test_the_body_is_said_beside_psychiatry(
    browser: StrictClient, hugo: Character, pec: Encounter, density: str
) -> None:
    assert "omatique" not in board(browser, density).row(pec)
    ask(hugo, pec, "somatic", "asked")
    words = board(browser, density).words_of(pec)
    assert "omatique" in words
    assert "à faire" in words
    ask(hugo, pec, "somatic", "done", expected_at=clock.now() + timedelta(hours=3))
    words = board(browser, density).words_of(pec)
    assert "faite" in words
    assert "réévaluable dès" in words
