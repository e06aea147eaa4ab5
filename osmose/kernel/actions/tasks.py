"""Old submissions."""

from osmose.kernel.actions import submission
from osmose.kernel.base.clock import now
from osmose.kernel.tasks.queue import periodic


@periodic("actions.drop_old_submissions", cron="11 4 * * *")
def drop_old_submissions() -> None:
    submission.drop_old(now())
