"""The public list of medicines, loaded by a command; the favourites of a unit, set by an administrator."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from osmose.handover.events import FavouriteMedicineDefined, MedicinesLoaded
from osmose.handover.models import FavouriteMedicine
from osmose.handover.operations import medicines
from osmose.handover.operations.medicines import Loaded, Speciality
from osmose.handover.policies import DEFINE_FAVOURITES, LOAD_MEDICINES
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import reference
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import EventSubject, record
from osmose.kernel.events.reference import ADDED, CHANGED, ENDED, RESTORED

# Every loading is told of one thing: the list.
_LIST = uuid.UUID("5b1f2a34-3f0d-5f0e-9a52-7d0c3a6f1c77")


class _List:
    """The public list as a whole."""

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(_LIST)


@action(may=LOAD_MEDICINES, verb=Verb.CHANGE)
def load_medicines(*, actor: Actor, specialities: Sequence[Speciality], now: datetime) -> Loaded:
    """The list is what these files say. `Refused`: files that name no medicine, which would empty it."""
    if not specialities:
        raise Refused("Ces fichiers ne nomment aucun médicament\u202f: la liste reste telle qu’elle est.", code="empty")
    loaded = medicines.replace(specialities, now=now)
    told = MedicinesLoaded(known=loaded.known, added=loaded.added, ended=loaded.ended)
    record(told, subject=_List(), actor=actor, at=now)
    return loaded


def _taken() -> Refused:
    return Refused("Ce médicament est déjà favori par cette voie.", field="label", code="favourite-label", status=409)


@action(may=DEFINE_FAVOURITES, subject="favourite", verb=Verb.CREATE)
def add_favourite(*, actor: Actor, favourite: FavouriteMedicine, now: datetime) -> FavouriteMedicine:
    """One more favourite of a unit. Refused: one that it has already, by the same way."""
    added = reference.insert(favourite, taken=_taken())
    record(FavouriteMedicineDefined(label=added.label, deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=DEFINE_FAVOURITES, subject="favourite")
def change_favourite(
    *, actor: Actor, favourite: FavouriteMedicine, wanted: reference.Wanted, now: datetime
) -> FavouriteMedicine:
    """Its word, usual dose, way, order. Refused: see `reference.revise`."""
    fresh, changes = reference.revise(favourite, wanted, taken=_taken())
    told = FavouriteMedicineDefined(label=fresh.label, deed=CHANGED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=DEFINE_FAVOURITES, subject="favourite")
def end_favourite(*, actor: Actor, favourite: FavouriteMedicine, now: datetime) -> FavouriteMedicine:
    """It is offered no more; what was given stays as it was noted."""
    fresh = reference.lock(favourite)
    if fresh.ended_at is not None:
        raise Refused("C’est déjà le cas.", code="unchanged", status=200)
    fresh, changes = reference.revise(fresh, reference.Wanted({"ended_at": now}), taken=_taken())
    record(FavouriteMedicineDefined(label=fresh.label, deed=ENDED), subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=DEFINE_FAVOURITES, subject="favourite")
def restore_favourite(*, actor: Actor, favourite: FavouriteMedicine, now: datetime) -> FavouriteMedicine:
    """It is offered again. Refused: another one has taken its place meanwhile."""
    fresh, changes = reference.revise(favourite, reference.Wanted({"ended_at": None}), taken=_taken())
    told = FavouriteMedicineDefined(label=fresh.label, deed=RESTORED)
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh
