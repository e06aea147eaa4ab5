"""Months ahead for the journal."""

from osmose.kernel.db import partitions
from osmose.kernel.tasks.queue import periodic


@periodic("audit.ensure_partitions", cron="23 3 * * *")
def ensure_partitions() -> None:
    partitions.ensure("audit_accessentry")
