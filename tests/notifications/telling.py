"""What tests of notifications do: say a status, run what the worker would run, look into an inbox."""

from datetime import datetime, timedelta
from typing import Any

from osmose.accounts.operations.presence import Said, leave, say
from osmose.accounts.queries.presence import statuses_of
from osmose.accounts.rules.presence import PresenceMeaning
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason
from osmose.encounters.models import Encounter
from osmose.handover.actions import sign_note
from osmose.handover.models import HandoverNote
from osmose.handover.rules import Recipient, Written
from osmose.kernel.base import clock
from osmose.kernel.events.models import Event
from osmose.notifications import tasks
from osmose.notifications.models import Notification
from osmose.notifications.queries.inbox import Told, inbox
from osmose.organisations.models import CareUnit
from tests.cast import Character
from tests.encounters.clicks import click, note
from tests.factories.patients import acting


def is_there(who: Character, unit: CareUnit, meaning: PresenceMeaning = PresenceMeaning.AVAILABLE, **said: Any) -> None:
    """A status, as its owner says it: available unless another one is given."""
    status = next(status for status in statuses_of(unit.pk) if status.meaning is meaning)
    with acting():
        say(user_id=who.id, unit_id=unit.pk, said=Said(status, **said), at=said.pop("at", clock.now()))


def is_in_crisis(who: Character, unit: CareUnit, minutes: int = 30) -> None:
    is_there(who, unit, PresenceMeaning.CRISIS, expected_at=clock.now() + timedelta(minutes=minutes))


def has_left(who: Character) -> None:
    with acting():
        leave(user_id=who.id, at=clock.now())


def worry(who: Character, pec: Encounter, text: str = "") -> Event:
    """« Préoccupant »."""
    note(who, pec, "concern", Concern((ConcernReason.VIOLENCE,), text))
    return Event.objects.filter(subject_id=pec.pk, kind="encounters.concern_changed").latest("id")


def send(who: Character, pec: Encounter, *to: CareUnit | Character, **more: Any) -> HandoverNote:
    """A note, addressed."""
    recipients = [Recipient(unit_id=one.pk) if isinstance(one, CareUnit) else Recipient(user_id=one.id) for one in to]
    click(sign_note, who, pec, written=Written(**{"text": "À voir vite", "to": tuple(recipients), **more}))
    return HandoverNote.objects.filter(encounter=pec).latest("id")


def run(event: Event, *, waited: bool = True) -> None:
    """What the worker does of an event, and again once it can't be undone any more."""
    when = event.recorded_at.isoformat()
    tasks.deliver(event_id=event.id, recorded_at=when)
    if waited:
        tasks.deliver_later(event_id=event.id, recorded_at=when)


def run_all(pec: Encounter, *, waited: bool = True) -> None:
    """Everything told of a PEC so far."""
    for event in Event.objects.filter(subject_id=pec.pk).order_by("id"):
        run(event, waited=waited)


def row_of(who: Character, notice: str = "") -> Notification:
    """The one notification of somebody."""
    rows = Notification.objects.filter(user=who.id, cleared_at=None)
    return (rows.filter(notice=notice) if notice else rows).get()


def told(who: Character, now: datetime | None = None) -> list[Told]:
    """What somebody's inbox says now."""
    now = now or clock.now()
    return inbox(who.actor_at(now), now)


def notices(who: Character) -> list[str]:
    """The names of what is in somebody's inbox."""
    return sorted(one.row.notice for one in told(who))
