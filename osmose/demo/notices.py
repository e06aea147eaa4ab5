"""What waits in the inboxes of the evening: the last events told as they would have been, the older ones read."""

from datetime import timedelta

from osmose.demo.stage import Stage
from osmose.encounters.lifecycle import OPEN
from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import SystemActor
from osmose.kernel.access.notices import registry
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.events.models import Event
from osmose.notifications.models import Escalation, Notification
from osmose.notifications.operations import delivery

_AUTHOR = SystemActor.named("démonstration")
# What the last minutes brought is told; what is older than the last few is read already.
_TOLD, _READ, _LATER = timedelta(minutes=50), timedelta(minutes=30), timedelta(seconds=20)
MOST = 40


def play(stage: Stage) -> None:
    """After everything else. Nothing of it escalates: whoever was to read an urgent note has."""
    pecs = Encounter.objects.filter(status__in=[status.value for status in OPEN]).values("pk")
    kinds = {kind for notice in registry().values() for kind in notice.kinds}
    told = Event.objects.filter(
        subject_id__in=pecs, kind__in=kinds, occurred_at__gt=stage.now - _TOLD, occurred_at__lte=stage.now - _LATER
    )
    with declared_transaction(actor_id=_AUTHOR.id):
        for event in sorted(told.order_by("-occurred_at", "-id")[:MOST], key=lambda event: event.id):
            at = event.occurred_at + _LATER
            for has_waited in (False, True):
                delivery.deliver(event=event, now=at, has_waited=has_waited)
        Notification.objects.filter(told_at__lt=stage.now - _READ).update(read_at=stage.now - _READ)
        Escalation.objects.update(settled_at=stage.now)
