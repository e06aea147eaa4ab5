"""The timeline: written with the state it tells, readable line by line, and silent about a purged person."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keys
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.kernel.events.record import collecting, record
from tests.kernel.world import MAKER, Counted, Noted, told, writing

pytestmark = pytest.mark.django_db


def _tell(pec: Encounter, *payloads: Any, actor: Actor = MAKER, **given: Any) -> list[Event]:
    now = clock.now()
    with writing(actor):
        return [record(p, subject=pec, actor=actor, at=given.get("at", now), changed=["motif"]) for p in payloads]


def test_an_event_says_who_when_and_what_and_in_which_transaction(pec: Encounter, nurse: Actor) -> None:
    at = clock.now() - timedelta(minutes=20)
    (event,) = _tell(pec, Noted(text="douleur"), actor=nurse, at=at)
    (stored,) = told(pec)
    assert stored.uid == event.uid
    assert stored.uid.version == 7
    assert (stored.actor_id, stored.unit_id) == (nurse.id, nurse.acting_unit_id)
    assert (stored.subject_id, stored.person_id) == (pec.pk, pec.patient_id)
    assert stored.occurred_at == at
    assert timedelta(0) <= clock.now() - stored.recorded_at < timedelta(minutes=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id()::text::bigint, payload FROM events_event WHERE uid = %s", [event.uid]
        )
        xid, payload = cursor.fetchone()
    assert stored.xid == xid
    assert b"douleur" not in bytes(payload)
    assert b"Claire" not in bytes(payload)


def test_an_entry_reads_aloud(pec: Encounter, nurse: Actor) -> None:
    _tell(pec, Noted(text="vu en entretien"), actor=nurse)
    entry = timeline.of(pec.pk)[0]
    assert (entry.sentence, entry.by, entry.unit) == ("Essai : vu en entretien", nurse.name, nurse.unit_label)
    assert entry.is_readable
    assert entry.changed == ("motif",)


def test_the_destruction_of_the_persons_key_leaves_lines_without_text_and_the_list_stands(pec: Encounter) -> None:
    _tell(pec, Noted(text="secret"), Counted(number=3))
    keys.destroy(pec.data_key_id, by=MAKER.id, at=clock.now())
    keys.forget_all()
    entries = timeline.of(pec.pk)
    by_kind = {entry.kind: entry for entry in entries}
    lost, kept = by_kind["tests.noted"], by_kind["tests.counted"]
    assert "illisible" in lost.sentence
    assert (lost.payload, lost.by, lost.unit, lost.detail) == (None, "", "", "")
    assert kept.sentence == "Compté : 3"  # what holds nothing personal is sealed under the system's key
    assert kept.is_readable


def test_a_tampered_line_and_an_unknown_kind_take_nobody_else_down(
    pec: Encounter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad, unknown = _tell(pec, Noted(text="bon"), Noted(text="faux"), Noted(text="inconnu"))
    rows = list(Event.objects.filter(uid__in=[good.uid, bad.uid, unknown.uid]).order_by("id"))
    rows[1].uid = new_id()  # a ciphertext moved to another row
    rows[2].kind = "tests.never_declared"
    assert [timeline.read(row).is_readable for row in rows] == [True, False, False]
    monkeypatch.setattr(Noted, "sentence", lambda self: self.text.absent)
    assert "illisible" in timeline.read(rows[0]).sentence
    assert "bon" not in caplog.text


def test_the_timeline_is_read_page_by_page_newest_first(pec: Encounter) -> None:
    now = clock.now()
    for n in range(5):
        _tell(pec, Counted(number=n), at=now - timedelta(minutes=n // 2))
    shown: list[timeline.Entry] = []
    before = None
    while page := timeline.of(pec.pk, limit=2, before=before):
        shown += page
        before = (page[-1].occurred_at, page[-1].id)
    assert [e.id for e in shown] == [e.id for e in timeline.of(pec.pk)]
    assert len({e.id for e in shown}) == len(shown) == Event.objects.filter(subject_id=pec.pk).count()


def test_a_page_of_the_timeline_costs_two_queries(pec: Encounter, django_assert_num_queries: Any) -> None:
    _tell(pec, *[Noted(text=str(n)) for n in range(20)])
    keys.forget_all()
    with django_assert_num_queries(2):
        timeline.of(pec.pk)


def test_nothing_is_told_outside_a_deed(pec: Encounter) -> None:
    with pytest.raises(RuntimeError, match="nobody is declared"):
        record(Noted(), subject=pec, actor=MAKER, at=clock.now())


def test_nobody_tells_in_the_name_of_another(pec: Encounter, nurse: Actor) -> None:
    with writing(), pytest.raises(RuntimeError, match="by the actor"):
        record(Noted(), subject=pec, actor=nurse, at=clock.now())
    assert told(pec) == []


def test_what_is_told_in_a_block_is_collected_in_order(pec: Encounter) -> None:
    with collecting() as events:
        recorded = _tell(pec, Noted(text="a"), Counted(number=1))
    assert events == recorded


def test_one_event_is_found_by_its_uid_for_its_own_subject_only(pec: Encounter) -> None:
    (event,) = _tell(pec, Noted(text="a"))
    found = timeline.by_uid(pec.pk, event.uid)
    assert found is not None
    assert found.id == event.id
    assert timeline.by_uid(uuid.uuid4(), event.uid) is None
    last = timeline.last_change(pec.pk, "motif")
    assert last is not None
    assert last.uid == event.uid
    assert timeline.last_change(pec.pk, "box") is None
