"""What concerns one's own status of activity."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from osmose.accounts.operations import presence
from osmose.accounts.operations.presence import Said, usual_end
from osmose.accounts.policies import OWN, SAY_STATUS
from osmose.accounts.queries.presence import statuses_of, working_unit
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.actions.deeds import personal_action
from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean


@dataclass(frozen=True)
class Wanted:
    """What was clicked: the status' code, and its end: as usual in the unit, or at `until` (None: nobody knows)."""

    code: str
    is_usual: bool = True
    until: datetime | None = None
    place: str = ""


@personal_action(may=SAY_STATUS)
def say_status(*, actor: Actor, wanted: Wanted, now: datetime) -> None:
    """My status from now on, in the unit I work for. `Refused`: no longer offered, an end that is past or too far."""
    unit_id = working_unit(actor)
    status = next((status for status in statuses_of(unit_id) if status.code == wanted.code), None)
    if status is None:
        raise Refused("Ce statut n’est plus proposé. Rouvrez le menu.", field="status", code="status", status=409)
    expected_at = usual_end(status, now) if wanted.is_usual else wanted.until
    said = Said(status, expected_at, clean(wanted.place))
    presence.say(user_id=actor.id, unit_id=unit_id, said=said, at=now)


@personal_action(may=OWN)
def leave_duty(*, actor: Actor, now: datetime) -> None:
    """I am off duty: alerts are mute, what happens waits in its list."""
    presence.leave(user_id=actor.id, at=now)


@personal_action(may=OWN)
def come_on_duty(*, actor: Actor, now: datetime) -> None:
    """Somebody who logs in is at work; who gives no care has no status."""
    if actor.has_role(*CLINICAL):
        presence.arrive(user_id=actor.id, unit_id=working_unit(actor), at=now)


@personal_action(may=OWN)
def work_for(*, actor: Actor, unit_id: uuid.UUID, now: datetime) -> None:
    """The unit I work for from now on. `Refused`: one that is not mine."""
    if actor.membership_in(unit_id) is None:
        raise Refused("Choisissez une de vos unités.", field="unit")
    if actor.membership_in(unit_id, *CLINICAL) is not None:
        presence.work_for(user_id=actor.id, unit_id=unit_id, at=now)
