"""Figures are kept for as long as comparing two years takes, then forgotten."""

from datetime import datetime, timedelta

from django.conf import settings

from osmose.indicators import operations
from osmose.kernel.base.clock import now as clock_now
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.tasks.actors import JOBS
from osmose.kernel.tasks.queue import periodic
from osmose.organisations.queries import every_unit_id


def forget_old(now: datetime) -> int:
    """Forgets the openings of more than `OPENINGS_KEPT_WEEKS` whole weeks ago; returns how many."""
    weeks: int = settings.OPENINGS_KEPT_WEEKS  # type: ignore[misc]  # the settings are built, not listed
    before = operations.monday_of(now) - timedelta(weeks=weeks)
    total = 0
    for unit_id in every_unit_id():
        forgotten = 1
        while forgotten:
            with declared_transaction(actor_id=JOBS):
                forgotten = operations.forget(unit_id=unit_id, before=before)
            total += forgotten
    return total


@periodic("indicators.forget_old", cron="47 3 * * *")
def forget_old_openings() -> None:
    forget_old(clock_now())
