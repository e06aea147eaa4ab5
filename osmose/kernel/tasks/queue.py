"""Background work: PostgreSQL is the queue, so a job commits or vanishes with the deed that asked for it."""

from collections.abc import Callable
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


def background(name: str, *, tries: int = 1) -> Callable[[Callable[..., None]], Any]:
    """A task that `task.defer(…)` queues in the current transaction; one that fails is run up to `tries` times in all.

    Arguments are stored in clear and logged: ids only. A task may run twice (its worker may die): it is idempotent.
    """
    again = RetryStrategy(max_attempts=tries - 1, exponential_wait=2) if tries > 1 else False

    def declare(function: Callable[..., None]) -> Any:
        return app.task(name=name, retry=again)(function)

    return declare


def periodic(name: str, *, cron: str) -> Callable[[Callable[[], None]], Any]:
    """A task run by the clock (`cron`, UTC), once whatever the number of workers."""

    def declare(function: Callable[[], None]) -> Any:
        def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the scheduled instant
            function()

        run.__name__ = function.__name__
        return app.periodic(cron=cron)(app.task(name=name, queueing_lock=name)(run))

    return declare
