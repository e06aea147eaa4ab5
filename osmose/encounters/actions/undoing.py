"""Undoing one's own click."""

import uuid
from datetime import datetime

from osmose.encounters import events
from osmose.encounters.models import Encounter
from osmose.encounters.operations import exits, places, requests, rows
from osmose.encounters.policies import ASK, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions, undo
from osmose.kernel.actions.deeds import action
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.kinds import Payload
from osmose.kernel.events.record import record


@action(may=WRITE, subject="encounter")
def undo_event(*, actor: Actor, encounter: Encounter, event_uid: uuid.UUID, now: datetime) -> Encounter:
    """Undoes one's own click of the last ten seconds, unless somebody changed the same field since."""
    row = rows.lock(encounter)
    event = undo.require_undoable(timeline.by_uid(row.pk, event_uid), actor=actor, now=now)
    told = timeline.read(event)
    if not isinstance(told.payload, events.FieldChanged):
        raise Refused("Cette action ne s’annule pas.", code="undo-kind", status=409)
    if isinstance(told.payload, events.RequestChanged | events.RequestNoted) and not ASK.allows(actor, row, now):
        raise NotVisible
    field = event.changed[0]
    undo.require_unchanged(revisions.revision(row, field), told.payload.revision)
    fields = _restore(row, told.payload, actor=actor, now=now)
    undone = events.Undone(what=told.sentence)
    record(undone, subject=row, actor=actor, at=now, changed=[field], undoes=event.uid)
    return rows.save(row, *fields)


def _restore(row: Encounter, told: Payload, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Puts back what the event changed, exempt from the transition tables; returns the fields left to save."""
    if isinstance(told, events.RequestChanged):
        requests.restore(actor=actor, encounter=row, told=told, now=now)
    elif isinstance(told, events.RequestNoted):
        requests.restore_note(encounter=row, told=told)
    elif isinstance(told, events.PlaceChanged):
        _restore_place(row, now=now)
    elif isinstance(told, events.PatientExited):
        exits.come_back(actor=actor, encounter=row, now=now, note=False)
    elif isinstance(told, events.FieldChanged):
        setattr(row, told.field, told.before)
        revisions.bump(row, told.field)
        return (told.field,)
    return ()


def _restore_place(row: Encounter, *, now: datetime) -> None:
    """Strikes out the last movement: the one before it goes on."""
    last = row.movements.filter(cancelled_at=None).order_by("-starts_at", "-id").first()
    if last is not None:
        places.strike(movement=last, now=now)
    revisions.bump(row, "place")
