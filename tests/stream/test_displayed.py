"""The journal says what was displayed to whom, from when to when; nothing is shown that it could not say."""

import asyncio
import signal
from datetime import timedelta

import pytest
from django.db import DatabaseError

from osmose.kernel.audit import displays, journal
from osmose.kernel.audit.models import AccessEntry, OpenDisplay, Outcome
from osmose.kernel.base import clock
from osmose.stream import displayed, fanout
from tests.cast import Character, Hospitals
from tests.factories import encounters as make
from tests.origin import LiveOrigin
from tests.stream.client import Source, ticketed
from tests.stream.conftest import Listen, Start, until


def _lines(character: Character, door: str) -> list[AccessEntry]:
    return list(AccessEntry.objects.filter(actor_id=character.id, door=door).order_by("id"))


def test_a_display_is_opened_completed_and_ended(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "GRACE", 0.0)
    first = make.encounter(unit=hospitals.sau)
    stream = Source(origin.port, ticketed(claire.client()))
    stream.wait("hello")
    (opened,) = _lines(claire, displayed.SHOWN)
    assert (opened.subjects, opened.persons) == ([first.pk], [first.patient_id])
    assert (opened.outcome, opened.role, opened.unit_id) == (Outcome.ALLOWED, "agent", hospitals.sau.pk)
    assert opened.address == "127.0.0.1"
    second = make.encounter(unit=hospitals.sau)
    stream.wait("row", lambda row: row["id"] == str(second.pk))
    (_, added) = _lines(claire, displayed.SHOWN)  # written before the row left
    assert (added.subjects, added.persons, added.parent) == ([second.pk], [second.patient_id], opened.uid)
    stream.close()
    (ended,) = until(lambda: _lines(claire, displayed.ENDED))
    assert (ended.parent, ended.subjects, ended.known_until) == (opened.uid, [], None)
    assert not OpenDisplay.objects.filter(uid=opened.uid).exists()


def test_changes_and_heartbeats_of_what_is_named_already_add_nothing(
    hospitals: Hospitals, claire: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    stream = listen(claire)
    stream.wait("hb", seconds=12)
    make.place(pec, hospitals.place("SAS"))
    stream.wait("row")
    assert len(_lines(claire, displayed.SHOWN)) == 1


def test_what_is_lost_is_said_to_be_no_longer_displayed(hospitals: Hospitals, hugo: Character, listen: Listen) -> None:
    hugo.joins(hospitals.ped)
    lost = make.encounter(unit=hospitals.ped)
    stream = listen(hugo)
    hugo.leaves(hospitals.ped)
    stream.wait("gone")
    (ended,) = until(lambda: _lines(hugo, displayed.ENDED))
    assert ended.subjects == [lost.pk]


def test_the_tabs_of_a_session_and_its_reconnections_are_one_display(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character
) -> None:
    make.encounter(unit=hospitals.sau)
    cookie = ticketed(claire.client())
    for _ in range(2):
        with Source(origin.port, cookie) as one, Source(origin.port, cookie) as two:
            one.wait("hello")
            two.wait("hello")
    assert len(_lines(claire, displayed.SHOWN)) == 1


def test_nothing_is_shown_that_could_not_be_journaled(
    origin: LiveOrigin,
    hospitals: Hospitals,
    claire: Character,
    listen: Listen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = listen(claire)

    def failing(_lines: object) -> None:
        raise DatabaseError

    append = journal.append_all
    monkeypatch.setattr(journal, "append_all", failing)
    pec = make.encounter(unit=hospitals.sau, birth_name="LENOIR")
    with pytest.raises(AssertionError):
        stream.wait("row", seconds=1)
    assert "LENOIR" not in stream.raw.decode()
    monkeypatch.setattr(journal, "append_all", append)
    stream.wait("row", lambda row: row["id"] == str(pec.pk))  # and nothing was forgotten
    assert [line.subjects for line in _lines(claire, displayed.SHOWN)] == [[], [pec.pk]]


def test_a_refused_stream_displays_nothing(origin: LiveOrigin, hospitals: Hospitals, claire: Character) -> None:
    make.encounter(unit=hospitals.sau)
    claire.joins(hospitals.uhcd, ends_at=clock.now() + timedelta(hours=1))
    client = claire.client()
    client.post("/compte/unite/", {"unit": str(hospitals.uhcd.pk), "next": "/"})
    cookie = ticketed(client)
    claire.leaves(hospitals.uhcd)
    with pytest.raises(AssertionError):
        Source(origin.port, cookie)
    assert _lines(claire, displayed.SHOWN) == []


def test_a_display_whose_process_was_killed_ends_in_the_journal_all_the_same(
    hospitals: Hospitals, claire: Character, start: Start
) -> None:
    """The worker says until when it is known to have gone on, and that it is over."""
    make.encounter(unit=hospitals.sau)
    process, port = start()
    with Source(port, ticketed(claire.client())) as stream:
        stream.wait("hello")
        (opened,) = _lines(claire, displayed.SHOWN)
        first = OpenDisplay.objects.get(uid=opened.uid).seen_at
        until(lambda: OpenDisplay.objects.get(uid=opened.uid).seen_at > first, 20)  # it says that it lives
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    seen_at = OpenDisplay.objects.get(uid=opened.uid).seen_at
    assert displays.close_lost(seen_at + displays.LOST_AFTER) == 0, "it may live"
    later = seen_at + displays.LOST_AFTER + timedelta(seconds=1)
    assert displays.close_lost(later) == 1
    (ended,) = _lines(claire, displayed.SHOWN + displays.LOST)
    assert (ended.parent, ended.known_until) == (opened.uid, seen_at)
    assert (ended.actor_id, ended.unit_id, ended.address) == (opened.actor_id, opened.unit_id, opened.address)
    assert opened.recorded_at <= seen_at <= ended.recorded_at
    assert displays.close_lost(later) == 0


def test_a_display_taken_for_lost_while_its_process_slept_is_opened_anew(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    stream = listen(claire)
    assert displays.close_lost(clock.now() + timedelta(minutes=5)) >= 1
    hub = origin.stream.hub
    saying = displayed.say_seen(hub, hub._thread)
    asyncio.run_coroutine_threadsafe(saying, hub._tasks[0].get_loop()).result(20)
    opened = until(lambda: _lines(claire, displayed.SHOWN)[1:])
    assert [line.subjects for line in opened] == [[pec.pk]]
    assert OpenDisplay.objects.filter(uid=opened[0].uid).exists()
    make.place(pec, hospitals.place("SAS"))
    stream.wait("row")
    assert not stream.is_over
