"""Reading words through the policies."""

from osmose.handover.queries.notes import last_note_of, last_notes, notes_by_id, with_last_note

__all__ = ["last_note_of", "last_notes", "notes_by_id", "with_last_note"]
