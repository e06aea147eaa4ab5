"""The handover of a shift: who takes over says what they took note of."""

import uuid
from collections.abc import Collection
from datetime import datetime

from osmose.handover.models import ReadBack
from osmose.handover.operations import readbacks
from osmose.handover.policies import SHEET
from osmose.handover.queries.sheet import on_sheet
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.organisations.models import CareUnit
from osmose.organisations.rules import Shift


@action(may=SHEET, subject="care_unit", verb=Verb.CREATE)
def read_back(
    *, actor: Actor, care_unit: CareUnit, shift: Shift, encounter_ids: Collection[uuid.UUID], now: datetime
) -> list[ReadBack]:
    """« Pris connaissance », of one patient or of several. `Refused`: nobody chosen, or none who is on the sheet."""
    if not encounter_ids:
        raise Refused("Cochez au moins un patient.", field="pec", code="nobody")
    found = on_sheet(care_unit, shift.starts_at, actor, now).filter(pk__in=encounter_ids)
    rows = list(found.select_related("data_key").order_by("pk"))
    if not rows:
        raise Refused("Ces patients ne sont plus sur cette relève\u202f: rechargez la page.", code="gone", status=409)
    made = readbacks.read(actor=actor, care_unit=care_unit, shift=shift, encounters=rows, now=now)
    if not made:
        raise Refused("C’est déjà le cas.", code="unchanged", status=200)
    return made


@action(may=SHEET, subject="care_unit")
def undo_read_back(*, actor: Actor, care_unit: CareUnit, read_back_id: uuid.UUID, now: datetime) -> list[ReadBack]:
    """« Annuler » within ten seconds: all that the click said. `Refused` (409): see `take_back`."""
    return readbacks.take_back(actor=actor, care_unit=care_unit, read_back_id=read_back_id, now=now)
