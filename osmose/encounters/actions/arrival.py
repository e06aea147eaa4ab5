"""Why, how and when the patient came."""

from datetime import datetime

from osmose.encounters import events
from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows
from osmose.encounters.operations.revised import Unchanged, last_change
from osmose.encounters.policies import WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.kernel.events.record import record


@action(may=WRITE, subject="encounter")
def set_motif(*, actor: Actor, encounter: Encounter, motif: str, revision: int | None, now: datetime) -> Encounter:
    """Writes the reason for coming; a conflict shows both texts."""
    row = rows.lock(encounter)
    before = row.motif
    revisions.require(row, "motif", revision, mine=motif, theirs=before, last=last_change(row, "motif"), label="Motif")
    if motif == before:
        raise Unchanged
    row.motif = motif
    changed = events.MotifChanged(before=before, after=motif, revision=revisions.bump(row, "motif"))
    record(changed, subject=row, actor=actor, at=now, changed=["motif"])
    return rows.save(row, "motif")


@action(may=WRITE, subject="encounter")
def set_arrival_mode(
    *, actor: Actor, encounter: Encounter, mode: ArrivalMode, revision: int | None, now: datetime
) -> Encounter:
    """Says how the patient came."""
    row = rows.lock(encounter)
    before = ArrivalMode(row.arrival_mode)
    revisions.require(
        row,
        "arrival_mode",
        revision,
        mine=mode.label,
        theirs=before.label,
        last=last_change(row, "arrival_mode"),
        label="Mode d’arrivée",
    )
    if mode == before:
        raise Unchanged
    row.arrival_mode = mode
    revision = revisions.bump(row, "arrival_mode")
    changed = events.ArrivalModeChanged(before=before, after=mode, revision=revision, word=mode.label)
    record(changed, subject=row, actor=actor, at=now, changed=["arrival_mode"])
    return rows.save(row, "arrival_mode")
