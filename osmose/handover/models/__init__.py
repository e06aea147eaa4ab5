"""What is written and signed about a PEC, what units prepare for it, and what happens to it afterwards."""

from osmose.handover.models.additions import ADDITION_MAX, REASON_MAX, AdditionKind, NoteAddition
from osmose.handover.models.moves import Misfiling, MisfilingNotice
from osmose.handover.models.notes import (
    FOCUS_MAX,
    NOTE_MAX,
    NOTE_TOTAL,
    HandoverNote,
    MacroStage,
    NoteKind,
    NoteRecipient,
)
from osmose.handover.models.receipts import Receipt
from osmose.handover.models.reference import PHRASE_MAX, Focus, Phrase

__all__ = [
    "ADDITION_MAX",
    "FOCUS_MAX",
    "NOTE_MAX",
    "NOTE_TOTAL",
    "PHRASE_MAX",
    "REASON_MAX",
    "AdditionKind",
    "Focus",
    "HandoverNote",
    "MacroStage",
    "Misfiling",
    "MisfilingNotice",
    "NoteAddition",
    "NoteKind",
    "NoteRecipient",
    "Phrase",
    "Receipt",
]
