"""The forms of the composer."""

from osmose.handover.forms.notes import DraftForm, NoteForm

__all__ = ["DraftForm", "NoteForm"]
