"""The forms of the composer."""

from osmose.handover.forms.notes import FOR_UNIT, DraftForm, NoteForm, typed_of

__all__ = ["FOR_UNIT", "DraftForm", "NoteForm", "typed_of"]
