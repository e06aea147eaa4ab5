"""Why, how and when the patient came."""

from datetime import datetime

from osmose.encounters import events
from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows, visits
from osmose.encounters.operations.revised import Unchanged, last_change
from osmose.encounters.policies import WRITE
from osmose.encounters.queries import mode_label, modes_of
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused
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
    *, actor: Actor, encounter: Encounter, mode: str, revision: int | None, now: datetime
) -> Encounter:
    """Says how the patient came: the code of one of the establishment's modes of arrival."""
    row = rows.lock(encounter)
    modes = modes_of(row.establishment_id)
    before, words = row.arrival_mode, mode_label(mode, modes)
    if mode not in {known.code for known in modes}:
        raise Refused("Ce mode d’arrivée n’existe pas ou plus.", field="arrival_mode", code="mode-unknown")
    revisions.require(
        row,
        "arrival_mode",
        revision,
        mine=words,
        theirs=mode_label(before, modes),
        last=last_change(row, "arrival_mode"),
        label="Mode d’arrivée",
    )
    if mode == before:
        raise Unchanged
    row.arrival_mode = mode
    revision = revisions.bump(row, "arrival_mode")
    changed = events.ArrivalModeChanged(before=before, after=mode, revision=revision, word=words)
    record(changed, subject=row, actor=actor, at=now, changed=["arrival_mode"])
    return rows.save(row, "arrival_mode")


@action(may=WRITE, subject="encounter")
def set_arrival_time(
    *, actor: Actor, encounter: Encounter, at: datetime, revision: int | None, now: datetime
) -> Encounter:
    """Corrects the hour of arrival. `Refused`: in the future, after the exit, after the patient had already moved."""
    row = rows.lock(encounter)
    before = row.arrived_at
    revisions.require(
        row,
        "arrived_at",
        revision,
        mine=french.day_time(at),
        theirs=french.day_time(before),
        last=last_change(row, "arrived_at"),
        label="Heure d’arrivée",
    )
    if at == before:
        raise Unchanged
    rows.require_past(at, now, field="arrived_at")
    visits.shift_arrival(encounter=row, arrived_at=at)
    changed = events.ArrivalTimeChanged(
        before=before.isoformat(),
        after=at.isoformat(),
        revision=revisions.bump(row, "arrived_at"),
        words=french.day_time(at),
        previous_words=french.day_time(before),
    )
    record(changed, subject=row, actor=actor, at=now, changed=["arrived_at"])
    return rows.save(row, "arrived_at")
