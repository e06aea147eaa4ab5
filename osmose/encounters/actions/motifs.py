"""The motifs that an establishment offers."""

from datetime import datetime

from osmose.encounters.events import MotifDefined
from osmose.encounters.models import Motif
from osmose.encounters.policies import DEFINE_MOTIFS
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import reference
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.kernel.events.reference import ADDED, CHANGED, ENDED, RESTORED


def _taken() -> Refused:
    return Refused("Ce motif existe déjà dans cette liste.", field="label", code="motif-label", status=409)


@action(may=DEFINE_MOTIFS, subject="motif", verb=Verb.CREATE)
def add_motif(*, actor: Actor, motif: Motif, now: datetime) -> Motif:
    """A new motif. Refused: one that is already in the list."""
    added = reference.insert(motif, taken=_taken())
    record(MotifDefined(label=added.label, deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=DEFINE_MOTIFS, subject="motif")
def change_motif(*, actor: Actor, motif: Motif, wanted: reference.Wanted, now: datetime) -> Motif:
    """Its word, its order, where it is offered. Refused: see `reference.revise`."""
    fresh, changes = reference.revise(motif, wanted, taken=_taken())
    told = MotifDefined(label=fresh.label, deed=CHANGED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=DEFINE_MOTIFS, subject="motif")
def end_motif(*, actor: Actor, motif: Motif, now: datetime) -> Motif:
    """It is offered no more; the PECs that have it keep it."""
    fresh = reference.lock(motif)
    if fresh.ended_at is not None:
        raise Refused("C’est déjà le cas.", code="unchanged", status=200)
    fresh, changes = reference.revise(fresh, reference.Wanted({"ended_at": now}), taken=_taken())
    record(MotifDefined(label=fresh.label, deed=ENDED), subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=DEFINE_MOTIFS, subject="motif")
def restore_motif(*, actor: Actor, motif: Motif, now: datetime) -> Motif:
    """It is offered again. Refused: another one has taken its place meanwhile."""
    fresh, changes = reference.revise(motif, reference.Wanted({"ended_at": None}), taken=_taken())
    record(MotifDefined(label=fresh.label, deed=RESTORED), subject=fresh, actor=actor, at=now, changed=changes)
    return fresh
