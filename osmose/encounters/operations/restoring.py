"""Putting back what an event changed: undone at once, or withdrawn long after for « erreur de dossier »."""

from datetime import datetime

from osmose.encounters import events
from osmose.encounters.models import Encounter
from osmose.encounters.operations import (
    coming,
    continuing,
    exits,
    interventions,
    places,
    referents,
    requests,
    sectors,
    tracking,
    visits,
)
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.events.kinds import Payload

# What asks for the policy of requests.


@operation
def restore(*, encounter: Encounter, told: Payload, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Puts back what the event changed, exempt from the transition tables; returns the fields left to save."""
    if isinstance(told, events.OF_REQUESTS):
        _restore_request(encounter, told, actor=actor, now=now)
    elif isinstance(told, events.TrackingChanged):
        tracking.restore_field(encounter=encounter, told=told)
    elif isinstance(told, events.ReferentChanged):
        referents.restore(encounter=encounter, told=told, now=now)
    elif isinstance(told, events.ArrivalTimeChanged):
        visits.shift_arrival(encounter=encounter, arrived_at=datetime.fromisoformat(told.before))
        revisions.bump(encounter, told.field)
        return ("arrived_at",)
    elif isinstance(told, events.PlaceChanged):
        _restore_place(encounter, actor=actor, now=now)
    elif isinstance(told, events.OwnerChanged):
        continuing.turn_back(actor=actor, encounter=encounter, told=told, now=now)
        return ("care_unit",)
    elif isinstance(told, events.ComingSaid):
        coming.put_back(encounter, told.state)
        return coming.FIELDS
    elif isinstance(told, events.PatientExited):
        exits.come_back(actor=actor, encounter=encounter, now=now, note=False)
    elif isinstance(told, events.FieldChanged):
        setattr(encounter, told.field, told.before)
        revisions.bump(encounter, told.field)
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
