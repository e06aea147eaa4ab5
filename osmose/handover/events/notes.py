"""What happens to handover notes, as the timeline tells it."""

from dataclasses import dataclass

from osmose.kernel.events.kinds import Payload, Purge, event


@event("handover.note_signed", purge=Purge.WITH_PERSON, icon="message-square-text")
@dataclass(frozen=True)
class NoteSigned(Payload):
    """A note was signed; its text stays in the note."""

    note_id: str = ""
    confidential_unit: str = ""

    def sentence(self) -> str:
        return f"Transmission réservée à {self.confidential_unit}" if self.confidential_unit else "Transmission"
