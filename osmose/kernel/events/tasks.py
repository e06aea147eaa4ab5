"""Months ahead for the timeline."""

from osmose.kernel.db import partitions
from osmose.kernel.tasks.queue import periodic


@periodic("events.ensure_partitions", cron="17 3 * * *")
def ensure_partitions() -> None:
    partitions.ensure("events_event")
