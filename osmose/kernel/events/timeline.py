"""Reading the timeline: what happened, by whom, newest first."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.kernel.crypto import keys
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.kinds import Payload, all_kinds
from osmose.kernel.events.models import Event


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. `payload` is None where the event can't be read (key destroyed, tampered row)."""

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


def read(event: Event) -> Entry:
    """The event as a line; an unreadable one says so and takes nobody else down."""
    payload, by, unit = None, "", ""
    stored: Any = readable(event, "payload")
    known = all_kinds().get(event.kind)
    if stored is not UNREADABLE and known is not None:
        payload, by, unit = known.from_json(dict(stored["what"])), str(stored["by"]), str(stored["unit"])
    return Entry(
        id=event.id,
        uid=event.uid,
        kind=event.kind,
        icon=known.icon if known else "circle",
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        actor_id=event.actor_id,
        unit_id=event.unit_id,
        by=by,
        unit=unit,
        sentence=payload.sentence() if payload else "Entrée illisible",
        detail=payload.detail() if payload else "",
        payload=payload,
        changed=tuple(event.changed),
        undoes=event.undoes,
    )


def of(subject_id: uuid.UUID, *, limit: int = 50, before: tuple[datetime, int] | None = None) -> list[Entry]:
    """The newest `limit` entries of a subject; `before` = (occurred_at, id) of the last one shown continues."""
    rows = Event.objects.filter(subject_id=subject_id).order_by("-occurred_at", "-id")
    if before is not None:
        at, last_id = before
        rows = rows.filter(occurred_at__lte=at).exclude(occurred_at=at, id__gte=last_id)
    events = list(rows[:limit])
    keys.load({e.data_key_id for e in events})
    return [read(e) for e in events]


def by_uid(subject_id: uuid.UUID, uid: uuid.UUID) -> Event | None:
    """One event of a subject."""
    return Event.objects.filter(subject_id=subject_id, uid=uid).first()


def last_change(subject_id: uuid.UUID, field: str) -> Entry | None:
    """Who last changed a field of the subject, and when."""
    event = Event.objects.filter(subject_id=subject_id, changed__contains=[field]).order_by("-id").first()
    return read(event) if event else None
