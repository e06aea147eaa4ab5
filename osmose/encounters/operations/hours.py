"""« À une autre heure »: what a click changed, at the hour when it really happened."""

import uuid
from datetime import datetime

from django.db.models import Q

from osmose.encounters import events
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Encounter, ServiceRequest
from osmose.encounters.operations import interventions, referents
from osmose.encounters.operations.rows import require_past
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused

_STAMPS = ("requested_at", "started_at", "done_at", "changed_at")
_ORDERED = ("requested_at", "started_at", "done_at")


def require_possible(encounter: Encounter, at: datetime, now: datetime, *, until: datetime | None) -> None:
    """`Refused` outside the passage: in the future, before the arrival, after `until` (the exit)."""
    require_past(at, now, field="at")
    if at < encounter.arrived_at:
        raise Refused(
            f"Le patient n’était pas encore là\u202f: il est arrivé {french.day_time(encounter.arrived_at)}.",
            field="at",
            code="before-arrival",
        )
    if until is not None and at > until:
        raise Refused(f"Le patient était déjà sorti\u202f: {french.day_time(until)}.", field="at", code="after-exit")


@operation
def shift(
    *, actor: Actor, encounter: Encounter, told: events.FieldChanged, before: datetime, at: datetime
) -> tuple[str, ...]:
    """Moves the hours that the click wrote from `before` to `at`; returns the PEC's own fields left to save."""
    if isinstance(told, events.RequestChanged):
        _shift_request(uuid.UUID(told.request_id), before, at)
    elif isinstance(told, events.InterventionChanged):
        interventions.shift(actor=actor, encounter=encounter, told=told, before=before, at=at)
    elif isinstance(told, events.PlaceChanged | events.OwnerChanged):
        _shift_place(encounter, before, at)
    elif isinstance(told, events.ReferentChanged):
        current = referents.in_charge(encounter, Referent(told.role))
        if current is not None and current.starts_at == before:
            _shift_assignment(encounter, current.pk, told.role, before, at)
    elif isinstance(told, events.PatientExited):
        encounter.exited_at = at
        return ("exited_at",)
    return ()


def _shift_request(request_id: uuid.UUID, before: datetime, at: datetime) -> None:
    request = ServiceRequest.objects.get(pk=request_id)
    moved = [name for name in _STAMPS if getattr(request, name) == before]
    for name in moved:
        setattr(request, name, at)
    hours = [hour for name in _ORDERED if (hour := getattr(request, name)) is not None]
    if hours != sorted(hours):
        raise Refused(
            "Cette heure contredit les autres heures de la demande\u202f: demandée, commencée, puis terminée.",
            field="at",
            code="request-order",
        )
    request.save(update_fields=moved)


def _shift_place(encounter: Encounter, before: datetime, at: datetime) -> None:
    """The current place begins at another hour; the one before it lasts until then."""
    known = list(encounter.movements.filter(cancelled_at=None).order_by("-starts_at", "-id")[:2])
    if not known or known[0].starts_at != before:
        raise Refused("Ce déplacement n’est plus le dernier.", field="at", code="place-not-last", status=409)
    current, previous = known[0], known[1] if len(known) > 1 else None
    if previous is not None and at < previous.starts_at:
        raise Refused(
            f"Le patient n’était arrivé au lieu précédent qu’à {french.time(previous.starts_at)}.",
            field="at",
            code="place-order",
        )
    # Shortened first: two places never overlap, not even inside the transaction.
    if previous is not None and at < before:
        previous.ends_at = at
        previous.save(update_fields=["ends_at"])
    current.starts_at = at
    current.save(update_fields=["starts_at"])
    if previous is not None and at > before:
        previous.ends_at = at
        previous.save(update_fields=["ends_at"])


def _shift_assignment(encounter: Encounter, current_id: uuid.UUID, role: str, before: datetime, at: datetime) -> None:
    rows = encounter.assignments.filter(role=role)
    previous = rows.filter(ends_at=before).exclude(pk=current_id).first()
    if previous is not None and at < previous.starts_at:
        raise Refused("Cette heure précède le référent précédent.", field="at", code="referent-order")
    if previous is not None:
        rows.filter(Q(pk=previous.pk)).update(ends_at=at)
    rows.filter(pk=current_id).update(starts_at=at)
