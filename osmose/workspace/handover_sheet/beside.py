"""What other rooms put on the block of a patient, one question each for the whole sheet.

Each is asked once, with the PECs that the sheet shows and the reader, and answers a few words a patient: one query at
most, whatever the number of patients.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from osmose.handover.queries import is_unanswered, open_notes
from osmose.kernel.access.actor import Actor
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.patients.queries import current_among
from osmose.workspace.instructions.cards import Card, cards

Words = Mapping[uuid.UUID, tuple[str, ...]]
_LINE = 160


def open_focuses(encounter_ids: Collection[uuid.UUID], actor: Actor, now: datetime) -> Words:
    """The cibles still open of each PEC, and its SAED that nobody answered, the oldest first."""
    found: defaultdict[uuid.UUID, list[str]] = defaultdict(list)
    for note in open_notes(encounter_ids, actor, now):
        focus = readable(note, "focus")
        words = "illisible" if focus is UNREADABLE else str(focus or "")
        found[note.encounter_id].append("SAED sans réponse" if is_unanswered(note) else words)
    return {pec: tuple(words) for pec, words in found.items()}


def instructions(patient_ids: Collection[uuid.UUID], actor: Actor, now: datetime) -> Words:
    """The standing instructions of each patient (not PEC) that hold today, those to know first."""
    found = current_among(patient_ids, actor, now)
    return {patient: tuple(_said(card) for card in cards(rows, now) if card.holds) for patient, rows in found.items()}


def _said(card: Card) -> str:
    """« Ce qui aide : parler bas, à distance (à relire) »."""
    if not card.is_readable:
        return f"{card.kind.label}\u202f: illisible"
    text = " ".join(" · ".join(part.text for part in card.first).split())
    text = text if len(text) <= _LINE else f"{text[:_LINE].rsplit(' ', 1)[0]}…"
    return f"{card.kind.label}\u202f: {text}{' (à relire)' if card.can_be_reviewed else ''}"
