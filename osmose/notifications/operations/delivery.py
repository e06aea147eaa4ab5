"""An event is told as soon as it is there, or once it can't be undone any more; undone, it vanishes."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from osmose.kernel.access.notices import Happened, of_kind
from osmose.kernel.actions.deeds import operation
from osmose.kernel.events import tell
from osmose.kernel.events.models import Event
from osmose.kernel.events.timeline import read
from osmose.notifications.events import AlertAnswered
from osmose.notifications.models import Notification
from osmose.notifications.operations import escalation, passing
from osmose.notifications.operations.telling import Telling, recipients, tell_them
from osmose.notifications.queries import events


@dataclass(frozen=True)
class Delivery:
    """What a delivery did: whom it told, whether some of it waits for the end of the undoing, e-mails to send."""

    people: tuple[uuid.UUID, ...] = ()
    waits: bool = False
    mails: tuple[uuid.UUID, ...] = ()


@operation
def deliver(*, event: Event, now: datetime, has_waited: bool) -> Delivery:
    """Tells an event. Undone or put at another hour since, it tells nobody; told already, nobody again.

    The notices that wait for the ten seconds of undoing are left for a second call, `has_waited`.
    """
    payload = read(event).payload
    if payload is None or event.subject_id is None:
        return Delivery()
    origin = events.origin_of(event)
    one_at_a_time(origin)
    if events.is_overtaken(event):
        return Delivery()
    happened = Happened(event, payload, now)
    telling = Telling(happened=happened, origin=origin)
    addressed = {notice.name: (notice, notice.to(happened)) for notice in of_kind(event.kind)}
    ripe = {name: one for name, one in addressed.items() if one[0].is_hasty is not has_waited}
    found = recipients(telling, ripe)
    told = tell_them(telling, found)
    passed = passing.pass_on(telling, found, told)
    if not has_waited:
        escalation.open_for(telling)
    waits = not has_waited and any(to for name, (_, to) in addressed.items() if name not in ripe)
    return Delivery((*told.people, *passed.people), waits, (*told.mails, *passed.mails))


@operation
def withdraw(*, event: Event, now: datetime) -> int:
    """An event was undone: what it told vanishes, read or not; returns how many. The alert that it answered goes on."""
    undone = Event.objects.filter(subject_id=event.subject_id, uid=event.undoes).first() if event.undoes else None
    if undone is None:
        return 0
    origin = events.origin_of(undone)
    one_at_a_time(origin)
    rows = Notification.objects.filter(event_uid=origin, cleared_at=None)
    people = list(rows.values_list("user", flat=True))
    rows.update(cleared_at=now, cleared_by=event.actor_id)
    for user_id in people:
        tell("inbox", user_id)
    payload = read(undone).payload
    if isinstance(payload, AlertAnswered) and payload.alert:
        escalation.give_back(event_uid=uuid.UUID(payload.alert), user_id=undone.actor_id, now=now)
    return len(people)


def one_at_a_time(origin: uuid.UUID) -> None:
    """Two workers on one event come one after the other: the second one finds what the first one wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('notifications'), hashtext(%s))", [str(origin)])
