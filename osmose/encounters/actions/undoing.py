"""Undoing one's own click, or saying when it really happened."""

import dataclasses
import uuid
from datetime import datetime

from osmose.encounters import events
from osmose.encounters.models import Encounter
from osmose.encounters.operations import (
    continuing,
    exits,
    hours,
    interventions,
    places,
    referents,
    requests,
    rows,
    sectors,
    tracking,
    visits,
)
from osmose.encounters.policies import ASK, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions, undo
from osmose.kernel.actions.deeds import action
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.kinds import Payload
from osmose.kernel.events.record import record

_OF_REQUESTS = (events.RequestChanged, events.RequestNoted, events.ResultSaid, events.InterventionChanged)


@action(may=WRITE, subject="encounter")
def undo_event(*, actor: Actor, encounter: Encounter, event_uid: uuid.UUID, now: datetime) -> Encounter:
    """Undoes one's own click of the last ten seconds, unless somebody changed the same field since."""
    row = rows.lock(encounter)
    event = undo.require_undoable(timeline.by_uid(row.pk, event_uid), actor=actor, now=now)
    told = timeline.read(event)
    if not isinstance(told.payload, events.FieldChanged):
        raise Refused("Cette action ne s’annule pas.", code="undo-kind", status=409)
    if isinstance(told.payload, _OF_REQUESTS) and not ASK.allows(actor, row, now):
        raise NotVisible
    field = event.changed[0]
    undo.require_unchanged(revisions.revision(row, field), told.payload.revision)
    fields = _restore(row, told.payload, actor=actor, now=now)
    undone = events.Undone(what=told.sentence)
    record(undone, subject=row, actor=actor, at=now, changed=[field], undoes=event.uid)
    return rows.save(row, *fields)


def _restore(row: Encounter, told: Payload, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Puts back what the event changed, exempt from the transition tables; returns the fields left to save."""
    if isinstance(told, _OF_REQUESTS):
        _restore_request(row, told, actor=actor, now=now)
    elif isinstance(told, events.TrackingChanged):
        tracking.restore_field(encounter=row, told=told)
    elif isinstance(told, events.ReferentChanged):
        referents.restore(encounter=row, told=told, now=now)
    elif isinstance(told, events.ArrivalTimeChanged):
        visits.shift_arrival(encounter=row, arrived_at=datetime.fromisoformat(told.before))
        revisions.bump(row, told.field)
        return ("arrived_at",)
    elif isinstance(told, events.PlaceChanged):
        _restore_place(row, actor=actor, now=now)
    elif isinstance(told, events.OwnerChanged):
        continuing.turn_back(actor=actor, encounter=row, told=told, now=now)
        return ("care_unit",)
    elif isinstance(told, events.PatientExited):
        exits.come_back(actor=actor, encounter=row, now=now, note=False)
    elif isinstance(told, events.FieldChanged):
        setattr(row, told.field, told.before)
        revisions.bump(row, told.field)
        return (told.field,)
    return ()


def _restore_request(row: Encounter, told: Payload, *, actor: Actor, now: datetime) -> None:
    """Puts back the status, the word beside it, what was said of the result, or an interview."""
    if isinstance(told, events.RequestChanged):
        requests.restore(actor=actor, encounter=row, told=told, now=now)
    elif isinstance(told, events.RequestNoted):
        requests.restore_note(encounter=row, told=told)
    elif isinstance(told, events.ResultSaid):
        requests.restore_result(encounter=row, told=told)
    elif isinstance(told, events.InterventionChanged):
        interventions.restore(actor=actor, encounter=row, told=told, now=now)


def _restore_place(row: Encounter, *, actor: Actor, now: datetime) -> None:
    """Strikes out the last movement: the one before it goes on, and who came in charge by the place goes with it."""
    last = row.movements.filter(cancelled_at=None).order_by("-starts_at", "-id").first()
    if last is not None:
        places.strike(movement=last, now=now)
        sectors.unfollow(actor=actor, encounter=row, since=last.starts_at, at=now)
    revisions.bump(row, "place")


@action(may=WRITE, subject="encounter")
def retime_event(*, actor: Actor, encounter: Encounter, event_uid: uuid.UUID, at: datetime, now: datetime) -> Encounter:
    """Says when one's own click really happened: the same event again, at that hour, in the place of the first one.

    While nobody changed the same field since. `Refused`: outside the passage, or against the other hours known.
    """
    row = rows.lock(encounter)
    event = undo.require_own(timeline.by_uid(row.pk, event_uid), actor=actor)
    told = timeline.read(event)
    if not isinstance(told.payload, events.FieldChanged) or not told.payload.has_hour:
        raise Refused("L’heure de cette action ne se corrige pas ainsi.", code="retime-kind", status=409)
    if isinstance(told.payload, _OF_REQUESTS) and not ASK.allows(actor, row, now):
        raise NotVisible
    field = event.changed[0]
    undo.require_unchanged(revisions.revision(row, field), told.payload.revision)
    is_exit = isinstance(told.payload, events.PatientExited)
    hours.require_possible(row, at, now, until=None if is_exit else row.exited_at)
    own = hours.shift(actor=actor, encounter=row, told=told.payload, before=event.occurred_at, at=at)
    payload = told.payload
    if isinstance(payload, events.TrackingChanged):
        payload = tracking.move_field(encounter=row, told=payload, before=event.occurred_at, at=at)
    again = dataclasses.replace(payload, revision=revisions.bump(row, field))
    record(again, subject=row, actor=actor, at=at, changed=[field], undoes=event.uid)
    return rows.save(row, *own)
