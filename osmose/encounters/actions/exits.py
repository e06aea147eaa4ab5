"""Leaving, coming back, closing, opening again."""

from datetime import datetime

from osmose.encounters.lifecycle import NOT_SAID, Destination, EncounterStatus, ExitMode, HandedOver, Orientation
from osmose.encounters.lifecycle.exits import require_adult, require_found
from osmose.encounters.models import Encounter
from osmose.encounters.operations import exits, rows, tracking
from osmose.encounters.operations.revised import last_change
from osmose.encounters.policies import CLOSE, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.kernel.base.refused import Refused

REASON_MAX = 300


@action(may=WRITE, subject="encounter")
def exit_encounter(
    *,
    actor: Actor,
    encounter: Encounter,
    mode: ExitMode | None,
    at: datetime | None,
    now: datetime,
    destination: Destination | None = None,
    orientation: Orientation | None = None,
    handed: HandedOver = NOT_SAID,
    revision: int | None = None,
    unit_revision: int | None = None,
) -> Encounter:
    """Records that the patient left: RPU mode, destination and orientation, at an hour (now for None).

    `Refused`: in the future, before the arrival, codes that contradict one another, a minor who goes home with nobody
    and no reason, somebody introuvable who would be moved; `Conflict` where somebody has recorded or cancelled the
    exit, or sent the patient to another unit, since the dialog was opened.
    """
    row = rows.lock(encounter)
    _require_as_seen(row, revision, unit_revision)
    require_found(mode, is_missing=tracking.noted(row).is_missing)
    require_adult(handed, is_minor=tracking.is_minor_at(row, at or now), mode=mode, orientation=orientation)
    return exits.leave(
        actor=actor,
        encounter=row,
        mode=mode,
        destination=destination,
        orientation=orientation,
        handed=handed,
        at=at or now,
        now=now,
    )


def _require_as_seen(row: Encounter, revision: int | None, unit_revision: int | None) -> None:
    """`Conflict` where the PEC is no longer what the dialog showed."""
    revisions.require(
        row,
        "status",
        revision,
        mine=EncounterStatus.EXITED.label,
        theirs=EncounterStatus(row.status).label,
        last=last_change(row, "status"),
        label="Sortie",
    )
    revisions.require(
        row,
        "care_unit",
        unit_revision,
        mine="",
        theirs=row.care_unit.short_name,
        last=last_change(row, "care_unit"),
        label="Unité",
    )


@action(may=WRITE, subject="encounter")
def cancel_exit(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """The patient had not left: the PEC is active again."""
    row = rows.lock(encounter, deed="cancel_exit")
    return exits.come_back(actor=actor, encounter=row, now=now)


@action(may=CLOSE, subject="encounter")
def close_encounter(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """Closes a PEC after its exit: read-only from now on. Refused while a psychiatric interview is running."""
    row = rows.lock(encounter, deed="close")
    return exits.close(actor=actor, encounter=row, now=now)


@action(may=CLOSE, subject="encounter")
def reopen_encounter(*, actor: Actor, encounter: Encounter, reason: str, now: datetime) -> Encounter:
    """Opens a closed PEC again, for a reason that the timeline keeps."""
    if not reason.strip():
        raise Refused("Dites pourquoi vous rouvrez cette prise en charge.", field="reason", code="reason")
    if len(reason) > REASON_MAX:
        raise Refused(
            f"Le motif de réouverture est trop long\u202f: {REASON_MAX} caractères au plus.",
            field="reason",
            code="long",
        )
    row = rows.lock(encounter, deed="reopen")
    return exits.reopen(actor=actor, encounter=row, reason=reason.strip(), now=now)
