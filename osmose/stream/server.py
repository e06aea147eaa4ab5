"""Uvicorn, with two things that a broadcast needs: the socket of each stream, and a goodbye before it closes."""

import asyncio
import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from osmose.stream.app import TRANSPORT, Receive, Scope, Send, Stream

GRACE_SECONDS = 3


class Protocol(H11Protocol):
    """Hands its transport to the application: the same bytes are written to every socket without being framed anew."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        serve = self.app

        async def handed(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[TRANSPORT] = transport
            await serve(scope, receive, send)

        self.app = handed


class Server(uvicorn.Server):
    """Tells every screen goodbye, then closes: they come back to another process, or to the next one."""

    def __init__(self, application: Any, stream: Stream, **options: Any) -> None:
        config = uvicorn.Config(
            application,
            http=Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="warning",
            access_log=False,  # an address may say whose page was read
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            backlog=4096,
            **options,
        )
        super().__init__(config)
        self.stream = stream

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in self.servers:
            listening.close()
        await self.stream.hub.stop()
        await super().shutdown(sockets)
