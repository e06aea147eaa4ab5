"""Leaving, coming back, cancelling."""

import uuid
from datetime import datetime

from osmose.encounters import events, lifecycle
from osmose.encounters.lifecycle import EncounterStatus, ExitMode
from osmose.encounters.models import Encounter
from osmose.encounters.operations.rows import require_past, save
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record


@operation
def leave(*, actor: Actor, encounter: Encounter, mode: ExitMode | None, at: datetime, now: datetime) -> Encounter:
    """Records the exit; the PEC stays open until its closure."""
    target = lifecycle.require(encounter.status, "exit")
    require_past(at, now, field="exited_at")
    if at < encounter.arrived_at:
        raise Refused("La sortie ne peut précéder l’arrivée.", field="exited_at", code="exit-before-arrival")
    encounter.status, encounter.exited_at, encounter.exit_mode = str(target), at, mode or ""
    revision = revisions.bump(encounter, "status")
    left = events.PatientExited(
        before=EncounterStatus.ACTIVE, after=EncounterStatus.EXITED, revision=revision, mode=mode.label if mode else ""
    )
    record(left, subject=encounter, actor=actor, at=at, changed=["status"])
    return save(encounter, "status", "exited_at", "exit_mode")


@operation
def come_back(
    *, actor: Actor, encounter: Encounter, now: datetime, undoes: uuid.UUID | None = None, note: bool = True
) -> Encounter:
    """The exit was a mistake: active again."""
    encounter.status, encounter.exited_at, encounter.exit_mode = EncounterStatus.ACTIVE, None, ""
    revisions.bump(encounter, "status")
    if note:
        record(events.ExitCancelled(), subject=encounter, actor=actor, at=now, changed=["status"], undoes=undoes)
    return save(encounter, "status", "exited_at", "exit_mode")


@operation
def cancel_arrival(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """The admission was a mistake: nothing is erased, the PEC leaves every board."""
    target = lifecycle.require(encounter.status, "cancel")
    encounter.status = str(target)
    revisions.bump(encounter, "status")
    record(events.EncounterCancelled(), subject=encounter, actor=actor, at=now, changed=["status"])
    return save(encounter, "status")
