"""What people do with words: one function a deed."""

from osmose.handover.actions.additions import acknowledge_note, add_to_note, close_focus, strike_note
from osmose.handover.actions.moves import know_misfiling, move_click, move_note
from osmose.handover.actions.notes import DRAFT, QUICK, discard_draft, save_draft, sign_note
from osmose.handover.actions.readbacks import read_back, undo_read_back
from osmose.handover.actions.receipts import mark_read
from osmose.handover.actions.treatments import give_treatment, note_effect, strike_treatment

__all__ = [
    "DRAFT",
    "QUICK",
    "acknowledge_note",
    "add_to_note",
    "close_focus",
    "discard_draft",
    "give_treatment",
    "know_misfiling",
    "mark_read",
    "move_click",
    "move_note",
    "note_effect",
    "read_back",
    "save_draft",
    "sign_note",
    "strike_note",
    "strike_treatment",
    "undo_read_back",
]
