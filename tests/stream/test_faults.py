"""What breaks: the database, the stream process, a slow reader, a late commit. Screens end as the database is."""

import dataclasses
import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from osmose.encounters.actions import set_place
from osmose.encounters.models import Encounter
from osmose.encounters.operations import places
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.db.pool import drop_dead
from osmose.project.settings import testing_database
from osmose.stream import fanout, screens
from tests.cast import Character, Hospitals
from tests.factories import encounters as make
from tests.factories.patients import REGISTRAR, acting
from tests.origin import LiveOrigin
from tests.stream.client import Refused as NotServed
from tests.stream.client import Source, ticketed
from tests.stream.conftest import Listen, Start, quiet, until
from tests.stream.screen import screen, truth


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
    origin: LiveOrigin, hospitals: Hospitals, hugo: Character, claire: Character, listen: Listen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """However long it stays open: the stream keeps no mark of how far it has read.

    A commit tells its own event, whatever was told meanwhile, and a listener that comes back compares every version.
    So what could let it slip is not the time but what happens in it: younger commits, another screen, the clock two
    minutes further and all that it rings, a beat of the heart, and the listener that loses its connection.
    """
    late, quick = make.encounter(unit=hospitals.sau), make.encounter(unit=hospitals.sau)
    stream, hub = listen(hugo), origin.stream.hub
    began, release, holder, sas = threading.Event(), threading.Event(), [], hospitals.place("SAS")

    def slowly() -> None:
        try:
            with acting():
                pec = Encounter.objects.select_for_update().get(pk=late.pk)
                places.move(actor=REGISTRAR, encounter=pec, location=sas, box=None, at=clock.now())
                holder.append(connection.connection.info.backend_pid)
                began.set()
                release.wait(60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(slowly)
        assert began.wait(20)
        for turn in range(6):  # younger events are committed first
            make.place(quick, (sas, hospitals.place("AV"))[turn % 2])
        stream.wait("row", lambda row: row["id"] == str(quick.pk))
        monkeypatch.setattr(fanout, "now", lambda: clock.now() + timedelta(minutes=2))
        hub._tasks[0].get_loop().call_soon_threadsafe(hub._ring)
        _cut_all_but(holder[0])
        make.place(quick, hospitals.place("AV"))
        stream.wait("hb", seconds=20)
        other = listen(claire)
        for one, who in ((stream, hugo), (other, claire)):
            quiet(who, one)
            assert screen(one) == truth(who)
            assert str(late.pk) not in [row["id"] for row in one.of("row")]
        release.set()
        done.result(20)
    for one in (stream, other):
        one.wait("row", lambda row: row["id"] == str(late.pk))
        assert screen(one) == truth(hugo)


def test_after_a_fault_while_telling_no_screen_stays_open_and_silent(
    origin: LiveOrigin, hospitals: Hospitals, hugo: Character, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError

    pec, stream = make.encounter(unit=hospitals.sau), listen(hugo)
    with monkeypatch.context() as patch:
        patch.setattr(origin.stream.hub, "_tell", broken)
        make.place(pec, hospitals.place("AV"))
        stream.wait("bye", lambda said: said["why"] == "shutdown")
        stream.wait_until_over()
    again = listen(hugo)
    make.place(pec, hospitals.place("SAS"))
    again.wait("row", lambda row: row["id"] == str(pec.pk))
    assert screen(again) == truth(hugo)


def test_whoever_was_told_nothing_for_a_while_compares_again(
    origin: LiveOrigin, hospitals: Hospitals, hugo: Character, listen: Listen
) -> None:
    """Their time was over, then it was not: what was withheld meanwhile is in the greeting."""
    stream, hub = listen(hugo), origin.stream.hub

    def expire() -> None:
        (one,) = hub.by_user[hugo.user.pk]
        assert one.viewer
        hub.crowds[one.viewer.sight].until = clock.now()
        one.viewer = dataclasses.replace(one.viewer, until=clock.now())
        hub._ring()

    hub._tasks[0].get_loop().call_soon_threadsafe(expire)
    until(lambda: len(stream.of("hello")) == 2)


def _cut_all_but(pid: int) -> None:
    """Every connection but that one; no dead one stays in the pool."""
    with psycopg.connect(os.environ[testing_database.SERVER], autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
            [testing_database.name(), pid],
        )
    connection.close()
    drop_dead()


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
    for number in range(400):
        if hugo.id not in origin.stream.hub.by_user:
            break
        make.place(pec, hospitals.place(("SAS", "AV")[number % 2]))
        wanted = number + 1
        quick.wait("row", lambda _, wanted=wanted: len(quick.of("row")) >= wanted)
    assert hugo.id not in origin.stream.hub.by_user, "the slow one is still held"
    assert not quick.is_over
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
        other.wait("row")
        told = f'"id":"{pec.pk}"'.encode()
        for tab in tabs:
            assert _received(tab, told)
        assert time.monotonic() - began < 20
        assert sum(display.actor.id == hugo.id for display in hub.displays.values()) == 1  # one display for all tabs
    finally:
        for tab in tabs:
            tab.close()


def test_one_connection_too_many_is_refused_and_takes_nobodys_place(
    hospitals: Hospitals, hugo: Character, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    first = listen(hugo)
    monkeypatch.setattr(fanout, "PER_USER", 1)
    with pytest.raises(NotServed) as refused:
        listen(hugo)
    assert refused.value.status == 429
    make.place(pec, hospitals.place("SAS"))
    first.wait("row")


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
