"""Filters that only decrypted words, or receipts, can answer: one cible, and what its reader has not read."""

import uuid
from collections.abc import Collection, Iterable

from osmose.handover.events import NoteAdded, NoteSigned
from osmose.handover.models import HandoverNote, NoteKind
from osmose.handover.queries import after_of
from osmose.handover.rules.readings import is_unread
from osmose.kernel.access.actor import Actor
from osmose.kernel.base.text import fold
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.timeline import Entry
from osmose.workspace.patient_page.note_after import told_of
from osmose.workspace.patient_page.shown import Shown


def sifted(
    entries: tuple[Entry, ...], notes: Collection[HandoverNote], shown: Shown, actor: Actor
) -> tuple[Entry, ...]:
    """The entries of the notes wanted, among those that the reader may read; a cible brings what was added to it."""
    wanted = _wanted(notes, shown, actor)
    kinds = (NoteSigned,) if shown.unread else (NoteSigned, NoteAdded)
    return tuple(e for e in entries if isinstance(e.payload, kinds) and uuid.UUID(e.payload.note_id) in wanted)


def focuses_among(notes: Iterable[HandoverNote], chosen: uuid.UUID | None = None) -> tuple[tuple[str, str], ...]:
    """Each cible of these notes once, in order: named by one of its notes, since an address holds no word of it."""
    found: dict[str, tuple[str, str]] = {}
    for note in sorted(notes, key=lambda note: (note.pk != chosen, note.pk)):
        words = _focus(note)
        if words:
            found.setdefault(fold(words), (str(note.pk), words))
    return tuple(found[key] for key in sorted(found))


def _wanted(notes: Iterable[HandoverNote], shown: Shown, actor: Actor) -> frozenset[uuid.UUID]:
    by_id = {note.pk: note for note in notes}
    if shown.unread:
        by_id = {pk: note for pk, note in by_id.items() if _is_to_read(note, actor)}
    if shown.focus is None:
        return frozenset(by_id)
    named = {note.pk: note for note in notes}.get(shown.focus)
    words = fold(_focus(named)) if named else ""
    return frozenset(pk for pk, note in by_id.items() if words and fold(_focus(note)) == words)


def _is_to_read(note: HandoverNote, actor: Actor) -> bool:
    """A struck note says nothing any more: nobody is asked to read it."""
    after = after_of(note)
    return after.strike is None and is_unread(told_of(note), after.readers, actor.id)


def _focus(note: HandoverNote) -> str:
    """Its cible; none of a note whose card says that it can't be read."""
    if note.kind == NoteKind.FOCUS and readable(note, "parts") is UNREADABLE:
        return ""
    words = readable(note, "focus") if note.kind == NoteKind.FOCUS else ""
    return "" if words is UNREADABLE else str(words or "")
