"""Reading words through the policies."""

from osmose.handover.queries.notes import last_note_of, last_notes, notes_by_id, recipients_of, with_last_note
from osmose.handover.queries.people import Candidate, candidates, reading_units
from osmose.handover.queries.reference import focuses_of, phrases_of

__all__ = [
    "Candidate",
    "candidates",
    "focuses_of",
    "last_note_of",
    "last_notes",
    "notes_by_id",
    "phrases_of",
    "reading_units",
    "recipients_of",
    "with_last_note",
]
