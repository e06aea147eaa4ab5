"""Leaving, coming back, closing."""

from datetime import datetime

from osmose.encounters import events, lifecycle
from osmose.encounters.lifecycle import ExitMode
from osmose.encounters.models import Encounter
from osmose.encounters.operations import exits, rows
from osmose.encounters.policies import CLOSE, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.kernel.events.record import record


@action(may=WRITE, subject="encounter")
def exit_encounter(
    *, actor: Actor, encounter: Encounter, mode: ExitMode | None, at: datetime | None, now: datetime
) -> Encounter:
    """Records that the patient left."""
    row = rows.lock(encounter, deed="exit")
    return exits.leave(actor=actor, encounter=row, mode=mode, at=at or now, now=now)


@action(may=WRITE, subject="encounter")
def cancel_exit(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """The patient had not left: the PEC is active again."""
    row = rows.lock(encounter, deed="cancel_exit")
    return exits.come_back(actor=actor, encounter=row, now=now)


@action(may=CLOSE, subject="encounter")
def close_encounter(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """Closes a PEC after its exit: read-only from now on."""
    row = rows.lock(encounter, deed="close")
    row.status, row.closed_at = str(lifecycle.require(row.status, "close")), now
    revisions.bump(row, "status")
    record(events.EncounterClosed(), subject=row, actor=actor, at=now, changed=["status"])
    return rows.save(row, "status", "closed_at")
