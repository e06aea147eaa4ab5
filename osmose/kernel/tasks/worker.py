"""Our own worker: notices a killed colleague within a minute, and outlives a restart of PostgreSQL."""

import asyncio
import logging
import signal
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException

from osmose.kernel.base.clock import now
from osmose.kernel.db.pool import drop_dead

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often a worker says that it lives and looks for work; after how long another believes it dead, in seconds."""

    heartbeat: float = 5.0
    stalled_after: float = 20.0
    polling: float = 5.0
    reconnect: float = 2.0


USUAL = Pace()
_MOST_ROUNDS = 5


async def _work(concurrency: int, pace: Pace, *, wait: bool) -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    try:
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
    finally:
        await sync_to_async(_forget_connection)()


def _forget_connection() -> None:
    """What the clock asks for is queued by a thread of asgiref's, which outlives this worker.

    The next one would go on with its connection, be it dead since the database went away, and stop each time at once.
    """
    connection.close()


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
            # Else the first jobs stumble on the connections that the database closed, and the periodic ones are lost.
            await asyncio.to_thread(drop_dead)
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), pace.reconnect)


def _has_due() -> bool:
    is_due = Q(scheduled_at=None) | Q(scheduled_at__lte=now())
    return ProcrastinateJob.objects.filter(is_due, status="todo").exists()


def _empty(concurrency: int, pace: Pace) -> None:
    """Takes what is due; again where the library's worker stopped before.

    It does so, without an error, when one of the tasks beside its jobs (listening, its heartbeat) loses the database.
    """
    for _ in range(_MOST_ROUNDS):
        asyncio.run(_work(concurrency, pace, wait=False))
        if not _has_due():
            return
        log.warning("the worker stopped before the queue was empty: starting it again")
        drop_dead()
    raise RuntimeError("The queue could not be emptied: the worker stops before it has taken what is due.")


def run(*, concurrency: int = 2, wait: bool = True, pace: Pace = USUAL) -> None:
    """Runs queued jobs until stopped (SIGINT or SIGTERM let the running ones finish).

    `wait=False` empties the queue of what is due and returns.
    """
    if wait:
        asyncio.run(_work_until_told(concurrency, pace))
    else:
        _empty(concurrency, pace)
