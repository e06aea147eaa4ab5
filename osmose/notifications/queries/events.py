"""The event that a notification speaks of: the first of those that stand for one click, and whether it still counts."""

import uuid
from datetime import datetime

from osmose.encounters.events import Undone
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event

# However many times a click was put at another hour or commented.
_MOST = 20


def by_id(event_id: int, recorded_at: datetime) -> Event | None:
    """One event, looked for in its month alone."""
    return Event.objects.filter(pk=event_id, recorded_at=recorded_at).first()


def origin_of(event: Event) -> uuid.UUID:
    """The first event of a click that was put at another hour, or commented, since."""
    current = event
    for _ in range(_MOST):
        if current.undoes is None or current.subject_id is None or current.kind == Undone.name:
            break
        before = timeline.by_uid(current.subject_id, current.undoes)
        if before is None:
            break
        current = before
    return current.uid


def is_overtaken(event: Event) -> bool:
    """True where another event undid it, or stands in its place."""
    later = Event.objects.filter(subject_id=event.subject_id, recorded_at__gte=event.recorded_at)
    return later.filter(undoes=event.uid).exists()
