"""Counting how long records took to be opened, and forgetting it. Each needs an open action."""

import uuid
from datetime import date, datetime, timedelta

from osmose.indicators.models import LONGEST, Opening, Way
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.clock import paris

# Forgotten by this many at once, so that no lock is held for long.
_BATCH = 5000


def monday_of(now: datetime) -> date:
    """The week of an instant, as it is counted in."""
    today = paris(now).date()
    return today - timedelta(days=today.weekday())


@operation
def count(*, unit_id: uuid.UUID, way: Way, seconds: int, now: datetime) -> None:
    """One more opening of a unit, in its week and hour of the day."""
    Opening.objects.create(unit_id=unit_id, week=monday_of(now), hour=paris(now).hour, way=way, seconds=seconds)


def count_alert(unit_id: uuid.UUID, waited: timedelta, now: datetime) -> None:
    """A notification was opened that long after it was told; more than an hour counts for an hour."""
    count(unit_id=unit_id, way=Way.TOLD, seconds=min(round(waited.total_seconds()), LONGEST), now=now)


@operation
def forget(*, unit_id: uuid.UUID, before: date) -> int:
    """Forgets some of the openings of a unit in the weeks before a date; returns how many, none where none is left."""
    old = Opening.objects.filter(unit=unit_id, week__lt=before).order_by("week").values("pk")[:_BATCH]
    return Opening.objects.filter(pk__in=old).delete()[0]
