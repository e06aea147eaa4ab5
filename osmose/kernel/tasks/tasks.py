"""The queue's own upkeep."""

import logging
from typing import Any

from asgiref.sync import async_to_sync
from procrastinate.contrib.django import app
from procrastinate.manager import JobManager

from osmose.kernel.tasks.queue import periodic
from osmose.kernel.tasks.worker import STALLED_AFTER_SECONDS

MAX_ATTEMPTS = 5
log = logging.getLogger(__name__)


async def _retry_stalled(manager: JobManager) -> int:
    retried = 0
    jobs: Any = await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS)
    for job in jobs:
        if job.attempts + 1 >= MAX_ATTEMPTS:
            # A job that kills its worker again and again would stop all others.
            log.error("job %s (%s) given up after %s attempts", job.id, job.task_name, job.attempts + 1)
            await manager.finish_job(job, status=_failed(), delete_job=False)
            continue
        await manager.retry_job(job)
        retried += 1
    return retried


def _failed() -> Any:
    from procrastinate.jobs import Status

    return Status.FAILED


def retry_stalled() -> int:
    """Runs again the jobs of workers that died, up to a cap; returns how many."""
    return async_to_sync(_retry_stalled)(app.job_manager)


@periodic("tasks.retry_stalled", cron="* * * * *")
def retry_stalled_jobs() -> None:
    retry_stalled()
