"""What a status of activity means, those a unit begins with, and when one is over by itself; pure Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from osmose.organisations.rules import shift_at

# How long around the hour of handover a person may still be, or already be, at work.
OVERLAP = timedelta(minutes=60)
# What an expected end may be ahead of now: a status is said for a shift.
FURTHEST = timedelta(hours=16)


class PresenceMeaning(StrEnum):
    """What a status means for those who look for somebody, whatever word the unit has for it."""

    label: str
    icon: str

    AVAILABLE = "available", "Disponible", "circle-check"
    INTERVIEW = "interview", "Entretien", "message-square-text"
    CRISIS = "crisis", "Entretien de crise", "shield-alert"
    MOVING = "moving", "En déplacement", "footprints"
    PHONE = "phone", "Au téléphone", "phone"
    PAUSE = "pause", "Pause", "coffee"
    ABSENT = "absent", "Absent", "user-x"

    def __new__(cls, value: str, label: str = "", icon: str = "") -> "PresenceMeaning":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.icon = label, icon
        return member

    @property
    def is_with_a_patient(self) -> bool:
        return self in (PresenceMeaning.INTERVIEW, PresenceMeaning.CRISIS)

    @property
    def is_on_site(self) -> bool:
        return self is not PresenceMeaning.ABSENT


class OnCallKind(StrEnum):
    """Whether who is called is in the hospital already, or comes from home."""

    label: str

    DUTY = "duty", "Garde"
    ON_CALL = "on_call", "Astreinte"

    def __new__(cls, value: str, label: str = "") -> "OnCallKind":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


@dataclass(frozen=True)
class Status:
    """A status that a unit offers: the word, what it means, and how long it usually lasts (None: nobody knows)."""

    code: str
    label: str
    meaning: PresenceMeaning
    usual_minutes: int | None = None


# What a unit begins with; an administrator makes the list its own.
_USUAL = {
    PresenceMeaning.INTERVIEW: 45,
    PresenceMeaning.CRISIS: 60,
    PresenceMeaning.MOVING: 30,
    PresenceMeaning.PHONE: 10,
    PresenceMeaning.PAUSE: 20,
}
FOUNDING = tuple(Status(m.value, m.label, m, _USUAL.get(m)) for m in PresenceMeaning)


def one_of(statuses: Iterable[Status], meaning: PresenceMeaning) -> Status:
    """The first status of that meaning that the unit offers; the founding one where it offers none."""
    founding = next(status for status in FOUNDING if status.meaning is meaning)
    return next((status for status in statuses if status.meaning is meaning), founding)


def due_at(starts: Sequence[time], since: datetime) -> datetime:
    """When a status said at that instant is over by itself: an hour after the end of the shift that it was said in.

    Said in the last hour of a shift, it belongs to the next one, whose people are already there. Compared in UTC: the
    nights the clocks change, a shift lasts an hour more or less.
    """
    return (shift_at(starts, since + OVERLAP).ends_at + OVERLAP).astimezone(UTC)


def hours_of(starts_at: datetime, ends_at: datetime) -> list[tuple[datetime, int]]:
    """The clock hours that a period touches (UTC), with its seconds in each; their sum is the whole period."""
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    found, at = [], starts_at.replace(minute=0, second=0, microsecond=0)
    while at < ends_at and starts_at < ends_at:
        following = at + timedelta(hours=1)
        found.append((at, int((min(following, ends_at) - max(at, starts_at)).total_seconds())))
        at = following
    return found
