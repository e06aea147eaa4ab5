"""Answers a second of the real server over loopback, with 1, 4 and 16 visitors at once; bounded in count and time."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from bench.screens import Subjects, logged_in
from osmose.project.environment import ROOT

VISITORS = (1, 4, 16)
REQUESTS = 240
SECONDS = 20
_READY = 30


def run(subjects: Subjects) -> list[dict[str, Any]]:
    """By screen and number of visitors: answers a second, median and 95th percentile in milliseconds."""
    cookie = f"osmose={logged_in('agent1').cookies['osmose'].value}"
    pages = {"tableau": "/pec/", "page patient, 10 événements": f"/pec/{subjects.short}/"}
    with _served() as port:
        for path in pages.values():
            _visit(port, path, cookie, 10, time.monotonic() + SECONDS, [])
        return [
            {"screen": name, "visitors": visitors, **_measured(port, path, cookie, visitors)}
            for name, path in pages.items()
            for visitors in VISITORS
        ]


@contextmanager
def _served() -> Iterator[int]:
    """`osmose serve` on a free port, as anybody starts it."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "osmose.project", "serve", "--address", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ.copy(), stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(_READY)


def _wait(port: int) -> None:
    deadline = time.monotonic() + _READY
    while time.monotonic() < deadline:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def _measured(port: int, path: str, cookie: str, visitors: int) -> dict[str, Any]:
    times: list[float] = []
    until = time.monotonic() + SECONDS
    share = REQUESTS // visitors
    threads = [threading.Thread(target=_visit, args=(port, path, cookie, share, until, times)) for _ in range(visitors)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - start
    times.sort()
    return {
        "requests": len(times),
        "per_second": round(len(times) / spent, 1),
        "p50": round(times[len(times) // 2], 1),
        "p95": round(times[int(len(times) * 0.95)], 1),
    }


def _visit(port: int, path: str, cookie: str, count: int, until: float, times: list[float]) -> None:
    """One visitor: the same page again and again on one connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
        for _ in range(count):
            if time.monotonic() > until:
                return
            start = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            times.append((time.perf_counter() - start) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
