"""A written note as the timeline shows it: its form, for whom it is, and what stays apart."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.accounts.rules import Profession
from osmose.handover.events import NoteSigned
from osmose.handover.models import HandoverNote, MacroStage, NoteKind
from osmose.handover.queries import recipients_of
from osmose.handover.rules import parts_of
from osmose.kernel.crypto.errors import Unreadable
from osmose.kernel.crypto.reading import UNREADABLE, readable

ILLEGIBLE = "Transmission illisible"
# Beyond, a note tells something that had happened before it was written, and says so.
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class NoteCard:
    """A note to draw. `parts` are (letter, label, text); `kept_for` says for whom alone, `late_at` when written."""

    title: str
    text: str = ""
    parts: tuple[tuple[str, str, str], ...] = ()
    third_party: str = ""
    is_urgent: bool = False
    kept_for: str = ""
    to: tuple[str, ...] = ()
    answer_by: datetime | None = None
    late_at: datetime | None = None
    kind: str = NoteKind.PLAIN.value


def card(note: HandoverNote | None, told: NoteSigned) -> NoteCard | None:
    """The note as its reader may see it; None where it is kept for others: a thin line then says that it exists."""
    if note is None:
        return None if told.is_confidential else NoteCard(told.sentence(), ILLEGIBLE)
    try:
        parts = tuple((part.letter, part.label, text) for part, text in parts_of(note.kind, note.parts))
        text, third = note.text, note.third_party or ""
        title = _title(note, told)
    except Unreadable:
        readable(note, "text")  # which logs it
        return NoteCard(told.sentence(), ILLEGIBLE)
    return NoteCard(
        title=title,
        text=text,
        parts=parts,
        third_party=third,
        is_urgent=note.is_urgent,
        kept_for=_kept_for(note, told) if parts else "",
        to=tuple(_words(one) for one in recipients_of(note)),
        answer_by=note.answer_by,
        late_at=note.recorded_at if note.recorded_at - note.occurred_at > LATE else None,
        kind=note.kind,
    )


def _words(recipient: object) -> str:
    words = readable(recipient, "words")
    return "destinataire illisible" if words is UNREADABLE else str(words)


def _title(note: HandoverNote, told: NoteSigned) -> str:
    if note.kind == NoteKind.MACRO:
        return str(MacroStage(note.stage).label)
    if note.kind == NoteKind.FOCUS:
        return note.focus or "Cible"
    return str(NoteKind(note.kind).label) if note.kind == NoteKind.SAED else told.sentence()


def _kept_for(note: HandoverNote, told: NoteSigned) -> str:
    """For whom alone, where the title doesn't say it."""
    if note.confidential_category:
        return f"aux {Profession(note.confidential_category).label.lower()}"
    return f"à {told.confidential_unit}" if told.confidential_unit else ""
