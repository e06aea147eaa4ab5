"""What follows an event commits or vanishes with it: notification, jobs of subscribers."""

from collections.abc import Iterator

import psycopg
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import dispatch
from osmose.kernel.events.models import Event
from osmose.kernel.events.record import record
from osmose.kernel.tasks.queue import background
from tests.kernel.world import MAKER, Counted, Noted, note, refuse, told, writing

pytestmark = pytest.mark.django_db(transaction=True)


@background("tests.told")
def on_told(event_id: int, recorded_at: str) -> None:
    """Never run here."""


@pytest.fixture
def subscribed() -> Iterator[None]:
    subscription = dispatch.subscribe(on_told, "tests.noted")
    yield
    dispatch.unsubscribe(subscription)


def _jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="tests.told"))


def test_the_notification_holds_the_id_and_leaves_with_the_commit(
    pec: Encounter, nurse: Actor, app_connection: psycopg.Connection
) -> None:
    app_connection.execute("LISTEN osmose_events")
    with pytest.raises(Refused):
        refuse(actor=nurse, encounter=pec, now=clock.now())
    with writing():
        event = record(Noted(text="secret"), subject=pec, actor=MAKER, at=clock.now())
        assert list(app_connection.notifies(timeout=0.2)) == []
        assert app_connection.execute("SELECT 1 FROM events_event WHERE uid = %s", [event.uid]).fetchone() is None
    notices = list(app_connection.notifies(timeout=5, stop_after=1))
    assert [(n.channel, n.payload) for n in notices] == [("osmose_events", str(event.id))]


def test_each_subscriber_gets_one_job_of_ids_with_the_event(pec: Encounter, nurse: Actor, subscribed: None) -> None:
    note(actor=nurse, encounter=pec, text="secret", now=clock.now())
    with writing():
        record(Counted(number=1), subject=pec, actor=MAKER, at=clock.now())
    (event, _) = told(pec)
    (job,) = _jobs()
    assert job.args == {"event_id": event.id, "recorded_at": event.recorded_at.isoformat()}


def test_a_refused_deed_leaves_neither_event_nor_job(pec: Encounter, nurse: Actor, subscribed: None) -> None:
    with pytest.raises(Refused):
        refuse(actor=nurse, encounter=pec, now=clock.now())
    assert told(pec) == []
    assert _jobs() == []


def test_a_subscriber_that_cannot_be_told_undoes_the_deed(
    pec: Encounter, nurse: Actor, subscribed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("queue")

    monkeypatch.setattr(on_told, "defer", fail)
    events = Event.objects.count()
    with pytest.raises(RuntimeError, match="queue"):
        note(actor=nurse, encounter=pec, text="x", now=clock.now())
    assert Event.objects.count() == events
