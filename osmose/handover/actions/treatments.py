"""What people note of the treatments that they gave, or saw given."""

import uuid
from datetime import datetime

from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows
from osmose.handover.operations import treatments
from osmose.handover.operations.treatments import Given
from osmose.handover.policies import GIVE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb


@action(may=GIVE, subject="encounter", verb=Verb.CREATE)
def give_treatment(*, actor: Actor, encounter: Encounter, given: Given, now: datetime) -> Encounter:
    """A treatment was given. `Refused`: a closed PEC, a wrong hour, a dose far from the usual and not confirmed."""
    row = rows.lock(encounter)
    treatments.give(actor=actor, encounter=row, given=given, now=now)
    return row


@action(may=GIVE, subject="encounter")
def note_effect(
    *, actor: Actor, encounter: Encounter, treatment_id: uuid.UUID, effect: str, at: datetime | None, now: datetime
) -> Encounter:
    """What a treatment did. `Refused`: before it was given, struck (409), a closed PEC."""
    row = rows.lock(encounter)
    treatment = treatments.lock(row, treatment_id)
    treatments.note_effect(actor=actor, encounter=row, treatment=treatment, effect=effect, at=at, now=now)
    return row


@action(may=GIVE, subject="encounter")
def strike_treatment(
    *, actor: Actor, encounter: Encounter, treatment_id: uuid.UUID, reason: str, now: datetime
) -> Encounter:
    """It was noted by mistake: struck with its reason, never erased. `Refused` (409): struck already."""
    row = rows.lock(encounter)
    treatments.strike(actor=actor, encounter=row, treatment=treatments.lock(row, treatment_id), reason=reason, now=now)
    return row
