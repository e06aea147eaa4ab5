"""Undoing one's own click, or saying when it really happened."""

import dataclasses
import uuid
from datetime import datetime

from osmose.encounters import events
from osmose.encounters.models import Encounter
from osmose.encounters.operations import exits, hours, rows, tracking
from osmose.encounters.operations.restoring import restore
from osmose.encounters.policies import ASK, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions, undo
from osmose.kernel.actions.deeds import action
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.kernel.events.record import record

# What an arrival tells besides: who holds its sector, and the announcement that it settles.
_WITH_AN_ARRIVAL = ("encounters.referent_", "encounters.expected_")


@action(may=WRITE, subject="encounter")
def undo_event(*, actor: Actor, encounter: Encounter, event_uid: uuid.UUID, now: datetime) -> Encounter:
    """Undoes one's own click of the last ten seconds, unless somebody changed the same field since.

    An arrival is taken back with its PEC, while nothing else was written in it.
    """
    row = rows.lock(encounter)
    event = undo.require_undoable(timeline.by_uid(row.pk, event_uid), actor=actor, now=now)
    told = timeline.read(event)
    undo.require_in_time(events.clicked_at(told), now=now)
    if isinstance(told.payload, events.PatientArrived):
        return _take_back(row, event, told, actor=actor, now=now)
    if not isinstance(told.payload, events.FieldChanged):
        raise Refused("Cette action ne s’annule pas.", code="undo-kind", status=409)
    if isinstance(told.payload, events.OF_REQUESTS) and not ASK.allows(actor, row, now):
        raise NotVisible
    field = event.changed[0]
    undo.require_unchanged(revisions.revision(row, field), told.payload.revision)
    fields = restore(encounter=row, told=told.payload, actor=actor, now=now)
    undone = events.Undone(what=told.sentence)
    record(undone, subject=row, actor=actor, at=now, changed=[field], undoes=event.uid)
    return rows.save(row, *fields)


def _take_back(row: Encounter, event: Event, told: timeline.Entry, *, actor: Actor, now: datetime) -> Encounter:
    """The arrival was on somebody else: the PEC leaves every board, and who was expected still is.

    `Refused` (409) once anything else was written in it: a PEC in which care began ends by an exit.
    """
    if any(not kind.startswith(_WITH_AN_ARRIVAL) for kind in timeline.kinds_after(event)):
        raise Refused(
            "Autre chose a été noté dans cette prise en charge depuis\u202f: enregistrez plutôt la sortie.",
            code="undo-begun",
            status=409,
        )
    row = exits.cancel_arrival(actor=actor, encounter=row, now=now)
    record(events.Undone(what=told.sentence), subject=row, actor=actor, at=now, changed=["status"], undoes=event.uid)
    return row


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
    if isinstance(told.payload, events.OF_REQUESTS) and not ASK.allows(actor, row, now):
        raise NotVisible
    field = event.changed[0]
    undo.require_unchanged(revisions.revision(row, field), told.payload.revision)
    is_exit = isinstance(told.payload, events.PatientExited)
    hours.require_possible(row, at, now, until=None if is_exit else row.exited_at)
    own = hours.shift(actor=actor, encounter=row, told=told.payload, before=event.occurred_at, at=at)
    payload = told.payload
    if isinstance(payload, events.TrackingChanged):
        payload = tracking.move_field(encounter=row, told=payload, before=event.occurred_at, at=at)
    again = dataclasses.replace(
        payload, revision=revisions.bump(row, field), is_retimed=True, clicked_at=events.clicked_at(told).isoformat()
    )
    record(again, subject=row, actor=actor, at=at, changed=[field], undoes=event.uid)
    return rows.save(row, *own)
