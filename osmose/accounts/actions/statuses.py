"""What an administrator does to the statuses of activity of a unit."""

from datetime import datetime

from osmose.accounts.events import StatusSetUp
from osmose.accounts.models import PresenceStatus
from osmose.accounts.operations.presence import create_founding_statuses
from osmose.accounts.policies import SET_UP_STATUSES
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import reference
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.kernel.events.reference import ADDED, CHANGED, ENDED, RESTORED


def _taken() -> Refused:
    return Refused("Un statut de cette unité porte déjà ce nom.", field="label", code="status-label", status=409)


@action(may=SET_UP_STATUSES, subject="status", verb=Verb.CREATE)
def add_status(*, actor: Actor, status: PresenceStatus, now: datetime) -> PresenceStatus:
    """A new status of a unit, beside those it begins with. Refused: a name that one of the unit has."""
    create_founding_statuses([status.care_unit])
    added = reference.insert(status, taken=_taken())
    record(StatusSetUp(label=_named(added), deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=SET_UP_STATUSES, subject="status")
def change_status(*, actor: Actor, status: PresenceStatus, wanted: reference.Wanted, now: datetime) -> PresenceStatus:
    """Name, usual length and order; who has it keeps the word they said. Refused: see `reference.revise`."""
    fresh, changes = reference.revise(status, wanted, taken=_taken())
    told = StatusSetUp(label=_named(fresh), deed=CHANGED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=SET_UP_STATUSES, subject="status")
def end_status(*, actor: Actor, status: PresenceStatus, now: datetime) -> PresenceStatus:
    """It is no longer offered. Refused: the last one that the unit offers."""
    others = PresenceStatus.objects.select_for_update().filter(care_unit=status.care_unit_id, ended_at=None)
    if not [row for row in others.order_by("pk") if row.pk != status.pk]:
        raise Refused("C’est le dernier statut de cette unité\u202f: ajoutez-en un autre d’abord.", code="status-last")
    fresh, _ = reference.revise(status, reference.Wanted({"ended_at": now}), taken=_taken())
    record(StatusSetUp(label=_named(fresh), deed=ENDED), subject=fresh, actor=actor, at=now, changed=["ended_at"])
    return fresh


@action(may=SET_UP_STATUSES, subject="status")
def restore_status(*, actor: Actor, status: PresenceStatus, now: datetime) -> PresenceStatus:
    """An ended status is offered again. Refused: another one has taken its name meanwhile."""
    fresh, changes = reference.revise(status, reference.Wanted({"ended_at": None}), taken=_taken())
    told = StatusSetUp(label=_named(fresh), deed=RESTORED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


def _named(status: PresenceStatus) -> str:
    return f"{status.label} ({status.care_unit.short_name})"
