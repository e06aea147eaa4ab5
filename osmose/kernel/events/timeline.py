"""Reading the timeline: what happened, by whom, newest first."""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from osmose.kernel.base.ids import made_at
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.kinds import Payload, all_kinds
from osmose.kernel.events.models import Event

# An identifier is dated by the machine that made it, an event by the database.
CLOCKS_APART = timedelta(days=1)
UNREADABLE_SENTENCE = "Entrée illisible"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One line of the timeline.

    `payload` is None where the event can't be read: key destroyed, tampered row, kind that this version doesn't know.
    """

    id: int
    uid: uuid.UUID
    kind: str
    icon: str
    occurred_at: datetime
    recorded_at: datetime
    actor_id: uuid.UUID
    unit_id: uuid.UUID | None
    by: str
    unit: str
    sentence: str
    detail: str
    payload: Payload | None
    changed: tuple[str, ...]
    undoes: uuid.UUID | None

    @property
    def is_readable(self) -> bool:
        return self.payload is not None


@dataclass(frozen=True)
class _Told:
    """What the encrypted part of an event says; empty where it can't be read."""

    by: str = ""
    unit: str = ""
    sentence: str = UNREADABLE_SENTENCE
    detail: str = ""
    payload: Payload | None = None


def _told(event: Event, known: type[Payload] | None) -> _Told:
    stored: Any = readable(event, "payload")
    if stored is UNREADABLE or known is None:
        return _Told()
    try:
        payload = known.from_json(stored["what"])
        return _Told(str(stored["by"]), str(stored["unit"]), payload.sentence(), payload.detail(), payload)
    except (AttributeError, LookupError, TypeError, ValueError) as problem:
        # What another version wrote must not take the patient's whole timeline down. The problem may quote the text.
        logger.error("event %s (%s) can't be told: %s", event.uid, event.kind, type(problem).__name__)  # noqa: TRY400
        return _Told()


def read(event: Event) -> Entry:
    """The event as a line; an unreadable one says so and takes nobody else down."""
    known = all_kinds().get(event.kind)
    told = _told(event, known)
    return Entry(
        id=event.id,
        uid=event.uid,
        kind=event.kind,
        icon=told.payload.line_icon if told.payload else known.icon if known else "circle",
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        actor_id=event.actor_id,
        unit_id=event.unit_id,
        by=told.by,
        unit=told.unit,
        sentence=told.sentence,
        detail=told.detail,
        payload=told.payload,
        changed=tuple(event.changed),
        undoes=event.undoes,
    )


def about(subject_id: uuid.UUID) -> QuerySet[Event]:
    """The events of a subject, read from the months since its identifier was made.

    Nothing was recorded of it before. Without that limit every month of the archive would be opened, and planned.
    """
    rows = Event.objects.filter(subject_id=subject_id)
    born = made_at(subject_id)
    return rows if born is None else rows.filter(recorded_at__gte=born - CLOCKS_APART)


def of(subject_id: uuid.UUID, *, limit: int = 50, before: tuple[datetime, int] | None = None) -> list[Entry]:
    """The newest `limit` entries of a subject; `before` = (occurred_at, id) of the last one shown continues."""
    rows = about(subject_id).order_by("-occurred_at", "-id")
    if before is not None:
        at, last_id = before
        rows = rows.filter(occurred_at__lte=at).exclude(occurred_at=at, id__gte=last_id)
    events = list(rows[:limit])
    keys.load({e.data_key_id for e in events})
    return [read(e) for e in events]


def since(subject_ids: Iterable[uuid.UUID], at: datetime) -> dict[uuid.UUID, list[Event]]:
    """The events of several subjects recorded since an instant, newest first: one query. What is told late counts."""
    found: dict[uuid.UUID, list[Event]] = {}
    rows = Event.objects.filter(subject_id__in=list(subject_ids), recorded_at__gte=at)
    for event in rows.order_by("-occurred_at", "-id"):
        if event.subject_id is not None:
            found.setdefault(event.subject_id, []).append(event)
    keys.load({event.data_key_id for events in found.values() for event in events})
    return found


def kinds_after(event: Event) -> set[str]:
    """What else was told of the same subject since an event."""
    rows = Event.objects.filter(subject_id=event.subject_id, recorded_at__gte=event.recorded_at, id__gt=event.id)
    return set(rows.order_by().values_list("kind", flat=True).distinct())


def by_uid(subject_id: uuid.UUID, uid: uuid.UUID) -> Event | None:
    """One event of a subject."""
    return about(subject_id).filter(uid=uid).first()


def last_change(subject_id: uuid.UUID, field: str) -> Entry | None:
    """Who last changed a field of the subject, and when."""
    event = about(subject_id).filter(changed__contains=[field]).order_by("-id").first()
    return read(event) if event else None
