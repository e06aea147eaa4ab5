"""Background work: PostgreSQL is the queue, so a job commits or vanishes with the deed that asked for it."""

from collections.abc import Callable
from typing import Any

from procrastinate.contrib.django import app


def background(name: str) -> Callable[[Callable[..., None]], Any]:
    """A task that `task.defer(…)` queues in the current transaction.

    Arguments are stored in clear and logged: ids only. A task may run twice (its worker may die): it is idempotent.
    """

    def declare(function: Callable[..., None]) -> Any:
        return app.task(name=name)(function)

    return declare


def periodic(name: str, *, cron: str) -> Callable[[Callable[[], None]], Any]:
    """A task run by the clock (`cron`, UTC), once whatever the number of workers."""

    def declare(function: Callable[[], None]) -> Any:
        def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the scheduled instant
            function()

        run.__name__ = function.__name__
        return app.periodic(cron=cron)(app.task(name=name, queueing_lock=name)(run))

    return declare
