"""The stream behind a real socket, and people who listen to it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from osmose.kernel.events import tell
from osmose.project.environment import ROOT
from tests.cast import Character
from tests.origin import LiveOrigin
from tests.stream.client import Source, ticketed

_T = TypeVar("_T")
Listen = Callable[[Character], Source]
Start = Callable[[], "tuple[subprocess.Popen[bytes], int]"]


@pytest.fixture
def listen(origin: LiveOrigin) -> Iterator[Listen]:
    """`listen(claire)`: a browser of hers opens the stream, and has been greeted."""
    opened: list[Source] = []

    def start(character: Character) -> Source:
        source = Source(origin.port, ticketed(character.client()))
        opened.append(source)
        source.wait("hello")
        return source

    yield start
    for source in opened:
        source.close()


def quiet(character: Character, stream: Source) -> None:
    """Until all that was told before has reached this screen: what it doesn't have by now, it will not have.

    The word that their own unit's strip changed comes by a turn of the stream, after those of what was told before.
    """
    unit_id = character.actor.acting_unit_id
    assert unit_id is not None
    before = len(stream.of("presence"))
    tell("presence", unit_id)
    stream.wait("presence", lambda _: len(stream.of("presence")) > before, seconds=30)


def until(found: Callable[[], _T], seconds: float = 30) -> _T:
    """What is looked for, once it is there."""
    deadline = time.monotonic() + seconds
    while not (seen := found()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return seen


@pytest.fixture
def start(transactional_db: None) -> Iterator[Start]:
    """Starts stream processes of their own on this test's database; none is left behind."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(port: int = 0) -> "tuple[subprocess.Popen[bytes], int]":
        if not port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "osmose.project.settings.test"}
        command = [sys.executable, "-m", "tests.stream.run_stream", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        started.append(process)
        until(lambda: _accepts(port), 60)
        return process, port

    yield begin
    for process in started:
        process.kill()
        process.wait(10)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
