"""The mode of arrivals that an establishment offers."""

from datetime import datetime

from osmose.encounters.events import ArrivalModeDefined
from osmose.encounters.models import ModeOfArrival
from osmose.encounters.policies import DEFINE_MODES
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import reference
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.kernel.events.reference import ADDED, CHANGED, ENDED, RESTORED


def _taken() -> Refused:
    return Refused(
        "Un mode d’arrivée de cet établissement porte déjà ce code.", field="code", code="mode-code", status=409
    )


@action(may=DEFINE_MODES, subject="mode", verb=Verb.CREATE)
def add_mode(*, actor: Actor, mode: ModeOfArrival, now: datetime) -> ModeOfArrival:
    """A new mode of arrival. Refused: one that is already in the list."""
    added = reference.insert(mode, taken=_taken())
    record(ArrivalModeDefined(label=added.label, deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=DEFINE_MODES, subject="mode")
def change_mode(*, actor: Actor, mode: ModeOfArrival, wanted: reference.Wanted, now: datetime) -> ModeOfArrival:
    """Its word, its order, where it is offered. Refused: see `reference.revise`."""
    fresh, changes = reference.revise(mode, wanted, taken=_taken())
    told = ArrivalModeDefined(label=fresh.label, deed=CHANGED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=DEFINE_MODES, subject="mode")
def end_mode(*, actor: Actor, mode: ModeOfArrival, now: datetime) -> ModeOfArrival:
    """It is offered no more; the PECs that have it keep it."""
    fresh = reference.lock(mode)
    if fresh.ended_at is not None:
        raise Refused("C’est déjà le cas.", code="unchanged", status=200)
    fresh, changes = reference.revise(fresh, reference.Wanted({"ended_at": now}), taken=_taken())
    record(ArrivalModeDefined(label=fresh.label, deed=ENDED), subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=DEFINE_MODES, subject="mode")
def restore_mode(*, actor: Actor, mode: ModeOfArrival, now: datetime) -> ModeOfArrival:
    """It is offered again. Refused: another one has taken its place meanwhile."""
    fresh, changes = reference.revise(mode, reference.Wanted({"ended_at": None}), taken=_taken())
    record(ArrivalModeDefined(label=fresh.label, deed=RESTORED), subject=fresh, actor=actor, at=now, changed=changes)
    return fresh
