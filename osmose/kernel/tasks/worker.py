"""Our own worker: notices a killed colleague within a minute, and outlives a restart of PostgreSQL."""

import asyncio
import logging
import signal
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often a worker says that it lives and looks for work; after how long another believes it dead, in seconds."""

    heartbeat: float = 5.0
    stalled_after: float = 20.0
    polling: float = 5.0
    reconnect: float = 2.0


USUAL = Pace()


async def _work(concurrency: int, pace: Pace, *, wait: bool) -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=concurrency,
            wait=wait,
            fetch_job_polling_interval=pace.polling,
            update_heartbeat_interval=pace.heartbeat,
            stalled_worker_timeout=pace.stalled_after,
            delete_jobs="successful",
            install_signal_handlers=False,
        )


async def _work_until_told(concurrency: int, pace: Pace) -> None:
    """Starts anew when the database goes away, since the library's worker then stops as if it had been asked to."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    while not told.is_set():
        working = asyncio.create_task(_work(concurrency, pace, wait=True))
        listening = asyncio.create_task(told.wait())
        await asyncio.wait({working, listening}, return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if told.is_set():
            working.cancel()  # lets the running jobs finish
        try:
            await working
        except (ConnectorException, psycopg.Error, OSError) as problem:
            log.warning("the queue can't be reached (%s)", type(problem).__name__)
        except asyncio.CancelledError:
            if not told.is_set():
                raise
        if not told.is_set():
            log.warning("the worker stopped without being told to: starting it again")
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), pace.reconnect)


def run(*, concurrency: int = 2, wait: bool = True, pace: Pace = USUAL) -> None:
    """Runs queued jobs until stopped (SIGINT or SIGTERM let the running ones finish).

    `wait=False` empties the queue and returns.
    """
    asyncio.run(_work_until_told(concurrency, pace) if wait else _work(concurrency, pace, wait=False))
