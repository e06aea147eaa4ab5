"""What interviews say of a request together, whatever the order in which they go."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.interviews import (
    Interview,
    InterviewState,
    Pause,
    require_coming,
    standing,
    together,
)
from tests.encounters.clicks import refused

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@st.composite
def interview(draw: st.DrawFn) -> Interview:
    """Begun, interrupted any number of times, ended or not; hours in order, equal ones included."""
    gaps = draw(st.lists(st.integers(0, 30), min_size=1, max_size=7))
    hours, total = [], 0
    for gap in gaps:
        total += gap
        hours.append(at(total))
    started, *rest = hours
    ended = rest.pop() if rest and draw(st.booleans()) else None
    pauses = [
        Pause(begins, (rest[n + 1 : n + 2] or [ended])[0], draw(st.sampled_from([None, at(300), at(400)])))
        for n, begins in enumerate(rest)
        if n % 2 == 0
    ]
    return Interview(started, ended, tuple(pauses))


@given(st.lists(interview(), max_size=4))
def test_the_request_is_running_while_anybody_is_there_else_interrupted_while_anybody_comes_back(
    known: list[Interview],
) -> None:
    said, states = standing(known), {i.state for i in known}
    if not known:
        assert said is None
        return
    assert said is not None
    if InterviewState.RUNNING in states:
        assert said.meaning is Meaning.RUNNING
    elif InterviewState.PAUSED in states:
        assert said.meaning is Meaning.PAUSED
    else:
        assert (said.meaning, said.expected_at) == (Meaning.DONE, None)
    assert said.started_at == min(i.started_at for i in known)
    assert said.started_at <= said.since
    returns = [i.current_pause.expected_at for i in known if i.current_pause and i.current_pause.expected_at]
    assert said.expected_at == min(returns, default=None)


@given(st.lists(interview(), min_size=1, max_size=4), st.integers(0, 240))
def test_somebody_is_there_exactly_while_one_of_the_professionals_is(known: list[Interview], minute: int) -> None:
    def covered(spells: list[tuple[datetime, datetime | None]]) -> bool:
        return any(begins <= at(minute) and (ends is None or at(minute) < ends) for begins, ends in spells)

    assert covered(together(known)) is any(covered(i.spells()) for i in known)
    spells = together(known)
    assert all(before[1] is not None and before[1] < after[0] for before, after in itertools.pairwise(spells))


def test_the_night_the_clocks_go_back_hours_stay_in_order() -> None:
    before = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # 02:50, summer
    after = before + timedelta(minutes=20)  # 02:10, winter
    assert Interview(before, after).is_in_order()
    said = standing([Interview(before, None), Interview(after, None)])
    assert said is not None
    assert said.since == before


@pytest.mark.parametrize("minutes", [0, 1, 60 * 24 * 7])
def test_a_return_is_announced_from_this_minute_to_a_week(minutes: int) -> None:
    require_coming(at(minutes), at(0) + timedelta(seconds=30) if minutes == 0 else at(0))


def test_a_return_is_neither_past_nor_far() -> None:
    require_coming(None, at(0))
    with refused("Cette heure est déjà passée"):
        require_coming(at(-1), at(0))
    with refused("7 jours au plus"):
        require_coming(at(60 * 24 * 7 + 1), at(0))
