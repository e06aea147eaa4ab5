"""A deed is whole: declared, allowed, journaled and told in one transaction, or it never was."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor, FeedActor
from osmose.kernel.actions import deeds
from osmose.kernel.actions.deeds import RecordedNothing
from osmose.kernel.audit.models import Outcome, Verb
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.db.context import require_declared
from osmose.kernel.events.models import Event
from tests.kernel import world
from tests.kernel.world import change_in_silence, lines, note, prefer, refuse, set_version, told, version_of

pytestmark = pytest.mark.django_db
DOOR = "tests.kernel.world.note"


def test_a_deed_writes_tells_and_journals_at_once(pec: Encounter, nurse: Actor) -> None:
    assert note(actor=nurse, encounter=pec, text="vu", now=clock.now()) == pec
    (event,), (line,) = told(pec), lines(door=DOOR)
    assert event.xid == line.xid  # one transaction
    assert (line.verb, line.outcome, line.policy) == (Verb.CHANGE, Outcome.ALLOWED, "tests.read")
    assert (line.subjects, line.persons) == ([pec.pk], [pec.patient_id])
    assert (line.actor_id, line.actor_kind, line.role) == (nurse.id, "user", "agent")
    assert (line.unit_id, str(line.address), line.workstation) == (nurse.acting_unit_id, "192.0.2.1", "poste-essai")
    assert line.request_id == nurse.request_id
    assert version_of(pec) == 2


def test_a_deed_that_tells_nothing_fails_and_leaves_no_trace(pec: Encounter, nurse: Actor) -> None:
    with pytest.raises(RecordedNothing):
        change_in_silence(actor=nurse, encounter=pec, now=clock.now())
    assert version_of(pec) == 1
    assert lines(actor_id=nurse.id) == []


def test_a_rule_that_refuses_undoes_everything(pec: Encounter, nurse: Actor) -> None:
    with pytest.raises(Refused):
        refuse(actor=nurse, encounter=pec, now=clock.now())
    assert (version_of(pec), told(pec), lines(actor_id=nurse.id)) == (1, [], [])


def test_a_stranger_is_refused_and_the_journal_says_so(pec: Encounter, stranger: Actor) -> None:
    with pytest.raises(NotVisible) as hidden:
        note(actor=stranger, encounter=pec, text="non", now=clock.now())
    assert hidden.value.is_journaled
    (line,) = lines(actor_id=stranger.id)
    assert (line.outcome, line.door, line.subjects) == (Outcome.REFUSED, DOOR, [pec.pk])
    assert (version_of(pec), told(pec)) == (1, [])


def test_a_connector_may_not_do_what_is_for_people(pec: Encounter) -> None:
    feed = FeedActor.named("GAM")
    with pytest.raises(NotVisible):
        note(actor=feed, encounter=pec, text="non", now=clock.now())
    (line,) = lines(actor_id=feed.id)
    assert (line.actor_kind, line.outcome, line.role) == ("feed", Outcome.REFUSED, "")


@pytest.mark.django_db(transaction=True)
def test_a_deed_opens_the_one_transaction_and_never_joins_another(pec: Encounter, nurse: Actor) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        note(actor=nurse, encounter=pec, text="x", now=clock.now())

    def inner() -> None:
        note(actor=nurse, encounter=pec, text="dedans", now=clock.now())

    with pytest.raises(RuntimeError, match="durable"):
        note(actor=nurse, encounter=pec, text="dehors", now=clock.now(), then=inner)
    assert told(pec) == []
    assert version_of(pec) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("missing", ["INSERT ON audit_accessentry", "INSERT ON events_event"])
def test_a_deed_whose_journal_or_event_cannot_be_written_saves_nothing(
    pec: Encounter, nurse: Actor, missing: str, owner_connection: object
) -> None:
    owner = owner_connection
    owner.execute(f"REVOKE {missing} FROM osmose_app")  # type: ignore[attr-defined]
    try:
        with pytest.raises(Exception, match="permission denied"):
            note(actor=nurse, encounter=pec, text="x", now=clock.now())
    finally:
        owner.execute(f"GRANT {missing} TO osmose_app")  # type: ignore[attr-defined]
    assert (version_of(pec), told(pec), lines(actor_id=nurse.id)) == (1, [], [])


def test_an_operation_needs_an_open_deed(pec: Encounter) -> None:
    with pytest.raises(RuntimeError, match="nobody is declared"):
        set_version(encounter=pec, version=4)
    with world.writing():
        set_version(encounter=pec, version=4)
    assert version_of(pec) == 4


def test_a_personal_deed_has_an_author_and_leaves_no_event_nor_line(nurse: Actor) -> None:
    events = Event.objects.count()
    declared = prefer(actor=nurse, now=clock.now(), then=require_declared)
    assert (declared.actor_id, declared.request_id) == (nurse.id, nurse.request_id)
    assert Event.objects.count() == events
    assert lines(actor_id=nurse.id) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('osmose.actor', true)")
        assert cursor.fetchone() in [("",), (None,)]


def test_every_declared_deed_is_known_by_name() -> None:
    deed = deeds.registry()[DOOR]
    assert (deed.may, deed.subject, deed.verb) == (world.READ, "encounter", Verb.CHANGE)
    assert deeds.registry()["tests.kernel.world.prefer"].may is None


@pytest.mark.parametrize("call", [lambda: note(encounter=None), lambda: note(actor=None, text="x")])  # type: ignore[call-arg]
def test_a_deed_without_actor_or_instant_is_a_mistake(call: Callable[[], object]) -> None:
    with pytest.raises(KeyError):
        call()
    assert isinstance(uuid.UUID(deeds.new_token()), uuid.UUID)
