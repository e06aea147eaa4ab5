"""Leaving, coming back, cancelling."""

import uuid
from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Coalesce, Greatest

from osmose.encounters import events, lifecycle
from osmose.encounters.lifecycle import (
    NOT_SAID,
    Destination,
    EncounterStatus,
    ExitMode,
    HandedOver,
    Meaning,
    Orientation,
    is_deceased,
)
from osmose.encounters.lifecycle.exits import require_coherent
from osmose.encounters.models import Encounter, ServiceRequest
from osmose.encounters.operations import expected
from osmose.encounters.operations.rows import require_past, save
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record

_EXIT_FIELDS = ("status", "exited_at", "exit_mode", "destination", "orientation")


@operation
def leave(
    *,
    actor: Actor,
    encounter: Encounter,
    mode: ExitMode | None,
    at: datetime,
    now: datetime,
    destination: Destination | None = None,
    orientation: Orientation | None = None,
    handed: HandedOver = NOT_SAID,
) -> Encounter:
    """Records the exit; the PEC stays open until its closure."""
    target = lifecycle.require(encounter.status, "exit")
    require_past(at, now, field="exited_at")
    if at < encounter.arrived_at:
        raise Refused("La sortie ne peut précéder l’arrivée.", field="exited_at", code="exit-before-arrival")
    require_coherent(mode, destination, orientation)
    encounter.status, encounter.exited_at = str(target), at
    encounter.exit_mode, encounter.destination, encounter.orientation = mode or "", destination or "", orientation or ""
    revision = revisions.bump(encounter, "status")
    left = events.PatientExited(
        before=EncounterStatus.ACTIVE,
        after=EncounterStatus.EXITED,
        revision=revision,
        mode=mode.label if mode else "",
        destination=destination.label if destination else "",
        orientation=orientation.label if orientation else "",
        handed_to=handed.to,
        handed_reason=handed.reason,
        is_death=is_deceased(encounter.exit_mode),
    )
    record(left, subject=encounter, actor=actor, at=at, changed=["status"])
    return save(encounter, *_EXIT_FIELDS)


@operation
def come_back(
    *, actor: Actor, encounter: Encounter, now: datetime, undoes: uuid.UUID | None = None, note: bool = True
) -> Encounter:
    """The exit was a mistake: active again."""
    encounter.status, encounter.exited_at = EncounterStatus.ACTIVE, None
    encounter.exit_mode = encounter.destination = encounter.orientation = ""
    revisions.bump(encounter, "status")
    if note:
        record(events.ExitCancelled(), subject=encounter, actor=actor, at=now, changed=["status"], undoes=undoes)
    return save(encounter, *_EXIT_FIELDS)


@operation
def close(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """Read-only from now on; `Refused` (409) while somebody is in a psychiatric interview with the patient."""
    target = lifecycle.require(encounter.status, "close")
    psychiatric = ServiceRequest.objects.filter(encounter=encounter, is_current=True, kind__is_psychiatric=True)
    for request in psychiatric.select_related("kind"):
        if request.state.meaning is Meaning.RUNNING:
            raise Refused(
                f"{request.kind.label} en cours\u202f: terminez ou interrompez l’entretien, puis clôturez.",
                code="interview-running",
                status=409,
            )
    encounter.status, encounter.closed_at = str(target), now
    revisions.bump(encounter, "status")
    told = events.EncounterClosed(is_automatic=actor.kind == "system")
    record(told, subject=encounter, actor=actor, at=now, changed=["status"])
    return save(encounter, "status", "closed_at")


@operation
def reopen(*, actor: Actor, encounter: Encounter, reason: str, now: datetime) -> Encounter:
    """A closed PEC can be written again; its automatic closure counts anew from here."""
    encounter.status, encounter.closed_at = str(lifecycle.require(encounter.status, "reopen")), None
    encounter.reopened_at = now
    revisions.bump(encounter, "status")
    record(events.EncounterReopened(reason=reason), subject=encounter, actor=actor, at=now, changed=["status"])
    return save(encounter, "status", "closed_at", "reopened_at")


def overdue(now: datetime) -> list[Encounter]:
    """The PECs whose patient left longer ago than their unit waits before it closes them by itself."""
    since = Greatest("exited_at", Coalesce("reopened_at", "exited_at"))
    delay = ExpressionWrapper(F("care_unit__closure_hours") * timedelta(hours=1), output_field=DurationField())
    rows = Encounter.objects.filter(status=EncounterStatus.EXITED).annotate(due_at=since + delay)
    return list(rows.filter(due_at__lte=now).order_by("exited_at"))


@operation
def cancel_arrival(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """The admission was a mistake: nothing is erased, the PEC leaves every board."""
    target = lifecycle.require(encounter.status, "cancel")
    encounter.status = str(target)
    revisions.bump(encounter, "status")
    record(events.EncounterCancelled(), subject=encounter, actor=actor, at=now, changed=["status"])
    expected.release(actor=actor, encounter=encounter, now=now)
    return save(encounter, "status")
