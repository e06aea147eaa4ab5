"""What nobody reads or answers goes to who comes next, then to who runs the unit, until somebody takes it."""

import uuid
from datetime import datetime, timedelta

from django.db.models import Q

from osmose.accounts.queries import presence, staff_of
from osmose.handover.events import NoteSigned
from osmose.handover.models import AdditionKind, HandoverNote, NoteAddition, NoteRecipient, Receipt
from osmose.kernel.access.notices import Addressed, Happened, Notice, registry
from osmose.kernel.access.roles import Role
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import tell
from osmose.kernel.events.timeline import read
from osmose.notifications.models import Escalation, Notification
from osmose.notifications.operations.founding import SAED, URGENT_NOTE
from osmose.notifications.operations.telling import Telling, Told, recipients, tell_them
from osmose.notifications.queries import audiences, events
from osmose.notifications.queries.standing import next_holders
from osmose.notifications.rules import Manner
from osmose.organisations.queries import units_named

# Where nobody could be told in the name of a unit, whose setting it would be.
UNREAD_AFTER = timedelta(minutes=10)
# The next holders, then the managers: nobody comes after them.
LAST_STEP = 2
_ENDING = (AdditionKind.STRIKE, AdditionKind.ACKNOWLEDGEMENT, AdditionKind.RESULT)


@operation
def open_for(telling: Telling) -> list[Escalation]:
    """An urgent note is waited for; a SAED is, until the hour of its answer."""
    told = telling.happened.payload
    if not isinstance(told, NoteSigned):
        return []
    note = audiences.note(told.note_id)
    if note is None:
        return []
    unread_at = telling.now + _patience(note.pk, telling, registry()[URGENT_NOTE]) if told.is_urgent else None
    due = {URGENT_NOTE: unread_at, SAED: note.answer_by}
    rows = [
        Escalation(
            notice=notice,
            event_id=telling.event.id,
            event_uid=telling.origin,
            recorded_at=telling.event.recorded_at,
            subject_id=telling.happened.subject_id,
            note_id=note.pk,
            due_at=at,
        )
        for notice, at in due.items()
        if at is not None
    ]
    return Escalation.objects.bulk_create(rows, ignore_conflicts=True)


def due(now: datetime) -> list[uuid.UUID]:
    """The escalations whose hour has come, the oldest first."""
    rows = Escalation.objects.filter(settled_at=None, due_at__lte=now, step__lt=LAST_STEP)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:200])


@operation
def advance(*, escalation_id: uuid.UUID, now: datetime) -> Told:
    """One step further, where nobody has read or answered meanwhile; nothing where somebody has."""
    row = Escalation.objects.select_for_update(skip_locked=True).filter(pk=escalation_id, settled_at=None).first()
    if row is None or row.due_at > now or row.step >= LAST_STEP:
        return Told()
    note = HandoverNote.objects.filter(pk=row.note_id).first()
    event = events.by_id(row.event_id, row.recorded_at)
    payload = read(event).payload if event else None
    if note is None or event is None or payload is None or _is_settled(row, note):
        row.settled_at = now
        row.save(update_fields=["settled_at"])
        return Told()
    notice = registry()[row.notice]
    telling = Telling(happened=Happened(event, payload, now), origin=row.event_uid, step=row.step + 1)
    row.step += 1
    row.due_at = now + _patience(row.note_id, telling, notice)
    row.save(update_fields=["step", "due_at"])
    return tell_them(telling, recipients(telling, {notice.name: (notice, _next(row, telling, notice))}))


def _is_settled(row: Escalation, note: HandoverNote) -> bool:
    if not note.encounter.is_open:
        return True
    if NoteAddition.objects.filter(note=note, kind__in=_ENDING).exists():
        return True
    if row.notice == SAED:
        return False
    told = NoteRecipient.objects.filter(note=note)
    addressed = Q(reader_id__in=told.exclude(user_id=None).values("user_id"))
    addressed |= Q(care_unit_id__in=told.exclude(care_unit=None).values("care_unit_id"))
    read_by = Receipt.objects.filter(note=note)
    return read_by.filter(addressed).exists() if told.exists() else read_by.exists()


def _next(row: Escalation, telling: Telling, notice: Notice) -> Addressed:
    """Who comes at this step, for each person and unit that the note was addressed to."""
    asked = _asked(row.note_id, telling, notice)
    units = {unit for _, unit in asked if unit is not None}
    if row.step >= LAST_STEP:
        return Addressed(users=frozenset(u.pk for unit in units for u in staff_of(unit, telling.now, Role.MANAGER)))
    users: set[uuid.UUID] = set()
    whole: set[uuid.UUID] = set()
    for user_id, unit in asked:
        if user_id is not None and unit is not None:
            users.update(next_holders(user_id, unit, telling.now)[:2])
        elif unit is not None:
            whole.add(unit)
    called = presence.on_call(whole, telling.now)
    users.update(line.user_id for lines in called.values() for line in lines if line.user_id)
    return Addressed(users=frozenset(users), units=frozenset(whole))


def _patience(note_id: uuid.UUID, telling: Telling, notice: Notice) -> timedelta:
    """How long is waited for a reader: as the units told have set it, the shortest of several."""
    units = units_named({unit for _, unit in _asked(note_id, telling, notice) if unit is not None})
    return min((timedelta(minutes=unit.unread_minutes) for unit in units.values()), default=UNREAD_AFTER)


def _asked(note_id: uuid.UUID, telling: Telling, notice: Notice) -> list[tuple[uuid.UUID | None, uuid.UUID | None]]:
    """The people (with the unit for which they were told) and the units that were to read or answer."""
    told = NoteRecipient.objects.filter(note=note_id)
    homes = dict(Notification.objects.filter(event_uid=telling.origin, step=0).values_list("user", "unit_id"))
    asked: list[tuple[uuid.UUID | None, uuid.UUID | None]] = [
        (one.user_id, homes.get(one.user_id) if one.user_id else one.care_unit_id) for one in told
    ]
    if asked:
        return asked
    addressed = notice.to(telling.happened)
    return [*((pk, homes.get(pk)) for pk in addressed.users), *((None, unit) for unit in addressed.units)]


@operation
def take(*, event_uid: uuid.UUID, user_id: uuid.UUID, now: datetime) -> bool:
    """Somebody takes what was escalated: it is cleared for the others. False where nothing was.

    `Refused` (409) where somebody else took it first.
    """
    rows = list(Escalation.objects.select_for_update(no_key=True).filter(event_uid=event_uid).order_by("pk"))
    if not rows:
        return False
    if any(row.settled_by not in (None, user_id) for row in rows):
        raise Refused("Quelqu’un d’autre s’en occupe déjà\u202f: voyez le fil du patient.", code="taken", status=409)
    Escalation.objects.filter(pk__in=[row.pk for row in rows], settled_by=None).update(
        settled_at=now, settled_by=user_id
    )
    others = Notification.objects.filter(event_uid=event_uid, cleared_at=None).exclude(user=user_id)
    people = list(others.values_list("user", flat=True))
    others.update(cleared_at=now, cleared_by=user_id)
    for pk in people:
        tell("inbox", pk)
    return True


@operation
def give_back(*, event_uid: uuid.UUID, user_id: uuid.UUID, now: datetime) -> None:
    """Who had taken it undoes their answer: it goes on from here, for everybody it was cleared for."""
    rows = Escalation.objects.filter(event_uid=event_uid, settled_by=user_id)
    if not rows.update(settled_at=None, settled_by=None, due_at=now):
        return
    others = Notification.objects.filter(event_uid=event_uid, cleared_by=user_id).exclude(user=user_id)
    people = list(others.values_list("user", flat=True))
    # The one silent line of a crisis interview may be another one by now.
    others.filter(manner=Manner.LINE.value).update(manner=Manner.HELD.value)
    others.update(cleared_at=None, cleared_by=None)
    for pk in people:
        tell("inbox", pk)
