"""What a manager types about who is called for a unit."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from osmose.accounts.events import OnCallPlanned, OnCallWithdrawn
from osmose.accounts.models import OnCall
from osmose.accounts.operations import on_call
from osmose.accounts.operations.on_call import Line
from osmose.accounts.policies import PLAN_ON_CALL
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.organisations.models import CareUnit


@action(may=PLAN_ON_CALL, subject="unit")
def plan_on_call(*, actor: Actor, unit: CareUnit, lines: Sequence[Line], now: datetime) -> list[OnCall]:
    """Several lines at once, all of them or none. `Refused`: no line, or see `operations.on_call.plan`."""
    if not lines:
        raise Refused("Remplissez au moins une ligne.", code="on-call-empty")
    added = on_call.plan(unit=unit, lines=lines, now=now)
    told = OnCallPlanned(unit=unit.label, lines=[on_call.said(row) for row in added])
    record(told, subject=unit, actor=actor, at=now)
    return added


@action(may=PLAN_ON_CALL, subject="unit")
def withdraw_on_call(*, actor: Actor, unit: CareUnit, line_id: uuid.UUID, now: datetime) -> OnCall:
    """One line less; the number isn't shown any more, from the next second on."""
    row = on_call.withdraw(unit=unit, line_id=line_id, now=now)
    record(OnCallWithdrawn(unit=unit.label, line=on_call.said(row)), subject=unit, actor=actor, at=now)
    return row
