"""What a deed on one field says when there is nothing to write, or somebody was faster."""

from collections.abc import Callable

from osmose.encounters.models import Encounter
from osmose.kernel.actions import revisions
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import timeline


class Unchanged(Refused):
    """What is wanted is already so: nothing to write, the screen is drawn again."""

    def __init__(self) -> None:
        super().__init__("C’est déjà le cas.", code="unchanged", status=200)


def last_change(encounter: Encounter, field: str) -> Callable[[], revisions.LastChange]:
    def look() -> revisions.LastChange:
        entry = timeline.last_change(encounter.pk, field)
        return revisions.LastChange(entry.by if entry else "", entry.occurred_at if entry else None)

    return look
