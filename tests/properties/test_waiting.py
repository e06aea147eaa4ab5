"""Who waits for psychiatry, since when: right after any sequence of states, promises, delays and interviews."""

import contextlib
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.encounters import actions, queries
from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.waiting import Asked, Waits, is_over, is_to_see, psychiatric_meanings
from osmose.encounters.models import Encounter
from osmose.encounters.operations.founding import FOUNDING, PSYCHIATRY
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible, Refused
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click
from tests.factories import encounters as pecs

# What each state of psychiatry says: does somebody wait, is it over.
WAITS = {
    Meaning.NONE: (False, False),
    Meaning.WAITING: (True, False),
    Meaning.ACKNOWLEDGED: (True, False),
    Meaning.DEFERRED: (True, False),
    Meaning.RUNNING: (False, False),
    Meaning.PAUSED: (True, False),
    Meaning.DONE: (False, True),
    Meaning.ADVISED: (False, True),
    Meaning.CANCELLED: (False, False),
}
TABLE = next(kind.table for kind in FOUNDING if kind.code == PSYCHIATRY)
steps = st.lists(
    st.sampled_from([*(s.code for s in TABLE.statuses), "begin", "join", "interrupt", "resume", "end"]), max_size=9
)


def test_every_state_of_psychiatry_says_whether_somebody_waits() -> None:
    assert {status.meaning for status in TABLE.statuses} == set(WAITS)
    for meaning, (waits, over) in WAITS.items():
        asked = Asked(meaning, True, clock.now(), clock.now())
        said = psychiatric_meanings([asked])
        assert (asked.waits_since is not None, is_to_see(said), is_over(said)) == (waits, waits, over)


def _play(
    step: str, pec: Encounter, people: tuple[Character, Character, Character], now: datetime, unit: object
) -> None:
    claire, martin, nadia = people
    held = [h.row.pk for r in queries.course_of(pec).requests.values() for h in queries.interviews_of(r)]
    if step in ("begin", "join"):
        who = martin if step == "begin" else nadia
        click(actions.start_intervention, who, pec, kind=PSYCHIATRY, professionals=[], now=now)
    elif step in ("interrupt", "resume", "end") and held:
        last = {"intervention_id": held[-1], "now": now}
        if step == "interrupt":
            click(actions.interrupt_intervention, martin, pec, reason="Examen", expected_at=None, **last)
        elif step == "resume":
            click(actions.resume_intervention, martin, pec, **last)
        else:
            click(actions.end_intervention, martin, pec, conclusion="", **last)
    elif step in {s.code for s in TABLE.statuses}:
        ask(claire, pec, PSYCHIATRY, step, unit if step == "asked" else None, now=now)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_happens_the_wait_counts_from_the_request_and_stops_when_somebody_is_there(
    claire: Character, martin: Character, nadia: Character, hospitals: Hospitals, told: list[str]
) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    at, asked_at = clock.now() - timedelta(minutes=50), None
    for step in ["asked", *told]:
        at += timedelta(minutes=1)
        with contextlib.suppress(Refused, NotVisible):
            before = _meaning(pec)
            _play(step, pec, (claire, martin, nadia), at, hospitals.emp)
            if step == "asked" and WAITS[before] != (True, False):
                asked_at = at
            if step == "asked" and before is Meaning.NONE:
                asked_at = at
    (row,) = [row for row in queries.open_of(claire.actor, clock.now()) if row.id == pec.pk]
    meaning = _meaning(pec)
    waits, over = WAITS[meaning]
    assert (row.waits.psychiatry is not None, is_over(row.psychiatry)) == (waits, over)
    if waits:
        assert row.waits == Waits(asked_at)
    held = [h for r in queries.course_of(pec).requests.values() for h in queries.interviews_of(r)]
    if any(h.row.ended_at is None for h in held):
        assert meaning in (Meaning.RUNNING, Meaning.PAUSED)


def _meaning(pec: Encounter) -> Meaning:
    requests = queries.course_of(pec).requests
    return requests[PSYCHIATRY].state.meaning if PSYCHIATRY in requests else Meaning.NONE
