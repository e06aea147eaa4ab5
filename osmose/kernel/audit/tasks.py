"""Months ahead for the journal; the end of displays whose process was killed."""

from osmose.kernel.audit import displays
from osmose.kernel.base.clock import now
from osmose.kernel.db import partitions
from osmose.kernel.tasks.queue import periodic


@periodic("audit.ensure_partitions", cron="23 3 * * *")
def ensure_partitions() -> None:
    partitions.ensure("audit_accessentry")


@periodic("audit.close_lost_displays", cron="* * * * *")
def close_lost_displays() -> None:
    displays.close_lost(now())
