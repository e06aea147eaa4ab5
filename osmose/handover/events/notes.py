"""What happens to handover notes, as the timeline tells it."""

from dataclasses import dataclass, field

from osmose.accounts.rules import Profession
from osmose.kernel.events.kinds import Payload, Purge, event


@event("handover.note_signed", purge=Purge.WITH_PERSON, icon="message-square-text")
@dataclass(frozen=True)
class NoteSigned(Payload):
    """A note was signed; its text stays in the note. `units` and `users` are those to whom it is addressed.

    `confidential_unit` is the name of the one unit that reads it, `confidential_category` the code of a profession.
    """

    note_id: str = ""
    confidential_unit: str = ""
    confidential_category: str = ""
    is_urgent: bool = False
    units: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    @property
    def is_confidential(self) -> bool:
        return bool(self.confidential_unit or self.confidential_category)

    def sentence(self) -> str:
        if self.confidential_category:
            return f"Transmission réservée aux {Profession(self.confidential_category).label.lower()}"
        return f"Transmission réservée à {self.confidential_unit}" if self.confidential_unit else "Transmission"
