"""Our own worker command: a heartbeat short enough to notice a killed worker within a minute."""

import asyncio

from procrastinate.contrib.django import app

HEARTBEAT_SECONDS = 5.0
STALLED_AFTER_SECONDS = 20.0


async def _work(concurrency: int, *, wait: bool) -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=concurrency,
            wait=wait,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_AFTER_SECONDS,
            delete_jobs="successful",
        )


def run(*, concurrency: int = 2, wait: bool = True) -> None:
    """Runs queued jobs until stopped (SIGINT or SIGTERM let the running ones finish).

    `wait=False` empties the queue and returns.
    """
    asyncio.run(_work(concurrency, wait=wait))
