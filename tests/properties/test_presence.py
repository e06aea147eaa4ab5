"""Statuses over random days: over at the right hour and counted to the second, the nights clocks change too."""

import uuid
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.accounts.models import PresencePeriod
from osmose.accounts.operations import presence
from osmose.accounts.operations.presence import Said
from osmose.accounts.rules.presence import OVERLAP, PresenceMeaning, due_at, hours_of, one_of
from osmose.kernel.base.clock import PARIS, paris
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.rules import shift_at
from tests.cast import Hospitals

CAUSES = [uuid.UUID(int=1), uuid.UUID(int=2)]

SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=PARIS), datetime(2026, 10, 25, tzinfo=PARIS)
STARTS = (time(7), time(14), time(21))
near_a_change = st.builds(
    lambda night, minutes: night.astimezone(UTC) + timedelta(minutes=minutes),
    st.sampled_from([SPRING, AUTUMN]),
    st.integers(-1440, 2880),
)
shifts = st.lists(st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])), max_size=4, unique=True)


@given(starts=shifts, since=near_a_change)
def test_a_status_lasts_until_an_hour_after_a_handover_and_never_before_the_shift_ends(
    starts: list[time], since: datetime
) -> None:
    due = due_at(starts, since)
    assert due > since
    ends = due - OVERLAP
    assert shift_at(starts, ends).starts_at == ends  # an hour of handover
    assert ends >= shift_at(starts, since).ends_at
    # Never longer than the shift it belongs to, and the hour on each side of it.
    assert due - since <= timedelta(hours=25) + 2 * OVERLAP


@given(since=near_a_change, later=st.integers(0, 600))
def test_who_said_it_later_is_never_cleared_earlier(since: datetime, later: int) -> None:
    assert due_at(STARTS, since) <= due_at(STARTS, since + timedelta(minutes=later))


@given(starts_at=near_a_change, seconds=st.integers(0, 200_000))
def test_hours_cover_a_period_to_the_second_each_hour_once(starts_at: datetime, seconds: int) -> None:
    hours = hours_of(starts_at, starts_at + timedelta(seconds=seconds))
    assert sum(spent for _, spent in hours) == seconds
    assert all(0 < spent <= 3600 for _, spent in hours)
    assert [hour for hour, _ in hours] == sorted({hour for hour, _ in hours})


@given(since=near_a_change)
def test_local_instants_and_utc_give_the_same_answer(since: datetime) -> None:
    assert due_at(STARTS, paris(since)) == due_at(STARTS, since)
    end = since + timedelta(hours=5)
    assert hours_of(paris(since), paris(end)) == hours_of(since, end)


deeds = st.lists(
    st.tuples(
        st.sampled_from(["say", "leave", "enter", "end", "undo_enter", "undo_end", "clear"]),
        st.integers(0, 300),
        st.sampled_from(list(PresenceMeaning)),
        st.sampled_from(CAUSES),
    ),
    max_size=12,
)


@pytest.mark.django_db
@given(steps=deeds, since=near_a_change)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_nobody_has_two_statuses_at_once_and_hours_are_in_order(
    hospitals: Hospitals, steps: list[tuple[str, int, PresenceMeaning, uuid.UUID]], since: datetime
) -> None:
    user, unit, at = hospitals.users["agent9"].pk, hospitals.emp.pk, since
    with declared_transaction(actor_id=user):
        PresencePeriod.objects.all().delete()
    for deed, minutes, meaning, cause in steps:
        at += timedelta(minutes=minutes)
        with declared_transaction(actor_id=user):
            _do(deed, user, unit, cause, meaning, at)
        rows = list(PresencePeriod.objects.filter(user=user).order_by("starts_at", "ends_at"))
        assert sum(row.ends_at is None for row in rows) <= 1
        for row, following in pairwise(rows):
            assert row.ends_at is not None
            assert row.starts_at <= row.ends_at <= following.starts_at


def _do(deed: str, user: uuid.UUID, unit: uuid.UUID, cause: uuid.UUID, meaning: PresenceMeaning, at: datetime) -> None:
    if deed == "say":
        presence.say(user_id=user, unit_id=unit, said=Said(one_of((), meaning)), at=at)
    elif deed == "leave":
        presence.leave(user_id=user, at=at)
    elif deed == "enter":
        is_crisis = meaning is PresenceMeaning.CRISIS
        presence.enter_interview(user_id=user, unit_id=unit, cause_id=cause, is_crisis=is_crisis, at=at)
    elif deed == "end":
        presence.leave_interview(user_id=user, cause_id=cause, at=at)
    elif deed == "clear":
        presence.close_if_due(user_id=user, now=at)
    else:
        presence.put_back(user_id=user, cause_id=cause, is_with_a_patient=deed == "undo_enter")
