"""Going on elsewhere."""

from datetime import datetime

from osmose.encounters.models import Encounter
from osmose.encounters.operations import continuing, rows
from osmose.encounters.operations.revised import Unchanged, last_change
from osmose.encounters.policies import CONTINUE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.organisations.models import CareUnit


@action(may=CONTINUE, subject="encounter")
def go_on(*, actor: Actor, encounter: Encounter, unit: CareUnit, revision: int | None, now: datetime) -> Encounter:
    """The patient leaves the unit and the PEC goes on in a ward of the house: same PEC, same clocks, one event.

    `Refused`: the patient has left, the unit is no ward of the establishment; `Conflict` where somebody has sent the
    patient elsewhere since the dialog was opened.
    """
    row = rows.lock(encounter, deed="continue")
    revisions.require(
        row,
        "care_unit",
        revision,
        mine=unit.short_name,
        theirs=row.care_unit.short_name,
        last=last_change(row, "care_unit"),
        label="Unité",
    )
    if unit.pk == row.care_unit_id:
        raise Unchanged
    continuing.require_ward(row, unit, now)
    return continuing.go_on(actor=actor, encounter=row, unit=unit, now=now)
