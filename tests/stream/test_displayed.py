"""The journal says what was displayed to whom, from when to when; nothing is shown that it could not say."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from osmose.kernel.audit import journal
from osmose.kernel.audit.models import AccessEntry, Outcome
from osmose.kernel.base import clock
from osmose.stream import displayed, fanout
from tests.cast import Character, Hospitals
from tests.factories import encounters as make
from tests.origin import LiveOrigin
from tests.stream.client import Source, ticketed
from tests.stream.conftest import Listen, until


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
    assert (ended.parent, ended.subjects) == (opened.uid, [])


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
