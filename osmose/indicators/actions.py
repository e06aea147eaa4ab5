"""What pages tell of themselves."""

from datetime import datetime

from osmose.accounts.policies import OWN
from osmose.indicators import operations
from osmose.indicators.models import LONGEST, PAGE_WAYS, Way
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import personal_action
from osmose.kernel.base.refused import NotVisible, Refused


@personal_action(may=OWN)
def note_opening(*, actor: Actor, way: str, seconds: int, now: datetime) -> None:
    """A record was on the screen `seconds` after Osmose, or a notification, was opened; nothing says whose nor whom.

    `NotVisible`: whoever works for no unit. `Refused`: a way that isn’t known, less than nothing, more than an hour.
    """
    if way not in PAGE_WAYS or not 0 <= seconds <= LONGEST:
        raise Refused("Cette durée ne peut pas être comptée.", code="opening")
    if actor.acting_unit_id is None:
        raise NotVisible
    operations.count(unit_id=actor.acting_unit_id, way=Way(way), seconds=seconds, now=now)
