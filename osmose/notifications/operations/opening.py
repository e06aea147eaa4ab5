"""How long a notification waits before it is opened: counted by unit, day and band, without anybody in it."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F

from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.clock import paris
from osmose.notifications.models import OpeningDelay
from osmose.notifications.queries.oversight import band_of

# Told of each opening: the unit, how long after the alert, when; never who, nor of whom.
Opened = Callable[[uuid.UUID, timedelta, datetime], None]
_watchers: list[Opened] = []


def whenever_opened(watch: Opened) -> None:
    """An app above hears how long notifications wait before they are opened, without anybody's name."""
    _watchers.append(watch)


@operation
def count(*, unit_id: uuid.UUID, told_at: datetime, now: datetime) -> None:
    """One more opening in its band; whoever watches is told, in the same transaction."""
    delay = max(now - told_at, timedelta(0))
    row, _ = OpeningDelay.objects.get_or_create(unit_id=unit_id, day=paris(now).date(), within=band_of(delay))
    OpeningDelay.objects.filter(pk=row.pk).update(count=F("count") + 1)
    for watch in _watchers:
        watch(unit_id, delay, now)
