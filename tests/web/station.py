"""A small server under the strict policy: pages drawn beforehand, static files, and answers that a test scripts."""

import mimetypes
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from osmose.kernel.web.middleware import CSP

STATIC = Path(__file__).resolve().parents[2] / "osmose" / "kernel" / "web" / "static"
Answer = tuple[int, str, dict[str, str]]
# What every page asks by itself: counts, and a ticket for a stream that isn’t there.
_COUNTS: dict[str, Callable[[dict[str, str]], Answer]] = {
    "/a-lire/compte/": lambda _fields: (204, "", {}),
    "/notifications/compte/": lambda _fields: (204, "", {}),
    "/equipe/statut/": lambda _fields: (204, "", {}),
    "/flux/billet/": lambda _fields: (204, "", {}),
}
_WORDS = {200: "OK", 204: "No Content", 302: "Found", 401: "Unauthorized", 409: "Conflict", 422: "Unprocessable"}


@dataclass
class Station:
    """`pages` by path; `answers` by path to a function of the typed fields; every POST is kept in `posts`."""

    address: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Callable[[dict[str, str]], Answer]] = field(default_factory=lambda: dict(_COUNTS))
    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def posted(self, path: str) -> list[dict[str, str]]:
        return [fields for posted_to, fields in self.posts if posted_to == path]

    def app(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/static/"):
            return self._file(STATIC / path.removeprefix("/static/"), start)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        typed = parse_qs(environ["wsgi.input"].read(length).decode(), keep_blank_values=True)
        fields = {name: values[-1] for name, values in typed.items()}
        if environ["REQUEST_METHOD"] == "POST":
            self.posts.append((path, fields))
        if path in self.answers:
            status, body, headers = self.answers[path](fields)
        else:
            status, body, headers = (200, self.pages[path], {}) if path in self.pages else (404, "", {})
        sent = [
            ("Content-Security-Policy", CSP),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
        ]
        start(f"{status} {_WORDS.get(status, 'Word')}", sent + list(headers.items()))
        return [body.encode()]

    @staticmethod
    def _file(path: Path, start: Callable[..., Any]) -> Iterable[bytes]:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        start("200 OK", [("Content-Type", kind), ("Content-Security-Policy", CSP)])
        return [path.read_bytes()]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Says nothing."""


class _Threaded(WSGIServer):
    daemon_threads = True

    def process_request(self, request: Any, client_address: Any) -> None:
        threading.Thread(target=self._serve, args=(request, client_address), daemon=True).start()

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        finally:
            self.shutdown_request(request)


def serve(station: Station) -> Callable[[], None]:
    """Serves on a free port; returns what stops it."""
    server = make_server("127.0.0.1", 0, station.app, server_class=_Threaded, handler_class=_Quiet)
    station.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop
