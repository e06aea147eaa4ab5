"""Reading words through the policies."""

from osmose.handover.queries.after import (
    After,
    after_of,
    is_open_focus,
    is_unanswered,
    one_note,
    open_notes,
    read_since,
    recipients_of,
)
from osmose.handover.queries.notes import last_note_of, last_notes, notes_by_id, with_last_note
from osmose.handover.queries.people import Candidate, candidates, reading_units
from osmose.handover.queries.reference import focuses_of, phrases_of
from osmose.handover.queries.sealed import one_sealed, sealed
from osmose.handover.queries.to_read import (
    count_to_read,
    notes_to_read,
    notices_to_know,
    unread_beside,
    unread_of,
)

__all__ = [
    "After",
    "Candidate",
    "after_of",
    "candidates",
    "count_to_read",
    "focuses_of",
    "is_open_focus",
    "is_unanswered",
    "last_note_of",
    "last_notes",
    "notes_by_id",
    "notes_to_read",
    "notices_to_know",
    "one_note",
    "one_sealed",
    "open_notes",
    "phrases_of",
    "read_since",
    "reading_units",
    "recipients_of",
    "sealed",
    "unread_beside",
    "unread_of",
    "with_last_note",
]
