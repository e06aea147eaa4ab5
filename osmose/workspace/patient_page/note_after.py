"""The foot of a note: who has read it, what was said of it since, and what its reader may do now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from osmose.handover.models import AdditionKind, HandoverNote, NoteAddition, NoteKind
from osmose.handover.operations.additions import is_theirs_to_correct
from osmose.handover.queries import After, after_of, is_open_focus, is_unanswered, recipients_of
from osmose.handover.rules.readings import Told, counts, is_unread, words
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import french
from osmose.kernel.crypto.reading import UNREADABLE, readable

_ICONS: Mapping[str, str] = {
    AdditionKind.RESULT: "clipboard-check",
    AdditionKind.ADDENDUM: "list-plus",
    AdditionKind.CLOSURE: "circle-check",
    AdditionKind.ACKNOWLEDGEMENT: "check-check",
    AdditionKind.STRIKE: "eraser",
}
_LABELS: Mapping[str, str] = {AdditionKind.RESULT: "Résultat"}


@dataclass(frozen=True)
class Said:
    """One addition, in words."""

    label: str
    icon: str
    text: str
    who: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NoteAfter:
    """What stands under a note, for one reader."""

    note: str
    read: str
    is_unread: bool
    said: tuple[Said, ...] = ()
    strike: Said | None = None
    can_add: bool = False
    can_close: bool = False
    can_acknowledge: bool = False
    can_correct: bool = False


def note_after(note: HandoverNote, actor: Actor, *, can_write: bool) -> NoteAfter:
    """The foot of a note read `with_after`; nothing is added to a struck one, nor to a closed PEC."""
    after, told = after_of(note), told_of(note)
    strike = after.strike
    is_alive = can_write and strike is None
    return NoteAfter(
        note=str(note.pk),
        read=words(counts(told, after.readers, after.audience or {})),
        is_unread=is_unread(told, after.readers, actor.id),
        said=tuple(said(addition) for addition in after.additions if addition is not strike),
        strike=said(strike) if strike else None,
        can_add=is_alive,
        can_close=is_alive and is_open_focus(note),
        can_acknowledge=is_alive and may_acknowledge(note, after, actor),
        can_correct=strike is None and is_theirs_to_correct(note, actor),
    )


def told_of(note: HandoverNote) -> Told:
    """The note as far as its readings go."""
    named = {one.care_unit_id: _text(one, "words") for one in recipients_of(note) if one.care_unit_id is not None}
    return Told(note.author_id, note.care_unit_id, note.confidential_unit_id, named)


def may_acknowledge(note: HandoverNote, after: After, actor: Actor) -> bool:
    """A SAED sent to the unit that one works for, or to oneself, that this unit has not acknowledged."""
    if note.kind != NoteKind.SAED or note.author_id == actor.id or actor.acting_unit_id is None:
        return False
    recipients = recipients_of(note)
    is_theirs = any(one.care_unit_id == actor.acting_unit_id or one.user_id == actor.id for one in recipients)
    received = {addition.care_unit_id for addition in after.of_kind(AdditionKind.ACKNOWLEDGEMENT)}
    return is_theirs and actor.acting_unit_id not in received


def said(addition: NoteAddition) -> Said:
    """« Résultat : calme depuis le repas · IDE Claire Morel · SAU, 14:05 »."""
    kind = AdditionKind(addition.kind)
    return Said(
        label=_LABELS.get(kind, str(kind.label)),
        icon=_ICONS[kind],
        text=_text(addition, "text"),
        who=_text(addition, "author_words"),
        at=addition.occurred_at,
    )


def line_of(addition_id: str, notes: Iterable[HandoverNote]) -> str:
    """The words of an addition, for its own line of the timeline; empty where its note can't be read."""
    for note in notes:
        for addition in after_of(note).additions:
            if str(addition.pk) == addition_id:
                return " ".join(_text(addition, "text").split())
    return ""


def author_of(note: HandoverNote) -> str:
    """« IDE Claire Morel · SAU »."""
    return _text(note, "author_words")


def _text(row: object, name: str) -> str:
    value = readable(row, name)
    return "illisible" if value is UNREADABLE else str(value or "")


@dataclass(frozen=True, kw_only=True)
class Awaiting:
    """An open cible, or a SAED that nobody acknowledged: what it is, since when, and what its reader may do."""

    note: str
    title: str
    words: str
    icon: str
    act: str
    is_late: bool
    can_answer: bool


def awaiting_of(notes: Iterable[HandoverNote], actor: Actor, now: datetime, *, can_write: bool) -> tuple[Awaiting, ...]:
    """What waits for a result or an answer, the oldest first."""
    found = [note for note in notes if is_open_focus(note) or is_unanswered(note)]
    return tuple(_awaiting(note, actor, now, can_write) for note in sorted(found, key=lambda n: (n.occurred_at, n.pk)))


def _awaiting(note: HandoverNote, actor: Actor, now: datetime, can_write: bool) -> Awaiting:
    is_focus = note.kind == NoteKind.FOCUS
    to = ", ".join(_text(one, "words") for one in recipients_of(note))
    words = f"{french.day_time(note.occurred_at)} · {_text(note, 'author_words')}"
    if note.answer_by is not None:
        words = f"réponse attendue avant {french.time(note.answer_by)} · {words}"
    return Awaiting(
        note=str(note.pk),
        title=_text(note, "focus") if is_focus else f"SAED à {to}" if to else "SAED",
        words=words,
        icon="target" if is_focus else "hourglass",
        act="Résultat" if is_focus else "Répondre",
        is_late=note.answer_by is not None and note.answer_by < now,
        can_answer=can_write and (is_focus or note.author_id != actor.id),
    )
