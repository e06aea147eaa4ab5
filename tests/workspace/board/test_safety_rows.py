"""On the board: introuvable leads, surveillance and restraint say their next hour, a death is quiet."""

import re
from datetime import timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import ExitMode
from osmose.encounters.lifecycle.tracking import (
    Concern,
    ConcernReason,
    Missing,
    Restraint,
    Triage,
    Watch,
    WatchCheck,
    WatchLevel,
)
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock, french
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, note
from tests.factories.encounters import encounter
from tests.strict import StrictClient
from tests.workspace.board.reading import board

pytestmark = pytest.mark.django_db
WORRY = Concern((ConcernReason.SUICIDAL,))


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau, birth_date=clock.now().date() - timedelta(days=9000))


def tone(row: str, word: str) -> str:
    found = re.search(rf'data-tone="(\w+)"[^>]*title="{word}', row)
    assert found, row
    return found[1]


def test_introuvable_leads_the_board_before_a_worry_and_has_its_chip(
    browser: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    worrying = encounter(unit=hospitals.sau)
    note(claire, worrying, "concern", WORRY)
    assert "Introuvables" not in board(browser).counts
    note(claire, pec, "missing", Missing(since=clock.now()))
    seen = board(browser)
    assert seen.order == [pec.pk, worrying.pk]
    assert seen.counts["Introuvables"] == "1"
    assert "Introuvable" in seen.words_of(pec)
    assert board(browser, "portee=actives&etat=introuvables").order == [pec.pk]
    note(claire, pec, "missing", None)
    assert board(browser).order == [worrying.pk, pec.pk]


def test_red_is_for_who_is_of_concern_a_minor_or_may_not_leave(
    browser: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    def seen_as(who: Encounter, value: Missing) -> str:
        note(claire, who, "missing", value)
        return tone(board(browser).row(who), "Introuvable")

    now = clock.now()
    assert seen_as(pec, Missing(since=now)) == "warning"
    assert seen_as(pec, Missing(since=now, is_constrained=True)) == "danger"
    note(claire, pec, "concern", WORRY)
    assert seen_as(pec, Missing(since=now)) == "danger"
    child = encounter(unit=hospitals.sau, birth_date=now.date() - timedelta(days=4000))
    assert seen_as(child, Missing(since=now)) == "danger"


def test_no_free_text_of_the_search_is_on_a_row(browser: StrictClient, claire: Character, pec: Encounter) -> None:
    note(claire, pec, "missing", Missing(clock.now(), None, "Parking nord", "Lucien", "Pull rouge", "Gendarmerie"))
    for view in ("tableau", "fiches"):
        row = board(browser, f"portee=actives&vue={view}").row(pec)
        assert not any(word in row for word in ("Parking", "Lucien", "rouge", "Gendarmerie"))


def test_the_exit_ends_it_and_its_cancelling_brings_it_back(
    browser: StrictClient, claire: Character, pec: Encounter
) -> None:
    note(claire, pec, "missing", Missing(since=clock.now()))
    click(actions.exit_encounter, claire, pec, mode=None, at=None)
    seen = board(browser, "portee=ouvertes")
    assert "Introuvable" not in seen.words_of(pec)
    assert "Introuvables" not in seen.counts
    click(actions.cancel_exit, claire, pec)
    assert "Introuvable" in board(browser).words_of(pec)


def test_a_surveillance_says_its_next_hour_and_the_browser_when_it_has_passed(
    browser: StrictClient, claire: Character, pec: Encounter
) -> None:
    now = clock.now()
    note(claire, pec, "watch", Watch(WatchLevel.QUARTERLY, now - timedelta(minutes=40)))
    late = board(browser).row(pec)
    assert french.time(now - timedelta(minutes=25)) in late
    assert 'data-late="15" data-due' in late
    note(claire, pec, "watch_check", WatchCheck(now))
    assert french.time(now + timedelta(minutes=15)) in board(browser).row(pec), "the click moved the row"
    note(claire, pec, "watch", Watch(WatchLevel.NONE, now))
    assert "Surv." not in board(browser).row(pec)


def test_a_restraint_says_when_it_is_seen_again_while_it_lasts(
    browser: StrictClient, claire: Character, pec: Encounter
) -> None:
    now = clock.now()
    on = Restraint("Dr Ferrer", "Agitation", now - timedelta(minutes=30), now + timedelta(minutes=30))
    note(claire, pec, "restraint", on)
    row = board(browser).row(pec)
    assert "Contention" in row
    assert french.time(on.due_at) in row
    assert "Agitation" not in row
    note(claire, pec, "restraint", Restraint(**{**on.__dict__, "ended_at": now}))
    assert "Contention" not in board(browser).row(pec)


def test_after_a_death_the_row_and_the_counts_are_quiet(
    browser: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    note(claire, pec, "concern", WORRY)
    note(claire, pec, "watch", Watch(WatchLevel.QUARTERLY, clock.now()))
    note(claire, pec, "triage", Triage.ONE)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    ask(claire, pec, "imaging")
    assert board(browser, "portee=ouvertes").counts["Psy à voir"] == "1"
    click(actions.exit_encounter, claire, pec, mode=ExitMode.DEATH, at=None)
    seen = board(browser, "portee=ouvertes")
    assert seen.counts["Psy à voir"] == "0"
    words, row = seen.words_of(pec), seen.row(pec)
    assert "Décédé" in words
    assert "Décès" in words
    assert not any(word in words for word in ("Suicidaire", "Demandée", "Surv.", "passage"))
    assert 'data-tone="danger"' not in row
    assert 'data-level="1"' not in row
    assert "data-since" not in row, "nothing ticks"
