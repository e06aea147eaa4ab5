"""Screens that ask for the list every 2.5 s, as a page without a stream would; when each sees a change.

`python -m bench.stream.polling PORT SCREENS COOKIE ADDRESS VERSION SECONDS`; prints the instants of what was new.
"""

import asyncio
import json
import random
import re
import sys
import time

from osmose.project.cli.serve import raise_open_files

EVERY = 2.5
_VERSION = re.compile(rb"version=([0-9a-f]{16})")
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length.group(1))) if length else b""
    return int(head.split(b" ", 2)[1]), body


async def _screen(port: int, cookie: str, address: str, version: str, until: float, seen: list[int]) -> int:
    """How many times it asked."""
    await asyncio.sleep(random.uniform(0, EVERY))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = 0
    while time.monotonic() < until:
        began = time.monotonic()
        request = f"GET {address}&version={version} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nHX-Request: true"
        writer.write(f"{request}\r\n\r\n".encode())
        status, body = await _answer(reader)
        asked += 1
        if status == 200 and (found := _VERSION.search(body)):
            seen.append(time.monotonic_ns())
            version = found.group(1).decode()
        await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - began)))
    writer.close()
    return asked


async def main(port: int, screens: int, cookie: str, address: str, version: str, seconds: float) -> None:
    seen: list[int] = []
    until = time.monotonic() + seconds
    asking = [_screen(port, cookie, address, version, until, seen) for _ in range(screens)]
    asked = [one for one in await asyncio.gather(*asking, return_exceptions=True) if isinstance(one, int)]
    print(json.dumps({"seen": seen, "asked": sum(asked), "failed": screens - len(asked)}), flush=True)


if __name__ == "__main__":
    raise_open_files()
    given = sys.argv
    asyncio.run(main(int(given[1]), int(given[2]), given[3], given[4], given[5], float(given[6])))
