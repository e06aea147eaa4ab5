"""PECs whose patient left long ago are closed by themselves."""

import logging
from datetime import datetime

from osmose.encounters import actions
from osmose.encounters.operations import exits
from osmose.kernel.access.actor import SystemActor
from osmose.kernel.base.clock import now as clock_now
from osmose.kernel.base.refused import Refused
from osmose.kernel.tasks.queue import periodic

logger = logging.getLogger(__name__)


def close_overdue(now: datetime) -> int:
    """Closes each PEC whose unit's delay after the exit has passed, in a transaction of its own; returns how many.

    One that can't be closed yet (an interview is running) waits for the next time.
    """
    closed = 0
    for encounter in exits.overdue(now):
        try:
            actions.close_encounter(actor=SystemActor.named("jobs"), encounter=encounter, now=now)
        except Refused as refused:
            logger.info("PEC %s stays open: %s", encounter.pk, refused.code)
            continue
        closed += 1
    return closed


@periodic("encounters.close_overdue", cron="*/10 * * * *")
def close_overdue_periodically() -> None:
    close_overdue(clock_now())
