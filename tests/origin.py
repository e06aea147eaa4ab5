"""A live server of one origin, as the demonstration has: the stream and Django's pages on one socket."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from osmose.project.asgi import one_origin
from osmose.stream.app import Stream
from osmose.stream.server import Server


class LiveOrigin:
    """Its address, and the stream inside it; it serves in a thread of this process."""

    def __init__(self) -> None:
        application = one_origin()
        self.stream: Stream = application.stream
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = Server(application, self.stream)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="origin", daemon=True
        )

    def start(self) -> "LiveOrigin":
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started:
            assert time.monotonic() < deadline, "the live server does not start"
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture(scope="session")
def one_origin_server(django_db_setup: None) -> Iterator[LiveOrigin]:
    """One server for all the tests of the process; each test has its own committed world."""
    server = LiveOrigin().start()
    yield server
    server.stop()


@pytest.fixture
def origin(one_origin_server: LiveOrigin, transactional_db: None) -> LiveOrigin:
    """The live server, in front of what this test commits."""
    return one_origin_server
