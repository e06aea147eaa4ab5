"""What breaks: the database, the stream process, a slow reader, a late commit. Screens end as the database is."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from osmose.encounters.actions import set_place
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.db.pool import drop_dead
from osmose.project.environment import ROOT
from osmose.project.settings import testing_database
from osmose.stream import screens
from tests.cast import Character, Hospitals
from tests.factories import encounters as make
from tests.factories.patients import acting
from tests.origin import LiveOrigin
from tests.stream.client import Source, ticketed
from tests.stream.conftest import Listen, quiet, until
from tests.stream.screen import screen, truth

Start = Callable[[], "tuple[subprocess.Popen[bytes], int]"]


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
        until(lambda: _accepts(port))
        return process, port

    yield begin
    for process in started:
        process.kill()
        process.wait(10)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_database_comes_back_and_nothing_was_missed(
    hospitals: Hospitals, claire: Character, hugo: Character, listen: Listen
) -> None:
    """Every connection is cut and none is let in for a while, in the middle of a burst."""
    pecs = [make.encounter(unit=hospitals.sau) for _ in range(4)]
    stream = listen(hugo)
    name = sql.Identifier(testing_database.name())
    with psycopg.connect(os.environ[testing_database.SERVER], autocommit=True) as administrator:
        for turn in range(6):
            for pec in pecs:
                make.place(pec, hospitals.place(("SAS", "AV")[turn % 2]))
            if turn != 2:
                continue
            administrator.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [testing_database.name()]
            )
            time.sleep(0.6)
            administrator.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
            connection.close()
            drop_dead()
            make.encounter(unit=hospitals.sau)  # while nobody listens yet, perhaps
    until(lambda: screen(stream) == truth(hugo))
    assert not stream.is_over


def test_a_stream_killed_and_started_again_settles_its_screens(
    hospitals: Hospitals, hugo: Character, start: Start
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    process, port = start()
    cookie = ticketed(hugo.client())
    stream = Source(port, cookie)
    stream.wait("hello")
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    stream.wait_until_over()
    stream.close()
    make.place(pec, hospitals.place("SAS"))
    make.encounter(unit=hospitals.sau)
    start(port)  # type: ignore[call-arg]
    with Source(port, cookie) as again:
        again.wait("hello")
        assert screen(again) == truth(hugo)


def test_two_processes_tell_the_same_and_one_that_stops_says_goodbye(
    hospitals: Hospitals, hugo: Character, claire: Character, start: Start, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    process, port = start()
    with Source(port, ticketed(hugo.client())) as there:
        there.wait("hello")
        here = listen(claire)
        make.place(pec, hospitals.place("SAS"))
        assert there.wait("row").data == here.wait("row").data
        process.send_signal(signal.SIGTERM)
        assert there.wait("bye").data == {"why": "shutdown"}
        there.wait_until_over()
        process.wait(10)
        make.place(pec, hospitals.place("AV"))
        here.wait("row", lambda _: len(here.of("row")) == 2)


def test_a_transaction_that_commits_late_is_not_skipped(
    hospitals: Hospitals, claire: Character, hugo: Character, listen: Listen
) -> None:
    late, quick = make.encounter(unit=hospitals.sau), make.encounter(unit=hospitals.sau)
    stream = listen(hugo)
    began, release = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with acting():
                pec = Encounter.objects.select_for_update().get(pk=late.pk)
                from osmose.encounters.operations import places
                from tests.factories.patients import REGISTRAR

                sas = hospitals.place("SAS")
                places.move(actor=REGISTRAR, encounter=pec, location=sas, box=None, at=clock.now())
                began.set()
                release.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(slowly)
        assert began.wait(5)
        make.place(quick, hospitals.place("AV"))  # a younger event is committed first
        stream.wait("row", lambda row: row["id"] == str(quick.pk))
        quiet(hugo, stream)
        assert [row["id"] for row in stream.of("row")] == [str(quick.pk)]
        release.set()
        done.result(10)
    stream.wait("row", lambda row: row["id"] == str(late.pk))
    assert screen(stream) == truth(hugo)


def test_a_slow_reader_is_cut_and_nobody_else_waits(
    origin: LiveOrigin,
    hospitals: Hospitals,
    hugo: Character,
    claire: Character,
    listen: Listen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(screens, "LAG", 16 * 1024)
    pec = make.encounter(unit=hospitals.sau)
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    slow.connect(("127.0.0.1", origin.port))
    cookie = ticketed(hugo.client())
    slow.sendall(f"GET /flux/ HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
    until(lambda: origin.stream.hub.by_user.get(hugo.id) and not origin.stream.hub._opening)
    quick = listen(claire)
    began = time.monotonic()
    for number in range(400):
        if hugo.id not in origin.stream.hub.by_user:
            break
        make.place(pec, hospitals.place(("SAS", "AV")[number % 2]))
        wanted = number + 1
        quick.wait("row", lambda _, wanted=wanted: len(quick.of("row")) >= wanted, seconds=2)
    assert hugo.id not in origin.stream.hub.by_user, "the slow one is still held"
    assert not quick.is_over
    assert time.monotonic() - began < 30
    slow.close()
    again = listen(hugo)  # it comes back, and asks for what differs
    assert screen(again) == truth(hugo)


def test_two_hundred_connections_of_one_user_and_no_more(
    origin: LiveOrigin, hospitals: Hospitals, hugo: Character, claire: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    other, cookie = listen(claire), ticketed(hugo.client())
    request = f"GET /flux/ HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode()
    tabs = [socket.create_connection(("127.0.0.1", origin.port)) for _ in range(200)]
    try:
        for tab in tabs:
            tab.sendall(request)
        hub = origin.stream.hub
        until(lambda: len(hub.by_user.get(hugo.id, ())) == 200 and not hub._opening, 60)
        began = time.monotonic()
        make.place(pec, hospitals.place("SAS"))
        other.wait("row", seconds=2)
        told = f'"id":"{pec.pk}"'.encode()
        for tab in tabs:
            assert _received(tab, told)
        assert time.monotonic() - began < 5
        assert sum(display.actor.id == hugo.id for display in hub.displays.values()) == 1  # one display for all tabs
    finally:
        for tab in tabs:
            tab.close()


def _received(tab: socket.socket, wanted: bytes) -> bool:
    tab.settimeout(5)
    read = b""
    while b"event: row" not in read or wanted not in read:
        more = tab.recv(65536)
        if not more:
            return False
        read += more
    return True


def test_two_people_press_the_same_toggle_at_once(
    hospitals: Hospitals, claire: Character, hugo: Character, listen: Listen
) -> None:
    """One wins, the other is told; every screen shows what the database holds."""
    pec = make.encounter(unit=hospitals.sau)
    streams = [listen(claire), listen(hugo)]
    sas, av = hospitals.place("SAS"), hospitals.place("AV")
    together = threading.Barrier(2)

    def press(who: Character, place: Any) -> str:
        try:
            together.wait(5)
            set_place(actor=who.actor, encounter=pec, place=f"{place.pk}|", revision=0, now=clock.now())
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as threads:
        pressed = [threads.submit(press, who, place) for who, place in ((claire, sas), (hugo, av))]
        said = sorted(one.result(10) for one in pressed)
    assert said[1] == "done" or said[0] == "done"
    for stream in streams:
        until(lambda stream=stream: screen(stream) == truth(hugo))


def test_nothing_identifying_is_told_logged_or_addressed(
    origin: LiveOrigin,
    hospitals: Hospitals,
    claire: Character,
    listen: Listen,
    app_connection: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app_connection.execute("LISTEN osmose_events")
    app_connection.execute("LISTEN osmose_flux")
    stream = listen(claire)
    pec = make.encounter(unit=hospitals.sau, birth_name="LENOIR", motif="Tentative de suicide")
    make.request(pec, "psychiatry", unit=hospitals.emp)
    claire.client().post(f"/flux/ici/{pec.pk}/", {"doing": "redige"})
    stream.wait("row", lambda row: "LENOIR" in row["html"])
    told = [notice.payload for notice in app_connection.notifies(timeout=0.5)]
    assert len(told) > 3
    for payload in told:
        assert payload.isdigit() or not set(payload.partition(":")[2]) - set("0123456789abcdef-:"), payload
    assert "LENOIR" not in caplog.text
    assert "suicide" not in caplog.text
