"""The screens, in a process of their own: they note when a row comes, and which version of each PEC they hold.

`python -m bench.stream.crowd PORT SCREENS COOKIES`; « report » on the standard input is answered by one line of JSON.
"""

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from osmose.project.cli.serve import raise_open_files

_SAID = re.compile(rb'"id":"([0-9a-f-]{36})","version":"([0-9.]+)"')
_LONGEST = 200  # what identifies a row, cut between two reads


class Screen(asyncio.Protocol):
    """One EventSource."""

    def __init__(self, crowd: "Crowd", request: bytes) -> None:
        self.crowd, self.request = crowd, request
        self.held: dict[bytes, bytes] = {}
        self._tail = b""
        self._is_greeted = False

    def connection_made(self, transport: Any) -> None:
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        crowd = self.crowd
        if b"event: row" in data:
            crowd.arrivals.append(time.monotonic_ns())
            crowd.sample = crowd.sample or data
        said = self._tail + data
        if not self._is_greeted and b"event: hello" in said:
            self._is_greeted = True
            crowd.greeted += 1
        self.held.update(_SAID.findall(said))
        self._tail = said[-_LONGEST:]

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.crowd.lost += 1


class Crowd:
    def __init__(self) -> None:
        self.arrivals: list[int] = []
        self.greeted = self.lost = 0
        self.sample = b""
        self.screens: list[Screen] = []

    def report(self) -> str:
        arrivals, self.arrivals = self.arrivals, []
        held: dict[str, dict[str, int]] = {}
        for screen in self.screens:
            for pk, version in screen.held.items():
                counts = held.setdefault(pk.decode(), {})
                counts[version.decode()] = counts.get(version.decode(), 0) + 1
        told = {"arrivals": arrivals, "greeted": self.greeted, "lost": self.lost, "held": held}
        return json.dumps({**told, "bytes": len(self.sample)})


async def main(port: int, screens: int, cookies: list[str]) -> None:
    loop, crowd = asyncio.get_running_loop(), Crowd()
    for number in range(screens):
        cookie = cookies[number % len(cookies)]
        request = f"GET /flux/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()
        _, screen = await loop.create_connection(lambda request=request: Screen(crowd, request), "127.0.0.1", port)
        crowd.screens.append(screen)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        print(crowd.report(), flush=True)


if __name__ == "__main__":
    raise_open_files()
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()))
