"""The least that a broadcast costs in Python: the same bytes to every socket, nothing else.

`python -m bench.stream.floor PORT BYTES`; each line on the standard input is one broadcast.
"""

import asyncio
import sys
from typing import Any

from osmose.project.cli.serve import raise_open_files

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nevent: hello\ndata: {}\n\n"


class Socket(asyncio.Protocol):
    everybody: set[Any] = set()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - any request is answered
        self.transport.write(_HEAD)
        self.everybody.add(self.transport)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.everybody.discard(self.transport)


async def main(port: int, size: int) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_server(Socket, "127.0.0.1", port, backlog=4096)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    row = b"event: row\ndata: "
    packet = row + b"x" * (size - len(row) - 2) + b"\n\n"
    while await reader.readline():
        for transport in Socket.everybody:
            transport.write(packet)


if __name__ == "__main__":
    raise_open_files()
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
