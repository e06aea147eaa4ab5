"""The queue's own upkeep."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from osmose.kernel.base.clock import now
from osmose.kernel.tasks.queue import periodic
from osmose.kernel.tasks.worker import USUAL

MAX_ATTEMPTS = 5
log = logging.getLogger(__name__)


def retry_stalled(*, stalled_after: float = USUAL.stalled_after) -> int:
    """Runs again the jobs of workers that died, up to `MAX_ATTEMPTS` runs each; returns how many.

    A job that kills its worker again and again would stop all others: it ends as failed, for somebody to look at.
    """
    retried = 0
    at = now()
    is_dead = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=at - timedelta(seconds=stalled_after))
    with transaction.atomic():
        stalled = ProcrastinateJob.objects.select_for_update(skip_locked=True, of=("self",))
        for job in stalled.filter(is_dead, status="doing"):
            is_given_up = job.attempts + 1 >= MAX_ATTEMPTS
            if is_given_up:
                # A retry of a job that was asked to stop ends it as failed.
                app.job_manager.cancel_job_by_id(job.id, abort=True)
                log.error("job %s (%s) given up after %s runs", job.id, job.task_name, job.attempts + 1)
            app.job_manager.retry_job_by_id(job.id, retry_at=at)
            retried += not is_given_up
    return retried


@periodic("tasks.retry_stalled", cron="* * * * *")
def retry_stalled_jobs() -> None:
    retry_stalled()
