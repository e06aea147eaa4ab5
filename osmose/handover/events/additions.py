"""What is added to a signed note, as the timeline tells it: the words themselves stay in the addition."""

from dataclasses import dataclass
from typing import ClassVar

from osmose.kernel.events.kinds import Payload, Purge, event


@dataclass(frozen=True)
class NoteAdded(Payload):
    """Something was added to a note; `addition_id` holds its words."""

    note_id: str = ""
    addition_id: str = ""

    words: ClassVar[str] = ""

    def sentence(self) -> str:
        return self.words


@event("handover.note_completed", purge=Purge.WITH_PERSON, icon="list-plus")
@dataclass(frozen=True)
class NoteCompleted(NoteAdded):
    """An addendum: what was forgotten, or known since."""

    words = "Complément à une transmission"


@event("handover.result_added", purge=Purge.WITH_PERSON, icon="clipboard-check")
@dataclass(frozen=True)
class ResultAdded(NoteAdded):
    """The result of what was done; a cible is then closed."""

    words = "Résultat ajouté à une transmission"


@event("handover.focus_closed", purge=Purge.WITH_PERSON, icon="circle-check")
@dataclass(frozen=True)
class FocusClosed(NoteAdded):
    """A cible is no longer followed, and why."""

    words = "Cible close"


@event("handover.note_acknowledged", purge=Purge.WITH_PERSON, icon="check-check")
@dataclass(frozen=True)
class NoteAcknowledged(NoteAdded):
    """The unit that a SAED was sent to says that it has it."""

    unit_label: str = ""

    def sentence(self) -> str:
        return f"SAED reçu par {self.unit_label}" if self.unit_label else "SAED reçu"


@event("handover.note_struck", purge=Purge.WITH_PERSON, icon="eraser")
@dataclass(frozen=True)
class NoteStruck(NoteAdded):
    """An error: the note stays, struck through, with the reason."""

    words = "Transmission rayée"
