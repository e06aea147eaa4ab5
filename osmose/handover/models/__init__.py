"""What is written and signed about a PEC, and what units prepare for it."""

from osmose.handover.models.notes import (
    FOCUS_MAX,
    NOTE_MAX,
    NOTE_TOTAL,
    HandoverNote,
    MacroStage,
    NoteKind,
    NoteRecipient,
)
from osmose.handover.models.reference import PHRASE_MAX, Focus, Phrase

__all__ = [
    "FOCUS_MAX",
    "NOTE_MAX",
    "NOTE_TOTAL",
    "PHRASE_MAX",
    "Focus",
    "HandoverNote",
    "MacroStage",
    "NoteKind",
    "NoteRecipient",
    "Phrase",
]
