"""One open stream: a socket, who looks at it, and how much it may lag behind."""

import asyncio
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from osmose.kernel.access.actor import Actor
from osmose.stream.frames import LAST_CHUNK, Packet
from osmose.stream.looking import Sight, Viewer
from osmose.stream.render import Shown
from osmose.stream.tickets import Ticket, is_walls

# Bytes that wait in the process for one screen. Beyond, it is cut: it comes back, and asks for what differs.
LAG = 512 * 1024
# Bytes that wait in the kernel for it: left to itself, it would hold megabytes for each.
KERNEL = 64 * 1024


@dataclass(frozen=True)
class Origin:
    """Where a stream was opened from, as the journal keeps it."""

    address: str
    workstation: str
    request_id: uuid.UUID

    def of(self, actor: Actor) -> Actor:
        return actor.seen_from(address=self.address, workstation=self.workstation, request_id=self.request_id)


class Screen:
    """A stream of one browser. What is sent before its answer has begun is held back until then."""

    __slots__ = ("_held", "beat", "is_chunked", "origin", "session_key", "ticket", "transport", "viewer")

    def __init__(
        self, transport: asyncio.Transport, *, is_chunked: bool, ticket: Ticket, session_key: str, origin: Origin
    ) -> None:
        self.transport, self.is_chunked = transport, is_chunked
        self.ticket, self.session_key, self.origin = ticket, session_key, origin
        self.viewer: Viewer | None = None
        self.beat = 0
        self._held: list[Packet] | None = []

    @property
    def user_id(self) -> uuid.UUID:
        return self.ticket.user_id

    @property
    def is_wall(self) -> bool:
        return is_walls(self.session_key)

    def is_entitled(self, viewers: Mapping[str, Viewer]) -> bool:
        """Its session is open, and still works for the unit of its ticket."""
        viewer, unit_id = viewers.get(self.session_key), self.ticket.unit_id
        return viewer is not None and (unit_id is None or unit_id in viewer.actor.unit_ids())

    @property
    def is_gone(self) -> bool:
        return self.transport.is_closing()

    def open(self) -> None:
        """The head of the answer is out: what was held back follows."""
        plug = None if self.is_gone else self.transport.get_extra_info("socket")
        if plug is not None:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL)
        held, self._held = self._held or [], None
        for packet in held:
            self.send(packet)

    def send(self, packet: Packet) -> None:
        """Never waits: a screen that doesn't read is cut, and nobody else notices."""
        if self._held is not None:
            self._held.append(packet)
        elif self.transport.get_write_buffer_size() > LAG:
            self.transport.abort()
        else:
            self.transport.write(packet.chunked if self.is_chunked else packet.plain)

    def close(self, packet: Packet) -> None:
        """The last words, and the end of the answer."""
        if self._held is not None or self.is_gone:
            self.transport.abort()
            return
        self.send(packet)
        if not self.is_gone:
            if self.is_chunked:
                self.transport.write(LAST_CHUNK)
            self.transport.close()


@dataclass(eq=False)
class Crowd:
    """All the screens of one sight, and what they were last told; `until`, when the clock alone moves one of them.

    `word` is what a wall was told.
    """

    sight: Sight
    shown: Shown
    screens: set[Screen] = field(default_factory=set)
    until: datetime | None = None
    word: str = ""

    def add(self, screen: Screen) -> None:
        self.screens.add(screen)
        until = screen.viewer.until if screen.viewer else None
        if until is not None and (self.until is None or until < self.until):
            self.until = until

    def send(self, packet: Packet, now: datetime) -> None:
        """The same bytes to each, but to nobody whose time is over."""
        if self.until is None or now < self.until:
            for screen in self.screens:
                screen.send(packet)
            return
        for screen in self.screens:
            if screen.viewer is not None and now < screen.viewer.until:
                screen.send(packet)
