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
from osmose.handover.queries.notes import focus_notes, last_note_of, last_notes, notes_by_id, with_last_note
from osmose.handover.queries.people import Candidate, candidates, reading_units
from osmose.handover.queries.reference import focuses_of, phrases_of
from osmose.handover.queries.sealed import one_sealed, sealed
from osmose.handover.queries.sheet import (
    SheetSector,
    changes_since,
    read_backs_now,
    read_backs_of,
    referents_of,
    sectors_of,
    sheet_ids,
    sheet_unit,
    state_of,
    state_of_sheet,
    to_hand_over,
)
from osmose.handover.queries.to_read import count_to_read, notes_to_read, notices_to_know, unread_beside, unread_of
from osmose.handover.queries.treatments import (
    favourites_of,
    last_sedation_of,
    medicines_like,
    treatments_of,
    with_last_sedation,
)

__all__ = [
    "After",
    "Candidate",
    "SheetSector",
    "after_of",
    "candidates",
    "changes_since",
    "count_to_read",
    "favourites_of",
    "focus_notes",
    "focuses_of",
    "is_open_focus",
    "is_unanswered",
    "last_note_of",
    "last_notes",
    "last_sedation_of",
    "medicines_like",
    "notes_by_id",
    "notes_to_read",
    "notices_to_know",
    "one_note",
    "one_sealed",
    "open_notes",
    "phrases_of",
    "read_backs_now",
    "read_backs_of",
    "read_since",
    "reading_units",
    "recipients_of",
    "referents_of",
    "sealed",
    "sectors_of",
    "sheet_ids",
    "sheet_unit",
    "state_of",
    "state_of_sheet",
    "to_hand_over",
    "treatments_of",
    "unread_beside",
    "unread_of",
    "with_last_note",
    "with_last_sedation",
]
