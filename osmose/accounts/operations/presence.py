"""Statuses of activity: said by their person, set and put back by an interview, over with the shift.

Each needs an open action. One person's statuses are written one at a time (their account is locked), so that two clicks
at once leave one open status, the later one.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from osmose.accounts.models import PLACE_MAX, PresenceHour, PresencePeriod, PresenceStatus, User
from osmose.accounts.rules.presence import FOUNDING, FURTHEST, PresenceMeaning, Status, due_at, hours_of, one_of
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.telling import tell
from osmose.organisations.models import CareUnit

# Reduced by this many at once, so that no lock is held for long.
_BATCH = 1000
_UNDOABLE = timedelta(hours=1)


@dataclass(frozen=True)
class Said:
    """What a person says: a status, about when it ends (None: nobody knows), where (empty: not said)."""

    status: Status
    expected_at: datetime | None = None
    place: str = ""


def usual_end(status: Status, at: datetime) -> datetime | None:
    """About when a status said now usually ends in this unit."""
    return at + timedelta(minutes=status.usual_minutes) if status.usual_minutes else None


@operation
def say(*, user_id: uuid.UUID, unit_id: uuid.UUID, said: Said, at: datetime) -> PresencePeriod:
    """The person's status from now on, whatever it was. The same one again keeps its hour and takes the rest.

    An interview that goes on and is only called by its other name (« entretien », « entretien de crise ») still ends
    with it; any other status said meanwhile is the person's own, and no interview changes it. `Refused`: an end that is
    past or too far, a place too long.
    """
    _require_sound(said, at)
    current = _locked(user_id)
    meaning = said.status.meaning
    is_same_interview = current is not None and current.cause_id is not None and _is_interview(current)
    cause_id = current.cause_id if current is not None and is_same_interview and meaning.is_with_a_patient else None
    if current is not None and _is_the_same(current, unit_id, said.status):
        current.expected_at, current.place, current.cause_id = said.expected_at, said.place, cause_id
        current.save(update_fields=["expected_at", "place", "cause_id"])
        tell("presence", unit_id, user_id)
        return current
    return _follow(current, user_id=user_id, unit_id=unit_id, said=said, at=at, cause_id=cause_id)


@operation
def arrive(*, user_id: uuid.UUID, unit_id: uuid.UUID, at: datetime) -> None:
    """Who logs in is at work, and available; a status said before (on another workstation) stays."""
    if _locked(user_id) is None:
        said = Said(one_of(_offered(unit_id), PresenceMeaning.AVAILABLE))
        _follow(None, user_id=user_id, unit_id=unit_id, said=said, at=at)


@operation
def work_for(*, user_id: uuid.UUID, unit_id: uuid.UUID, at: datetime) -> None:
    """Who works for another of their units from now on is seen there, with the same status; off duty, nothing."""
    current = _locked(user_id)
    if current is None or current.care_unit_id == unit_id:
        return
    status = one_of(_offered(unit_id), PresenceMeaning(current.meaning))
    said = Said(status, current.expected_at, current.place)
    _follow(current, user_id=user_id, unit_id=unit_id, said=said, at=at, cause_id=current.cause_id)


@operation
def leave(*, user_id: uuid.UUID, at: datetime) -> None:
    """The person is off duty: no status any more. Nothing happens to who has none."""
    current = _locked(user_id)
    if current is not None:
        _close(current, at)
        tell("presence", current.care_unit_id, user_id)


@operation
def enter_interview(
    *, user_id: uuid.UUID, unit_id: uuid.UUID, cause_id: uuid.UUID, is_crisis: bool, at: datetime
) -> None:
    """An interview begins or goes on: its professional is with a patient, until about when the unit says it lasts.

    Who had just said so by hand keeps the word, the end and the place they gave, and the status now ends with the
    interview. One of crisis is so again when it goes on. The place of the patient is never taken over: it would tell
    who the patient is.
    """
    current = _locked(user_id)
    if current is not None and current.cause_id is None and _is_interview(current):
        # A status of its own, so that undoing the click finds the one before it.
        said = Said(Status("", current.label, PresenceMeaning(current.meaning)), current.expected_at, current.place)
        _follow(current, user_id=user_id, unit_id=current.care_unit_id, said=said, at=at, cause_id=cause_id)
        return
    before = PresencePeriod.objects.filter(user_id=user_id, cause_id=cause_id)
    is_crisis = is_crisis or before.filter(meaning=PresenceMeaning.CRISIS.value).exists()
    status = one_of(_offered(unit_id), PresenceMeaning.CRISIS if is_crisis else PresenceMeaning.INTERVIEW)
    said = Said(status, usual_end(status, at))
    _follow(current, user_id=user_id, unit_id=unit_id, said=said, at=at, cause_id=cause_id)


@operation
def leave_interview(*, user_id: uuid.UUID, cause_id: uuid.UUID, at: datetime) -> bool:
    """The interview is over or interrupted: its professional is available, unless they said otherwise meanwhile.

    True where the status was this interview's.
    """
    current = _locked(user_id)
    if current is None or current.cause_id != cause_id or not _is_interview(current):
        return False
    said = Said(one_of(_offered(current.care_unit_id), PresenceMeaning.AVAILABLE))
    _follow(current, user_id=user_id, unit_id=current.care_unit_id, said=said, at=at, cause_id=cause_id)
    return True


@operation
def put_back(*, user_id: uuid.UUID, cause_id: uuid.UUID, is_with_a_patient: bool) -> None:
    """What an interview's click had set is undone: the status before it goes on, as if nothing had happened.

    `is_with_a_patient` says what the click had set: an interview, or its end. A status that the person said since
    stays.
    """
    current = _locked(user_id)
    if current is None or current.cause_id != cause_id or _is_interview(current) is not is_with_a_patient:
        return
    before = PresencePeriod.objects.filter(user_id=user_id, ends_at=current.starts_at).exclude(pk=current.pk)
    previous = before.order_by("-starts_at").first()
    units = {current.care_unit_id}
    current.delete()
    if previous is not None:
        previous.ends_at = None
        previous.save(update_fields=["ends_at"])
        units.add(previous.care_unit_id)
    for unit_id in units:
        tell("presence", unit_id, user_id)


@operation
def close_if_due(*, user_id: uuid.UUID, now: datetime) -> bool:
    """Closes the person's status when their shift is over, at the hour when it was; True where it did.

    Not one whose person said a later end: they are still with somebody. See `rules.presence.due_at`.
    """
    current = _locked(user_id)
    if current is None:
        return False
    due = due_at(current.care_unit.shift_starts, current.starts_at)
    due = max(due, current.expected_at) if current.expected_at is not None else due
    if due > now:
        return False
    _close(current, due)
    tell("presence", current.care_unit_id, user_id)
    return True


@operation
def reduce(*, now: datetime) -> int:
    """Statuses of the days before today become counts per unit, meaning and hour, and are forgotten; returns how many.

    The counts and the forgetting are one transaction: killed in the middle, nothing is counted twice. What has just
    ended waits an hour: a click may still be undone.
    """
    midnight = paris(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ended = PresencePeriod.objects.select_for_update(skip_locked=True).filter(
        ends_at__lt=min(midnight, now - _UNDOABLE)
    )
    rows = list(ended.order_by("ends_at")[:_BATCH])
    counted: dict[tuple[uuid.UUID, str, datetime], list[int]] = defaultdict(list)
    for row in rows:
        for hour, seconds in hours_of(row.starts_at, row.ends_at or row.starts_at):
            counted[row.care_unit_id, row.meaning, hour].append(seconds)
    for (unit_id, meaning, hour), spent in sorted(counted.items(), key=lambda item: str(item[0])):
        _count(unit_id, meaning, hour, periods=len(spent), seconds=sum(spent))
    PresencePeriod.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _count(unit_id: uuid.UUID, meaning: str, hour: datetime, *, periods: int, seconds: int) -> None:
    row, is_new = PresenceHour.objects.get_or_create(
        care_unit_id=unit_id, meaning=meaning, hour_at=hour, defaults={"periods": periods, "seconds": seconds}
    )
    if not is_new:
        again = PresenceHour.objects.filter(pk=row.pk)
        again.update(periods=F("periods") + periods, seconds=F("seconds") + seconds)


def create_founding_statuses(units: Iterable[CareUnit]) -> None:
    """The statuses that units begin with, for those that have none. Opens no transaction."""
    wanted = list(units)
    known = set(PresenceStatus.objects.filter(care_unit__in=wanted).values_list("care_unit_id", flat=True))
    PresenceStatus.objects.bulk_create(
        PresenceStatus(
            care_unit=unit,
            label=status.label,
            meaning=status.meaning.value,
            usual_minutes=status.usual_minutes,
            order=n * 10,
        )
        for unit in wanted
        if unit.pk not in known
        for n, status in enumerate(FOUNDING)
    )


def _require_sound(said: Said, at: datetime) -> None:
    if said.expected_at is not None and said.expected_at <= at:
        raise Refused(
            "Cette heure est déjà passée\u202f: écrivez une heure à venir, ou laissez vide.", field="until", code="past"
        )
    if said.expected_at is not None and said.expected_at - at > FURTHEST:
        raise Refused("Cette heure est trop lointaine\u202f: 16 heures au plus.", field="until", code="far")
    if len(said.place) > PLACE_MAX:
        raise Refused(f"Le lieu est trop long\u202f: {PLACE_MAX} caractères au plus.", field="place", code="place-long")


def _locked(user_id: uuid.UUID) -> PresencePeriod | None:
    """The person's open status, theirs to change until the end of the transaction."""
    User.objects.select_for_update(no_key=True).get(pk=user_id)
    return PresencePeriod.objects.filter(user_id=user_id, ends_at=None).first()


def _is_interview(row: PresencePeriod) -> bool:
    return PresenceMeaning(row.meaning).is_with_a_patient


def _is_the_same(row: PresencePeriod, unit_id: uuid.UUID, status: Status) -> bool:
    return (row.care_unit_id, row.label, row.meaning) == (unit_id, status.label, status.meaning.value)


def _follow(
    current: PresencePeriod | None,
    *,
    user_id: uuid.UUID,
    unit_id: uuid.UUID,
    said: Said,
    at: datetime,
    cause_id: uuid.UUID | None = None,
) -> PresencePeriod:
    """Closes the open status and opens another at the same instant; two machines never agree to the second."""
    units = {unit_id}
    if current is not None:
        at = max(at, current.starts_at)
        _close(current, at)
        units.add(current.care_unit_id)
    expected_at = said.expected_at if said.expected_at is None or said.expected_at > at else None
    row = PresencePeriod.objects.create(
        user_id=user_id,
        care_unit_id=unit_id,
        label=said.status.label,
        meaning=said.status.meaning.value,
        starts_at=at,
        expected_at=expected_at,
        place=said.place,
        cause_id=cause_id,
    )
    for unit in units:
        tell("presence", unit, user_id)
    return row


def _close(row: PresencePeriod, at: datetime) -> None:
    row.ends_at = max(at, row.starts_at)
    row.save(update_fields=["ends_at"])


def _offered(unit_id: uuid.UUID) -> list[Status]:
    rows = PresenceStatus.objects.filter(care_unit_id=unit_id, ended_at=None).order_by("order", "label")
    return [row.status for row in rows]
