"""What the events of a PEC have in common."""

from dataclasses import dataclass
from typing import ClassVar

from osmose.kernel.events.kinds import Payload, Purge, event

NARROW = "\u202f"


@dataclass(frozen=True)
class FieldChanged(Payload):
    """One field of the PEC took a value: enough to undo it while its revision has not moved.

    `has_hour`: « à une autre heure » has a meaning for it.
    """

    before: str = ""
    after: str = ""
    revision: int = 0

    field = ""
    has_hour: ClassVar[bool] = True


@event("encounters.undone", purge=Purge.WITH_PERSON, icon="undo-2")
@dataclass(frozen=True)
class Undone(Payload):
    """The event it names was undone by its author within ten seconds."""

    what: str = ""

    def sentence(self) -> str:
        return f"Annulé{NARROW}: {self.what}"
