"""The one address of the stream, for people and walls, as a small ASGI application: no Django view, no template."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from osmose.kernel.base.clock import now
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.text import clean
from osmose.stream import tickets
from osmose.stream.fanout import Hub
from osmose.stream.screens import Origin, Screen

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
TRANSPORT = "osmose.transport"  # the extension by which `server` hands the socket over
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_STATUSES = {"refused": 403, "many": 429, "busy": 503}


class Stream:
    """`GET /flux/` for whoever shows a ticket, `GET /flux/?mur` for a screen; its hub lives as long as the server."""

    def __init__(self) -> None:
        self.hub = Hub()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.hub.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != tickets.PATH:
            await _answer(send, 404)
            return
        if scope["method"] != "GET":
            await _answer(send, 405, (b"allow", b"GET"))
            return
        headers = dict(scope["headers"])
        is_wall = scope.get("query_string") == tickets.WALL_QUERY
        ticket, session_key = (tickets.presented_by_wall if is_wall else tickets.presented)(headers, now())
        if ticket is None or headers.get(b"sec-fetch-site", b"same-origin") not in (b"same-origin", b"none"):
            await _answer(send, 403)
            return
        screen = Screen(
            scope["extensions"][TRANSPORT],
            is_chunked=scope["http_version"] != "1.0",
            ticket=ticket,
            session_key=session_key,
            origin=_origin(scope, headers),
        )
        try:
            await self._open(screen, receive, send)
        finally:
            self.hub.leave(screen)

    async def _open(self, screen: Screen, receive: Receive, send: Send) -> None:
        said = await self.hub.admit(screen)
        if said != "open":
            await _answer(send, _STATUSES[said])
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        screen.open()
        while (await receive())["type"] != "http.disconnect":
            pass


def _origin(scope: Scope, headers: dict[bytes, bytes]) -> Origin:
    """As the guard of the pages says it."""
    address = (scope.get("client") or ("",))[0]
    workstation = clean(tickets.cookies_of(headers).get("poste", ""))[:40]
    return Origin(address=address, workstation=workstation, request_id=new_id())


async def _answer(send: Send, status: int, *more: tuple[bytes, bytes]) -> None:
    body = json.dumps({"status": status}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"content-length", b"%d" % len(body)),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
