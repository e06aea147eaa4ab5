"""The pool of connections after PostgreSQL went away."""

from typing import Any

from django.db import connection


def drop_dead() -> None:
    """Tries every idle connection and replaces the dead ones, at once.

    Left alone, each request would stumble on one dead connection after the other, and wait 1, 2, then 4 seconds
    between two: with four of them it is refused although the server is back.
    """
    pool: Any = getattr(connection, "pool", None)
    if pool is not None and not pool.closed:
        pool.check()
