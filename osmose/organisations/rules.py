"""The shifts of a unit from the hours at which they begin, across midnight and the nights the clocks change.

Hours are those of the clock on the wall. An hour that the spring night skips is when the clock shows it has passed;
one that the autumn night repeats is the first of the two: the night then lasts an hour more, and nothing is lost.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from osmose.kernel.base import french
from osmose.kernel.base.clock import PARIS, paris

# A unit without hours of its own hands over once a day.
ONCE_A_DAY = (time(8),)
# How long after the hour the shift that ended is still the one handed over.
LINGER = timedelta(minutes=60)
# The sheets that can still be opened: this shift and those of the day before it.
BACK = timedelta(hours=24)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shift:
    """From one hour of handover to the next."""

    starts_at: datetime
    ends_at: datetime

    @property
    def key(self) -> str:
        """« 20261124-2100 »: how an address names it."""
        return f"{paris(self.starts_at):%Y%m%d-%H%M}"

    @property
    def words(self) -> str:
        """« mar. 24 nov., de 14:00 à 21:00 », « nuit du mar. 24 nov. au mer. 25 nov., de 21:00 à 07:00 »."""
        hours = f"de {french.time(self.starts_at)} à {french.time(self.ends_at)}"
        first, last = paris(self.starts_at).date(), paris(self.ends_at).date()
        if first == last or self.ends_at - self.starts_at > timedelta(hours=16):
            return f"{french.day(self.starts_at)}, {hours}"
        return f"nuit du {french.day(self.starts_at)} au {french.day(self.ends_at)}, {hours}"


def shift_at(starts: Sequence[time], at: datetime) -> Shift:
    """The shift that this instant is in; its start belongs to it, its end to the next one."""
    hours = _boundaries(starts, paris(at).date())
    place = bisect_right(hours, at)
    return Shift(hours[place - 1], hours[place])


def before(starts: Sequence[time], shift: Shift) -> Shift:
    """The one that ended when this one began."""
    return shift_at(starts, shift.starts_at - timedelta(microseconds=1))


def handed_over(starts: Sequence[time], now: datetime) -> Shift:
    """The shift whose handover is made now: the one that has just ended for an hour, then the one that goes on."""
    current = shift_at(starts, now)
    has_just_begun = now - current.starts_at < min(LINGER, (current.ends_at - current.starts_at) / 2)
    return before(starts, current) if has_just_begun else current


def named(starts: Sequence[time], key: str, now: datetime) -> Shift | None:
    """The shift of that key, where it is this one or of the last day; None for anything else."""
    shift = shift_at(starts, now)
    oldest = now - BACK
    while True:
        if shift.key == key:
            return shift
        if shift.starts_at <= oldest:
            return None
        shift = before(starts, shift)


def _boundaries(starts: Sequence[time], around: date) -> list[datetime]:
    """Every hour of handover from two days before to two days after, in order, each once."""
    days = [around + n * _DAY for n in range(-2, 3)]
    return sorted({_instant(day, hour) for day in days for hour in starts or ONCE_A_DAY})


def _instant(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour.replace(second=0, microsecond=0, fold=0), tzinfo=PARIS).astimezone(UTC)
