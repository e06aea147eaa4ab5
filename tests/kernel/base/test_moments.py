"""Hours typed by people, on ordinary days and on the nights the clocks change."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.kernel.base.clock import PARIS, paris
from osmose.kernel.base.moments import read_moment, write_moment
from osmose.kernel.base.refused import Refused

# The clocks go forward on 29 March 2026 at 02:00, back on 25 October 2026 at 03:00.
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
around = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes),
    st.sampled_from([SPRING, AUTUMN, datetime(2026, 7, 14, 12, tzinfo=UTC)]),
    st.integers(-36 * 60, 36 * 60),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


NOON = at("2026-11-23 12:00")


@given(around)
def test_what_is_written_is_read_back(instant: datetime) -> None:
    assert read_moment(write_moment(instant), now=instant + timedelta(days=3)) == instant


@given(around, st.integers(0, 23), st.integers(0, 59))
def test_an_hour_alone_is_the_last_one_that_was_on_the_clock(now: datetime, hour: int, minute: int) -> None:
    typed = f"{hour:02}:{minute:02}"
    try:
        read = read_moment(typed, now=now)
    except Refused:
        assert hour == 2, "only the hour of the change may be refused"
        with pytest.raises(Refused, match="moment") as refused:
            read_moment(typed, now=now)
        assert re.search("n’existe pas le|a eu lieu deux fois", refused.value.sentence)
        return
    assert read <= now
    assert (paris(read).hour, paris(read).minute) == (hour, minute)
    later = [read + timedelta(minutes=m) for m in range(1, int((now - read).total_seconds() // 60) + 1)]
    assert all((paris(i).hour, paris(i).minute) != (hour, minute) for i in later)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("23/11/2026 09:05", "2026-11-23 09:05"),
        ("1/2/2026 à 9h05", "2026-02-01 09:05"),
        ("  9 h 05 ", "2026-11-23 09:05"),
        ("12:00", "2026-11-23 12:00"),
        ("12:01", "2026-11-22 12:01"),
        ("23:50", "2026-11-22 23:50"),
        ("09:05 hiver", "2026-11-23 09:05"),
        ("14/07/2026 09:05 été", "2026-07-14 09:05"),
    ],
)
def test_hours_as_people_write_them(typed: str, read: str) -> None:
    assert read_moment(typed, now=NOON) == at(read)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("hier", "Écrivez l’heure comme 14:05, ou le jour et l’heure comme 23/11/2026 14:05."),
        ("25:00", "Cette heure n’existe pas"),
        ("14:60", "Cette heure n’existe pas"),
        ("31/02/2026 14:05", "Cette date n’existe pas"),
        ("29/03/2026 02:30", "Écrivez 03:30 si vous lisiez une pendule déjà à l’heure d’été, 01:30 sinon."),
        ("29/03/2026 02:30 été", "02:30 n’existe pas le 29/03/2026"),
        ("25/10/2026 02:30", "«\u202f02:30 été\u202f» avant le changement d’heure, «\u202f02:30 hiver\u202f» après"),
        ("09:05 été", "n’était pas à l’heure d’été"),
        ("٠٩:٠٥", "Écrivez l’heure comme 14:05"),
    ],
)
def test_what_cannot_be_says_how_to_write_it(typed: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_moment(typed, now=NOON)
    assert sentence in refused.value.sentence


def test_the_hour_that_comes_twice_says_which() -> None:
    summer, winter = (read_moment(f"25/10/2026 02:30 {season}", now=NOON) for season in ("été", "hiver"))
    assert winter - summer == timedelta(hours=1)


def test_between_the_two_only_the_first_has_been() -> None:
    now = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45 in summer time: the second 02:30 is to come
    assert read_moment("02:30", now=now) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_morning_after_the_skipped_hour_is_not_taken_for_the_day_before() -> None:
    with pytest.raises(Refused, match="moment"):
        read_moment("02:30", now=at("2026-03-29 10:00"))
    assert read_moment("02:30", now=at("2026-03-29 01:30")) == at("2026-03-28 02:30")
