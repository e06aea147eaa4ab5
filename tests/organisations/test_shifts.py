"""Shifts: midnight, the night of spring, the night of autumn; pure rules."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.kernel.base.clock import PARIS
from osmose.organisations.rules import BACK, before, handed_over, named, shift_at

THREE = (time(7), time(14), time(21))
hours = st.lists(st.times(timezones=st.none()).map(lambda t: t.replace(second=0, microsecond=0)), max_size=6)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def wall(*at: int) -> datetime:
    return datetime(*at, tzinfo=PARIS).astimezone(UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("at", "starts", "ends"),
    [
        ((2026, 11, 24, 7, 0), (2026, 11, 24, 7), (2026, 11, 24, 14)),
        ((2026, 11, 24, 13, 59), (2026, 11, 24, 7), (2026, 11, 24, 14)),
        ((2026, 11, 24, 23, 30), (2026, 11, 24, 21), (2026, 11, 25, 7)),
        ((2026, 11, 25, 3, 0), (2026, 11, 24, 21), (2026, 11, 25, 7)),
        ((2027, 1, 1, 0, 0), (2026, 12, 31, 21), (2027, 1, 1, 7)),
    ],
)
def test_a_night_belongs_to_the_evening_it_began(
    at: tuple[int, ...], starts: tuple[int, ...], ends: tuple[int, ...]
) -> None:
    shift = shift_at(THREE, wall(*at))
    assert (shift.starts_at, shift.ends_at) == (wall(*starts), wall(*ends))


def test_the_night_of_spring_lasts_nine_hours_and_that_of_autumn_eleven() -> None:
    spring, autumn = shift_at(THREE, wall(2026, 3, 29, 1, 0)), shift_at(THREE, wall(2026, 10, 25, 1, 0))
    assert (spring.key, spring.ends_at - spring.starts_at) == ("20260328-2100", timedelta(hours=9))
    assert (autumn.key, autumn.ends_at - autumn.starts_at) == ("20261024-2100", timedelta(hours=11))
    for utc in range(19, 30):  # both 02:30 of that night are in the one shift
        at = datetime(2026, 10, 24, tzinfo=UTC) + timedelta(hours=utc, minutes=30)
        assert (shift_at(THREE, at) == autumn) is (at < autumn.ends_at)


def test_a_handover_at_an_hour_that_does_not_exist_is_made_when_it_has_passed() -> None:
    starts = (time(2, 30), time(14))
    shift = shift_at(starts, wall(2026, 3, 29, 5, 0))
    assert shift.starts_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "02:30 is skipped: the clock shows 03:30"
    assert shift.key == "20260329-0330"
    assert named(starts, shift.key, wall(2026, 3, 29, 8, 0)) == shift


def test_a_handover_at_an_hour_that_happens_twice_is_made_the_first_time_and_once() -> None:
    starts = (time(2, 30), time(14))
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert shift_at(starts, first).starts_at == shift_at(starts, second).starts_at == first


def test_for_an_hour_the_shift_that_ended_is_the_one_handed_over() -> None:
    evening = shift_at(THREE, wall(2026, 11, 24, 20, 0))
    assert handed_over(THREE, wall(2026, 11, 24, 20, 59)) == evening
    assert handed_over(THREE, wall(2026, 11, 24, 21, 5)) == evening
    assert handed_over(THREE, wall(2026, 11, 24, 22, 0)) == shift_at(THREE, wall(2026, 11, 24, 22, 0))


def test_a_shift_says_its_night() -> None:
    assert shift_at(THREE, wall(2026, 11, 24, 15)).words == "mar. 24 nov., de 14:00 à 21:00"
    assert shift_at(THREE, wall(2026, 11, 25, 3)).words == "nuit du mar. 24 nov. au mer. 25 nov., de 21:00 à 07:00"
    assert shift_at((), wall(2026, 11, 25, 3)).words == "mar. 24 nov., de 08:00 à 08:00"


@pytest.mark.parametrize("key", ["", "hier", "20200101-0700", "20261124-2101", "20991231-0700"])
def test_only_shifts_of_the_last_day_are_named(key: str) -> None:
    assert named(THREE, key, wall(2026, 11, 25, 3)) is None


@given(starts=hours, at=instants)
def test_every_instant_is_in_one_shift_and_shifts_follow_each_other(starts: list[time], at: datetime) -> None:
    shift = shift_at(starts, at)
    assert shift.starts_at <= at < shift.ends_at
    assert shift_at(starts, shift.starts_at) == shift
    assert before(starts, shift).ends_at == shift.starts_at
    assert named(starts, shift.key, at) == shift
    assert handed_over(starts, at) in (shift, before(starts, shift))
    assert shift.ends_at - shift.starts_at <= BACK + timedelta(hours=1)


@given(day=st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_the_three_shifts_of_a_day_make_it_whole(day: date) -> None:
    """Whatever the clocks do that night: the day from 07:00 to 07:00 is covered once."""
    at, total = wall(day.year, day.month, day.day, 7), timedelta()
    end = wall(*(day + timedelta(days=1)).timetuple()[:3], 7)
    while at < end:
        shift = shift_at(THREE, at)
        total += shift.ends_at - shift.starts_at
        at = shift.ends_at
    assert total == end - wall(day.year, day.month, day.day, 7)
