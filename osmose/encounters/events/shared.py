"""What the events of a PEC have in common."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from osmose.kernel.events.kinds import Payload, Purge, event
from osmose.kernel.events.timeline import Entry

NARROW = "\u202f"


@dataclass(frozen=True)
class FieldChanged(Payload):
    """One field of the PEC took a value: enough to undo it while its revision has not moved.

    `has_hour`: « à une autre heure » has a meaning for it. `comment` is what its author added to the click: free text,
    for who may read notes, and for that reason in no sentence nor detail. `clicked_at` (ISO) is when the click was
    recorded, where this event stands in its place, and `is_retimed` says that its hour was corrected.
    """

    before: str = ""
    after: str = ""
    revision: int = 0
    comment: str = ""
    clicked_at: str = ""
    is_retimed: bool = False

    field = ""
    has_hour: ClassVar[bool] = True


def clicked_at(entry: Entry) -> datetime:
    """When the click was recorded: a comment or a corrected hour does not make it a new one."""
    told = entry.payload
    if isinstance(told, FieldChanged) and told.clicked_at:
        return datetime.fromisoformat(told.clicked_at)
    return entry.recorded_at


@event("encounters.undone", purge=Purge.WITH_PERSON, icon="undo-2")
@dataclass(frozen=True)
class Undone(Payload):
    """The event it names was undone by its author within ten seconds."""

    what: str = ""

    def sentence(self) -> str:
        return f"Annulé{NARROW}: {self.what}"
