"""What goes on the wire: named events of one line of JSON, numbered in the order of sending."""

import json
import time
from typing import Any


class Numbers:
    """Integers that grow in the order of sending, across restarts and processes well enough: microseconds."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last = max(self.last + 1, time.time_ns() // 1000)
        return self.last


_numbers = Numbers()


def frame(event: str, data: dict[str, Any], *, retry: int | None = None) -> bytes:
    """One event; `retry` is how long a browser waits before it connects again, in milliseconds."""
    said = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    again = f"retry: {retry}\n" if retry is not None else ""
    return f"id: {_numbers.next()}\nevent: {event}\n{again}data: {said}\n\n".encode()


class Packet:
    """Frames ready for the wire: one object for all the screens that get the same."""

    __slots__ = ("chunked", "plain")

    def __init__(self, *frames: bytes) -> None:
        self.plain = b"".join(frames)
        self.chunked = b"%x\r\n%b\r\n" % (len(self.plain), self.plain)


LAST_CHUNK = b"0\r\n\r\n"


def milliseconds() -> int:
    """The instant, as browsers count."""
    return time.time_ns() // 1_000_000
