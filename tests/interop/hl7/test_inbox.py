"""The gate: stored first and encrypted, answered once, taken up where it was left."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from osmose.encounters.models import Encounter
from osmose.interop.hl7 import actions, handlers, inbox, tasks
from osmose.interop.hl7.models import InboxMessage, MessageState
from osmose.kernel.base import clock
from osmose.kernel.events.models import Event
from osmose.patients.models import Patient
from tests.cast import Hospitals
from tests.interop.hl7.feed import SOURCE, acks, everything, pec, take, why
from tests.interop.hl7.samples import bent, sample, with_field, without

A04 = "A04_arrivee.hl7"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "code", "answer"),
    [
        (b"", "100", "AR"),
        (b"\xff\xfe\x00 garbage", "100", "AR"),
        (b"MSH|^~\\&|GAM", "200", "AR"),
        (sample(A04)[:150], "101", "AE"),
        (sample(A04)[: sample(A04).index(b"20260301101000|||||||V") + 6], "102", "AE"),
        (sample(A04).replace(b"LOUISE", "LOUISÉ".encode("latin-1")), "102", "AE"),
        (bent(A04, ("UNICODE UTF-8", "UTF-32")), "103", "AE"),
        (bent(A04, ("ADT^A04^ADT_A01", "ADT^A99^ADT_A01")), "201", "AR"),
        (bent(A04, ("ADT^A04^ADT_A01", "ORU^R01")), "200", "AR"),
        (bent(A04, ("2.5^FRA^2.11", "2.1")), "203", "AR"),
        (with_field(sample(A04), "PID", 5, ""), "101", "AE"),
        (with_field(sample(A04), "PID", 7, "20990101"), "102", "AE"),
        (with_field(sample(A04), "PID", 7, "18991231"), "102", "AE"),
        (without(sample(A04), "PID"), "101", "AE"),
        (without(sample(A04), "PV1"), "101", "AE"),
        (sample(A04) * 2, "100", "AR"),
        (b"x" * 300_000, "207", "AR"),
    ],
    ids=[
        *("empty", "garbage", "header alone", "cut in PID", "cut in a date", "wrong encoding", "unknown charset"),
        *("unknown event", "not ADT", "version", "no name", "born tomorrow", "born before 1900", "no PID", "no PV1"),
        *("two in one", "huge"),
    ],
)
def test_what_can_t_be_read_is_kept_and_answered(hospitals: Hospitals, raw: bytes, code: str, answer: str) -> None:
    received = take(raw)
    assert why(received)[0] == code
    assert acks([received.message]) == [answer]
    assert InboxMessage.objects.get().body == raw
    assert not Patient.objects.exists()
    assert take(raw).message.answer == received.message.answer
    assert InboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_a_latin_1_message_keeps_its_accents_and_its_bytes(hospitals: Hospitals) -> None:
    raw = bent(A04, ("UNICODE UTF-8", "8859/1"), ("FICTIVE^LOUISE^", "FICTIVE^ZOÉ^"), codec="latin-1")
    message = take(raw).message
    assert (message.state, message.body) == (MessageState.APPLIED, raw)
    assert pec(hospitals.perpignan).patient.first_name == "ZOE"


@pytest.mark.django_db
def test_line_ends_and_frames_make_no_other_message(hospitals: Hospitals) -> None:
    take(A04)
    for raw in (
        sample(A04).replace(b"\r", b"\r\n"),
        sample(A04).replace(b"\r", b"\n"),
        b"\x0b" + sample(A04) + b"\x1c\r",
    ):
        assert not take(raw).is_new


@pytest.mark.django_db
def test_the_same_number_with_another_body_is_new_and_flagged(hospitals: Hospitals) -> None:
    first = take(A04).message
    other = take(bent(A04, ("SAU^BOX^3", "SAU^BOX^5"))).message
    assert (first.is_conflicting, other.is_conflicting, other.state) == (False, True, MessageState.APPLIED)
    assert InboxMessage.objects.count() == 2
    # Another application's numbers are its own.
    assert not take(bent(A04, ("|GAM|", "|AUTRE|"))).message.is_conflicting


@pytest.mark.django_db
def test_the_answer_names_the_message_and_the_refused_place(hospitals: Hospitals) -> None:
    take(A04)
    refused = take(bent("A02_changement_box.hl7", ("UHCD^CH2^1", "UHCD^CH9^1"))).message
    answer = (refused.answer or b"").decode()
    assert "MSA|AE|MSG0003\r" in answer
    assert "ERR||PV1^1^3|204^Unknown key identifier^HL70357|E||||Localisation inconnue : UHCD/CH9/1\r" in answer


@pytest.mark.django_db
def test_an_error_of_ours_is_kept_answered_and_replayed(
    hospitals: Hospitals, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(feed: Any) -> None:
        raise ZeroDivisionError(feed.adt.patient.birth_name.family)

    with monkeypatch.context() as patch:
        patch.setattr(handlers, "handle", broken)
        refused = take(A04)
    assert why(refused)[0] == "207"
    assert "FICTIVE" not in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert inbox.settle(refused.message, source=SOURCE, now=clock.now()).state == MessageState.APPLIED


@pytest.mark.django_db(transaction=True)
def test_killed_between_the_two_transactions_it_is_taken_up_again(
    hospitals: Hospitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(**_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(actions, "apply", killed)
        with pytest.raises(KeyboardInterrupt):
            take(A04)
    kept = InboxMessage.objects.get()
    assert (kept.state, kept.ack, Encounter.objects.count()) == (MessageState.RECEIVED, None, 0)
    again = take(A04)
    assert (again.is_new, again.message.state, again.message.pk) == (False, MessageState.APPLIED, kept.pk)
    assert Encounter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_fails_late_leaves_nothing_but_the_message(hospitals: Hospitals, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last write of the transaction fails: no patient, no PEC, no event of it stays."""

    def failing(*_: Any, **__: Any) -> bytes:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(actions.ack, "accept", failing)
        take(A04)
    assert (Patient.objects.count(), Encounter.objects.count()) == (0, 0)
    assert list(Event.objects.values_list("kind", flat=True)) == ["hl7.message_refused"]


@pytest.mark.django_db(transaction=True)
def test_the_database_holds_no_word_of_a_message(hospitals: Hospitals, owner_connection: psycopg.Connection) -> None:
    take(A04)
    take(bent("A02_changement_box.hl7", ("UHCD^CH2^1", "QUARTZ^XENON^1")))
    take(b"MSH garbage FICTIVE LOUISE")
    words = [b"FICTIVE", b"LOUISE", b"ESSAI^", b"0004512", b"288079999900113", b"19880714", b"0499000001"]
    words += [b"QUARTZ", b"EXEMPLE"]
    found = owner_connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind = 'r'"
    ).fetchall()
    for (table,) in found:
        for (row,) in owner_connection.execute(f'SELECT t::text FROM "{table}" t').fetchall():
            text = row.encode()
            assert not [word for word in words if word in text or word.hex().encode() in text], table


@pytest.mark.django_db(transaction=True)
def test_a_message_without_declared_author_is_refused_by_the_database(
    hospitals: Hospitals, app_connection: psycopg.Connection
) -> None:
    take(A04)
    for sentence in ("UPDATE hl7_inboxmessage SET state = 'refused'", "DELETE FROM hl7_inboxmessage"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_connection.execute(sentence)


@pytest.mark.django_db
def test_texts_are_dropped_after_thirty_days_and_answers_stay(hospitals: Hospitals, settings: Any) -> None:
    take(A04)
    take("A40_fusion.hl7")
    refused = take("A13_annulation_sortie.hl7").message
    now = clock.now()
    assert tasks.drop_old(now + timedelta(days=29)) == 0
    assert tasks.drop_old(now + timedelta(days=31)) == 2
    kept = {message.event: message for message in InboxMessage.objects.all()}
    assert (kept["A04"].raw, kept["A13"].raw) == (None, None)
    assert kept["A40"].body == sample("A40_fusion.hl7")  # somebody must still read it
    before = everything()
    assert not take(A04).is_new
    assert inbox.settle(kept["A13"], source=SOURCE, now=now).answer == refused.answer
    assert everything() == before
    settings.HL7_RAW_DAYS = 90
    take(bent(A04, ("MSG0001", "MSG0301")))
    assert tasks.drop_old(now + timedelta(days=31)) == 0
