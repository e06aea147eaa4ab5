"""What the clock does to statuses, and what a new unit begins with."""

from datetime import datetime

from osmose.accounts.operations import presence
from osmose.accounts.queries.presence import people_on_status
from osmose.kernel.access.actor import SystemActor
from osmose.kernel.base import clock
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.events.dispatch import subscribe
from osmose.kernel.events.models import Event
from osmose.kernel.tasks.queue import background, periodic
from osmose.organisations.queries import units_named

JOBS = SystemActor.named("jobs")


def close_due(now: datetime) -> int:
    """Ends the statuses whose shift is over, each in a transaction of its own; returns how many."""
    closed = 0
    for user_id in people_on_status():
        with declared_transaction(actor_id=JOBS.id):
            closed += presence.close_if_due(user_id=user_id, now=now)
    return closed


def reduce(now: datetime) -> int:
    """Turns the statuses of past days into counts, a thousand at a time; returns how many are forgotten."""
    total = 0
    while True:
        with declared_transaction(actor_id=JOBS.id):
            reduced = presence.reduce(now=now)
        if not reduced:
            return total
        total += reduced


@periodic("accounts.close_due_statuses", cron="*/5 * * * *")
def close_due_periodically() -> None:
    close_due(clock.now())


@periodic("accounts.reduce_statuses", cron="20 * * * *")
def reduce_periodically() -> None:
    reduce(clock.now())


@background("accounts.found_statuses")
def found_statuses(event_id: int, recorded_at: str) -> None:
    """A unit that was just added gets the statuses to begin with."""
    event = Event.objects.filter(pk=event_id, recorded_at=datetime.fromisoformat(recorded_at)).first()
    if event is None or event.subject_id is None:
        return
    with declared_transaction(actor_id=JOBS.id):
        presence.create_founding_statuses(units_named([event.subject_id]).values())


subscribe(found_statuses, "organisations.unit_set_up")
