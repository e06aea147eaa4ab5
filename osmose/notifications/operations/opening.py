"""How long a notification waits before it is opened: told to whoever counts it, without anybody in it."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from osmose.kernel.actions.deeds import operation

# Told of each opening: the unit, how long after the alert, when; never who, nor of whom.
Opened = Callable[[uuid.UUID, timedelta, datetime], None]
_watchers: list[Opened] = []


def whenever_opened(watch: Opened) -> None:
    """An app above hears how long notifications wait before they are opened, without anybody's name."""
    _watchers.append(watch)


@operation
def opened(*, unit_id: uuid.UUID, told_at: datetime, now: datetime) -> None:
    """One more opening: whoever watches is told, in the same transaction."""
    for watch in _watchers:
        watch(unit_id, max(now - told_at, timedelta(0)), now)
