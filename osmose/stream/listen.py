"""One LISTEN connection: ids come from it, and the news that some were missed."""

import asyncio
import logging
import random
from collections.abc import Callable

import psycopg
from django.db import connection

EVENTS = "osmose_events"
_ALIVE_SECONDS = 5.0
_BACK_SECONDS = 0.2, 2.0
logger = logging.getLogger(__name__)


class Listener:
    """Hears until it is stopped; whenever the connection comes back, says so: what was told meanwhile is lost.

    `heard(channel, payload)` is called in the loop, after the commit of what it tells; `joined()` after each LISTEN.
    """

    def __init__(self, heard: Callable[[str, str], None], joined: Callable[[], None]) -> None:
        self.heard, self.joined = heard, joined
        self.is_listening = False

    async def run(self) -> None:
        """Until cancelled; PostgreSQL may restart as it likes."""
        wait, longest = _BACK_SECONDS
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError, ValueError) as problem:
                if self.is_listening:
                    logger.warning("The stream no longer hears of changes (%s).", type(problem).__name__)
                    wait = _BACK_SECONDS[0]
            finally:
                self.is_listening = False
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - only spreads the processes
            wait = min(wait * 2, longest)

    async def _listen(self) -> None:
        params = connection.get_connection_params()
        params.pop("cursor_factory", None)
        async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as listener:
            await listener.execute("LISTEN osmose_events")
            await listener.execute("LISTEN osmose_flux")
            self.is_listening = True
            self.joined()
            while True:
                async for notice in listener.notifies(timeout=_ALIVE_SECONDS):
                    self.heard(notice.channel, notice.payload)
                await asyncio.wait_for(listener.execute("SELECT 1"), _ALIVE_SECONDS)  # a link half dead says nothing
