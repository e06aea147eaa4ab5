"""A stretch of a timeline, its last changes and its voices: one query, whatever there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import clock
from osmose.kernel.events.models import Event
from osmose.kernel.events.record import record
from osmose.kernel.events.thread import Cursor, Selection, thread
from tests.kernel.world import MAKER, Counted, Noted, writing

pytestmark = pytest.mark.django_db
UNDO = Counted.name  # any kind may be the one that strikes out


def tell(
    pec: Encounter, text: str, field: str = "motif", *, actor: Actor = MAKER, ago: int = 0, **more: object
) -> Event:
    at = clock.now() - timedelta(minutes=ago)
    with writing(actor):
        return record(Noted(text=text), subject=pec, actor=actor, at=at, changed=[field], **more)  # type: ignore[arg-type]


def strike(pec: Encounter, event: Event) -> None:
    with writing(MAKER):
        record(
            Counted(number=1), subject=pec, actor=MAKER, at=clock.now(), changed=list(event.changed), undoes=event.uid
        )


def texts(pec: Encounter, **wanted: object) -> list[str]:
    asked = {"selection": Selection(kinds=("tests.noted",)), "limit": 50, **wanted}
    return [e.payload.text for e in thread(pec.pk, undo=UNDO, **asked).entries]  # type: ignore[arg-type, union-attr]


def test_it_costs_one_query(pec: Encounter) -> None:
    for number in range(5):
        tell(pec, str(number))
    thread(pec.pk, undo=UNDO, selection=Selection(), limit=3)  # the key is loaded once
    with CaptureQueriesContext(connection) as captured:
        thread(pec.pk, undo=UNDO, selection=Selection(), limit=3)
    assert len(captured) == 1


def test_newest_first_by_hour_then_by_order_of_writing(pec: Encounter) -> None:
    at = clock.now() - timedelta(minutes=5)
    with writing(MAKER):
        for text in ("b", "c"):
            record(Noted(text=text), subject=pec, actor=MAKER, at=at, changed=["motif"])
    tell(pec, "d")
    tell(pec, "a", ago=30)
    assert texts(pec) == ["d", "c", "b", "a"]


def test_the_last_change_of_each_field_is_the_one_that_stands(pec: Encounter, nurse: Actor) -> None:
    tell(pec, "first")
    stands = tell(pec, "second", actor=nurse)
    struck = tell(pec, "third")
    strike(pec, struck)
    elsewhere = tell(pec, "other field", "place", ago=60)
    last = thread(pec.pk, undo=UNDO, selection=Selection(), limit=1).last
    assert last["motif"].uid == stands.uid
    assert last["motif"].by == nurse.name
    assert last["place"].uid == elsewhere.uid


def test_what_was_struck_stays_and_says_so_what_was_replaced_goes(pec: Encounter) -> None:
    struck, replaced = tell(pec, "struck"), tell(pec, "replaced")
    strike(pec, struck)
    again = tell(pec, "again", ago=40, undoes=replaced.uid)
    found = thread(pec.pk, undo=UNDO, selection=Selection(), limit=50)
    shown = {e.uid for e in found.entries}
    assert {struck.uid, again.uid} <= shown
    assert replaced.uid not in shown
    assert found.struck == {struck.uid}
    assert found.last["motif"].uid == again.uid
    assert not any(e.kind == UNDO for e in found.entries)


def test_each_voice_is_heard_once_and_what_is_hidden_has_none(pec: Encounter, nurse: Actor) -> None:
    for _ in range(3):
        tell(pec, "x")
        tell(pec, "y", actor=nurse)
    heard = thread(pec.pk, undo=UNDO, selection=Selection(), limit=1).voices
    assert sum(v.actor_id == nurse.id for v in heard) == 1
    deaf = thread(pec.pk, undo=UNDO, selection=Selection(hidden=("tests.",)), limit=50)
    assert not any(e.kind == "tests.noted" for e in (*deaf.entries, *deaf.voices, *deaf.last.values()))


def test_a_selection_asks_for_an_author_a_unit_a_field(pec: Encounter, nurse: Actor) -> None:
    tell(pec, "mine")
    tell(pec, "hers", actor=nurse)
    tell(pec, "place", "place")
    assert texts(pec, selection=Selection(actor_id=nurse.id)) == ["hers"]
    assert texts(pec, selection=Selection(unit_id=nurse.acting_unit_id)) == ["hers"]
    assert texts(pec, selection=Selection(changed=("place",))) == ["place"]
    assert texts(pec, selection=Selection(kinds=("tests.",), changed=("place",))) == ["place", "hers", "mine"]


def test_a_cursor_goes_on_where_the_page_ended_and_down_to_where_it_did(pec: Encounter) -> None:
    at = clock.now() - timedelta(minutes=5)
    with writing(MAKER):
        for number in range(7):
            record(Noted(text=str(number)), subject=pec, actor=MAKER, at=at, changed=["motif"])
    first = thread(pec.pk, undo=UNDO, selection=Selection(kinds=("tests.noted",)), limit=3)
    assert first.has_more
    cursor = Cursor.read(str(Cursor.of(first.entries[-1])))
    assert cursor is not None
    assert texts(pec, limit=3, before=cursor, is_whole=False) == ["3", "2", "1"]
    tell(pec, "new")
    assert texts(pec, limit=3, since=cursor) == ["new", "6", "5", "4"]
