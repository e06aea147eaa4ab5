"""What happens to words, as the timeline tells it."""

from osmose.handover.events.additions import (
    FocusClosed,
    NoteAcknowledged,
    NoteAdded,
    NoteCompleted,
    NoteStruck,
    ResultAdded,
)
from osmose.handover.events.moves import ClickMisfiled, NoteMisfiled, NoteRefiled
from osmose.handover.events.notes import NoteSigned
from osmose.handover.events.reference import FocusSetUp, PhraseSetUp

__all__ = [
    "ClickMisfiled",
    "FocusClosed",
    "FocusSetUp",
    "NoteAcknowledged",
    "NoteAdded",
    "NoteCompleted",
    "NoteMisfiled",
    "NoteRefiled",
    "NoteSigned",
    "NoteStruck",
    "PhraseSetUp",
    "ResultAdded",
]
