"""Forgotten drafts."""

from osmose.kernel.base.clock import now
from osmose.kernel.drafts import keeping
from osmose.kernel.tasks.actors import JOBS
from osmose.kernel.tasks.queue import periodic


@periodic("drafts.drop_old", cron="41 3 * * *")
def drop_old_drafts() -> None:
    keeping.drop_old(actor_id=JOBS, now=now())
