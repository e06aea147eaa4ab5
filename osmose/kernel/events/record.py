"""Writing an event: the new state and the fact, in one transaction."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from osmose.kernel.base.clock import now
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto import keys
from osmose.kernel.db import prepared
from osmose.kernel.db.context import require_declared
from osmose.kernel.events import dispatch
from osmose.kernel.events.kinds import Payload, Purge, all_kinds
from osmose.kernel.events.models import Event


@dataclass(frozen=True)
class EventSubject:
    """What an event is about: the subject (an encounter), the person, and the data key that seals it."""

    subject_id: uuid.UUID | None
    person_id: uuid.UUID | None
    data_key_id: uuid.UUID

    @classmethod
    def of_reference(cls, row_id: uuid.UUID) -> "EventSubject":
        """Reference data: about no patient, sealed under the system key."""
        return cls(subject_id=row_id, person_id=None, data_key_id=keys.system().pk)


class Recorded(Protocol):
    """A row that events can be about."""

    def event_subject(self) -> EventSubject: ...


class Author(Protocol):
    """Who an event is by: name and unit are kept in the (encrypted) event as they were then."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def unit_label(self) -> str: ...
    @property
    def acting_unit_id(self) -> uuid.UUID | None: ...


# Two machines of a hospital never agree to the second.
CLOCK_DRIFT = timedelta(minutes=2)
_collected: ContextVar[list[Event] | None] = ContextVar("osmose_collected_events", default=None)


@contextmanager
def collecting() -> Iterator[list[Event]]:
    """The events recorded inside the block, in order."""
    events: list[Event] = []
    token = _collected.set(events)
    try:
        yield events
    finally:
        _collected.reset(token)


def record(
    payload: Payload,
    *,
    subject: Recorded,
    actor: Author,
    at: datetime,
    changed: Iterable[str] = (),
    undoes: uuid.UUID | None = None,
) -> Event:
    """Appends one event to the timeline of `subject`, and one job for each subscriber that exists.

    `at` is when it happened (may be corrected, never in the future); the database says when it was recorded.
    Needs an open action; nothing is committed here.
    """
    declared = require_declared()
    if declared.actor_id != actor.id:
        raise RuntimeError("An event is by the actor of its transaction.")
    if all_kinds().get(payload.name) is not type(payload):
        raise RuntimeError(f"Event kind {payload.name} is not registered.")
    if at > now() + CLOCK_DRIFT:
        raise Refused("Cette heure est dans le futur\u202f: vérifiez la date et l’heure.", field="at", code="future")
    about = subject.event_subject()
    event = Event(
        kind=payload.name,
        subject_id=about.subject_id,
        person_id=about.person_id,
        actor_id=actor.id,
        unit_id=actor.acting_unit_id,
        changed=sorted(changed),
        occurred_at=at,
        undoes=undoes,
        data_key_id=keys.system().pk if payload.purge is Purge.KEEP else about.data_key_id,
        payload={"by": actor.name, "unit": actor.unit_label, "what": payload.as_json()},
    )
    prepared.insert(event)
    if (collected := _collected.get()) is not None:
        collected.append(event)
    dispatch.enqueue(event)
    return event
