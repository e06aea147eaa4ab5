"""What is written and signed about a PEC, what units prepare for it, and what happens to it afterwards."""

from osmose.handover.models.additions import ADDITION_MAX, REASON_MAX, AdditionKind, NoteAddition
from osmose.handover.models.medicines import FavouriteMedicine, Medicine
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
from osmose.handover.models.readbacks import ReadBack
from osmose.handover.models.receipts import Receipt
from osmose.handover.models.reference import PHRASE_MAX, Focus, Phrase
from osmose.handover.models.treatments import TreatmentGiven

__all__ = [
    "ADDITION_MAX",
    "FOCUS_MAX",
    "NOTE_MAX",
    "NOTE_TOTAL",
    "PHRASE_MAX",
    "REASON_MAX",
    "AdditionKind",
    "FavouriteMedicine",
    "Focus",
    "HandoverNote",
    "MacroStage",
    "Medicine",
    "Misfiling",
    "MisfilingNotice",
    "NoteAddition",
    "NoteKind",
    "NoteRecipient",
    "Phrase",
    "ReadBack",
    "Receipt",
    "TreatmentGiven",
]
