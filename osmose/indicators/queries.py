"""Figures of a unit, of enough openings to speak of nobody."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Aggregate, Count, FloatField

from osmose.indicators.models import Way
from osmose.indicators.policies import DELAYS
from osmose.kernel.access.actor import Actor

FEWEST = 10


class Median(Aggregate):
    """The value in the middle."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class OpeningTime:
    """Half of the records of a unit were on the screen within so many seconds, `count` of them measured."""

    unit_id: uuid.UUID
    way: Way
    count: int
    median_seconds: float


def opening_times(actor: Actor, now: datetime, *, since: date, until: date) -> list[OpeningTime]:
    """The median of each way for each unit that the actor runs, over the weeks that begin between two dates.

    Nothing is said of fewer than ten openings. One query.
    """
    rows = (
        DELAYS.rows(actor, now)
        .filter(week__range=(since, until))
        .values("unit_id", "way")
        .annotate(count=Count("pk"), median=Median("seconds"))
        .filter(count__gte=FEWEST)
        .order_by("unit_id", "way")
    )
    return [OpeningTime(row["unit_id"], Way(row["way"]), row["count"], row["median"]) for row in rows]
