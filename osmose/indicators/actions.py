"""What pages tell of themselves."""

from datetime import datetime, timedelta

from osmose.accounts.policies import OWN
from osmose.indicators.models import LONGEST, Opening, Way
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import personal_action
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible, Refused


@personal_action(may=OWN)
def note_opening(*, actor: Actor, way: str, seconds: int, now: datetime) -> None:
    """A record was on the screen `seconds` after Osmose, or a notification, was opened; nothing says whose nor whom.

    `NotVisible`: whoever works for no unit. `Refused`: a way that isn’t known, less than nothing, more than an hour.
    """
    if way not in Way or not 0 <= seconds <= LONGEST:
        raise Refused("Cette durée ne peut pas être comptée.", code="opening")
    if actor.acting_unit_id is None:
        raise NotVisible
    here = paris(now)
    monday = here.date() - timedelta(days=here.weekday())
    Opening.objects.create(unit_id=actor.acting_unit_id, week=monday, hour=here.hour, way=way, seconds=seconds)
