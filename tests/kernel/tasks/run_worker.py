"""`python -m tests.kernel.tasks.run_worker [--once]`: a worker with a short pace, that knows the tests' jobs."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from osmose.kernel.tasks import worker
    from tests.kernel.tasks import jobs

    assert jobs
    worker.run(
        wait="--once" not in sys.argv,
        pace=worker.Pace(heartbeat=0.2, stalled_after=1.0, polling=0.3, reconnect=0.2),
    )
