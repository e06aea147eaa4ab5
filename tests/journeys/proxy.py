"""A proxy between a browser and the live server that keeps what a response says until it has enough of it."""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

ENOUGH = 64 * 1024
_OF_THIS_HOP = {"connection", "keep-alive", "transfer-encoding"}


class Proxy(ThreadingHTTPServer):
    """`is_holding`: of the stream nothing passes, not even its head, before there is `ENOUGH` of it."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = urlsplit(behind).netloc
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.is_holding = True
        self.held = threading.Event()  # something was


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        behind = http.client.HTTPConnection(self.server.behind, timeout=60)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(behind):
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_THIS_HOP}
            behind.request(self.command, self.path, self.rfile.read(length), headers)
            self._pass(behind.getresponse())
        self.close_connection = True

    do_POST = do_GET  # noqa: N815 - http.server's own name

    def _pass(self, answer: http.client.HTTPResponse) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_THIS_HOP:
                self.send_header(name, value)
        kept = b"".join([*self._headers_buffer, b"\r\n"])  # type: ignore[attr-defined]  # http.server's own
        self._headers_buffer = []
        is_held = self.server.is_holding and self.path == "/flux/"
        while True:
            if not is_held or len(kept) > ENOUGH:
                self.wfile.write(kept)
                kept = b""
            if not (more := answer.read1()):
                break
            kept += more
            if is_held:
                self.server.held.set()
        self.wfile.write(kept)

    def log_message(self, *_: object) -> None:
        """Nothing: an address may say whose page was read."""


@contextmanager
def buffering(behind: str) -> Iterator[Proxy]:
    """One in front of that address, until the end of the block."""
    proxy = Proxy(behind)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
