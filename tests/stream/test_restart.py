"""PostgreSQL killed and started again for real, under two processes that each serve pages and stream.

The server of the other tests is shared: this one has its own, filled with a copy of what the test wrote.
"""

import http.client
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest

from osmose.kernel.db.roles import WEB_LOGIN, prepare_roles
from osmose.project.cli import embedded, preparation
from osmose.project.cli.refusal import Refusal
from osmose.project.environment import ROOT
from tests.cast import Character, Hospitals
from tests.factories import encounters as make
from tests.stream.client import Source
from tests.stream.conftest import until
from tests.stream.screen import screen

_TRUTH = """
SELECT e.id::text, e.version || '.' || p.version
FROM encounters_encounter e JOIN patients_patient p ON p.id = e.patient_id
"""
_DONE = "SELECT count(*) FROM events_event WHERE kind = 'encounters.arrival_mode_changed'"


class Database:
    """A server of the test's own, with a copy of the database of this process."""

    def __init__(self, folder: Path) -> None:
        self.server = embedded.Server(folder / "pg", embedded.chosen_version())
        try:
            self.programs = self.server.programs
        except Refusal:
            pytest.skip("needs the programs of PostgreSQL, to start and kill a server of its own")
        self.server.start()

    def copy(self) -> None:
        with preparation.connect(self.server.url("postgres")) as administrator:
            preparation.create_database(administrator, embedded.DATABASE)
        with preparation.connect(self.server.url()) as inside:
            prepare_roles(inside, login=WEB_LOGIN)
        dump = [self.programs / "pg_dump", "--dbname", os.environ["DATABASE_OWNER_URL"]]
        fill = [self.programs / "psql", "-qX", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "--dbname", self.server.url()]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
            subprocess.run(fill, stdin=dumping.stdout, check=True)
        assert dumping.returncode == 0

    def kill(self) -> None:
        """As the kernel does when memory is short: nothing is finished, nobody is told."""
        os.kill(self.server.pid() or 0, signal.SIGKILL)
        until(lambda: self.server.pid() is None, 20)

    def start(self) -> None:
        """Once the processes of the one that was killed have seen that they are alone."""

        def starts() -> bool:
            with suppress(Refusal):
                self.server.start()
                return True
            return False

        until(starts, 60)

    def read(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.server.url(), autocommit=True) as administrator:
            return administrator.execute(query).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def database() -> Iterator[Database]:
    # Not a folder of pytest's: it closes them to the account that runs PostgreSQL.
    folder = Path(tempfile.mkdtemp(prefix="osmose-"))
    own = Database(folder)
    yield own
    own.server.leave()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def origins(database: Database) -> Iterator[list[int]]:
    """The ports of two `osmose serve --live`."""
    started, ports = [], []
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "osmose.project.settings.test",
        "DATABASE_URL": database.server.url(user=WEB_LOGIN),
        "DATABASE_OWNER_URL": database.server.url(),
    }
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
        command = [sys.executable, "-m", "osmose.project", "serve", "--live", "--port", str(ports[-1])]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL))
    yield ports
    for process in started:
        process.kill()
        process.wait(10)


class Workstation:
    """Somebody who clicks; what is answered « réessayez », or nothing, is sent again as the page does: same token."""

    def __init__(self, port: int, who: Character) -> None:
        client = who.client()
        client.get("/compte/")
        client.post("/flux/billet/")
        self.port, self.secret = port, client.cookies["csrftoken"].value
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self.done = 0
        self.times: list[tuple[float, float]] = []

    def click(self, pec: uuid.UUID, way: str) -> None:
        fields = {"csrfmiddlewaretoken": self.secret, "_token": uuid.uuid4().hex, "arrival_mode": way}
        began = time.monotonic()
        deadline = began + 90
        while (status := self._send(f"/pec/{pec}/mode-arrivee/", fields)) != 200:
            assert status in (0, 503), status
            assert time.monotonic() < deadline, "the click is refused for ever"
            time.sleep(0.1)
        self.done += 1
        self.times.append((began, time.monotonic()))

    def _send(self, path: str, fields: dict[str, str]) -> int:
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookie, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            web.request("POST", path, urlencode(fields), headers)
            return web.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            web.close()


def test_postgresql_killed_and_started_again_in_a_burst(
    transactional_db: None, hospitals: Hospitals, claire: Character, hugo: Character, database: Database,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """No screen is opened anew, none misses a change, no click is lost nor done twice.

    Slow for what it starts: a PostgreSQL, twice, and two processes of ours.
    """
    pecs = [[make.encounter(unit=hospitals.sau).pk for _ in range(3)] for _ in range(2)]
    workstations = [Workstation(0, who) for who in (claire, hugo)]
    database.copy()
    ports = request.getfixturevalue("origins")
    for workstation, port in zip(workstations, ports, strict=True):
        workstation.port = port
        until(lambda workstation=workstation: workstation._send("/healthz", {}), 60)
    screens = [Source(port, workstation.cookie) for port in ports for workstation in workstations]
    for one in screens:
        one.wait("hello", seconds=20)
    has_begun, is_back = threading.Barrier(3), threading.Event()

    def work(workstation: Workstation, theirs: list[uuid.UUID]) -> None:
        ways = itertools.cycle(("seul", "police"))
        for turn in range(200):
            way = next(ways)
            for pec in theirs:
                workstation.click(pec, way)
            if turn == 1:
                has_begun.wait(60)
            if turn > 2 and is_back.is_set():
                return

    with ThreadPoolExecutor(2) as threads:
        working = [threads.submit(work, one, theirs) for one, theirs in zip(workstations, pecs, strict=True)]
        has_begun.wait(60)
        database.kill()
        gone = time.monotonic()
        database.start()
        back = time.monotonic()
        is_back.set()
        for one in working:
            one.result(180)
    times = [time for workstation in workstations for time in workstation.times]
    assert any(began < back and gone < done for began, done in times), "nobody clicked while it was away"
    assert database.read(_DONE) == [(sum(workstation.done for workstation in workstations),)]
    truth = dict(database.read(_TRUTH))
    for one in screens:
        until(lambda one=one: screen(one) == truth, 30)
        assert not one.is_over
        assert len(one.of("row")) >= len(truth)
        one.close()
