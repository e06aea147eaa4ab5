"""The right column: what happened, newest first, grouped by day; automatic lines thin, notes as cards."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from osmose.encounters import lifecycle, queries
from osmose.encounters.events import FieldChanged, PatientExited, Undone
from osmose.encounters.models import Encounter, RequestKind
from osmose.handover.events import NoteAdded, NoteRefiled, NoteSigned
from osmose.handover.models import HandoverNote
from osmose.handover.queries import notes_by_id
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.base.text import fold
from osmose.kernel.events.thread import Cursor, Thread, last_changes, thread
from osmose.kernel.events.timeline import Entry
from osmose.organisations.models import DataCategory
from osmose.workspace.patient_page.cards import NoteCard, card
from osmose.workspace.patient_page.note_after import (
    Awaiting,
    NoteAfter,
    author_of,
    awaiting_of,
    line_of,
    note_after,
)
from osmose.workspace.patient_page.shown import SORTS, Shown
from osmose.workspace.patient_page.sift import focuses_among, sifted

FIRST = 40
# A printed sheet shows all of it.
WHOLE = 2000


@dataclass(frozen=True)
class Item:
    """One entry: a thin line, or a note when `note` holds it and `after` what happened to it since.

    `own` is the event of one's own click, which may leave the record; `event` where its hour may be corrected too;
    `commented` where it may be commented on, `comment` what was added to it.
    """

    id: str
    at: datetime
    icon: str
    title: str
    detail: str
    who: str
    is_undone: bool
    was_retimed: bool
    note: NoteCard | None = None
    is_confidential: bool = False
    event: str = ""
    after: NoteAfter | None = None
    own: str = ""
    commented: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Day:
    """« Aujourd’hui », « lun. 23 nov. »: a day and its entries; without a label it goes on from the entries above."""

    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Timeline:
    """The entries by day; `older` is where the next ones begin, `first` how far down the page goes by itself."""

    days: tuple[Day, ...]
    shown: Shown
    older: str = ""
    first: str = ""
    last: Mapping[str, Entry] | None = None
    authors: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    focuses: tuple[tuple[str, str], ...] = ()
    latest: int = 0
    awaiting: tuple[Awaiting, ...] = ()

    @property
    def sorts(self) -> tuple[tuple[str, str], ...]:
        return tuple(SORTS.items())

    @property
    def words(self) -> str:
        """« Psychiatrie · IDE Martin Diaz »: what is shown, in words."""
        shown = self.shown
        asked = ((self.authors, shown.author), (self.units, shown.unit), (self.focuses, shown.focus))
        named = [dict(choices).get(str(wanted), "inconnu") for choices, wanted in asked if wanted]
        said = (SORTS.get(shown.sort, ""), *named, "Non lues" if shown.unread else "")
        return " · ".join(word for word in said if word) or "Tout"


@dataclass(frozen=True)
class Reader:
    """Who reads, what their agreement opens, whether the PEC can still be written."""

    actor: Actor
    now: datetime
    scope: frozenset[str]
    kinds: tuple[RequestKind, ...]
    can_write: bool


def reader_of(encounter: Encounter, actor: Actor, now: datetime) -> Reader:
    """The actor before a PEC loaded by `queries.one`."""
    return Reader(
        actor=actor,
        now=now,
        scope=queries.scope_of(encounter),
        kinds=queries.offers_of(encounter).kinds,
        can_write=lifecycle.availability(encounter.status, "write").is_possible,
    )


def timeline(
    encounter: Encounter, reader: Reader, shown: Shown, *, limit: int = FIRST, is_whole: bool = True
) -> Timeline:
    """The entries that the page shows, for this reader: two queries."""
    if shown.is_sifted:
        shown, limit, is_whole = shown.afresh(), WHOLE, True
    found = thread(
        encounter.pk,
        undo=Undone.name,
        selection=shown.selection(reader.scope, reader.kinds),
        limit=limit,
        since=shown.since,
        before=shown.before,
        is_whole=is_whole,
    )
    notes = notes_by_id(_note_ids(found.entries), reader.actor, reader.now, encounter_id=encounter.pk)
    if shown.is_sifted:
        found = replace(found, entries=sifted(found.entries, notes.values(), shown, reader.actor))
    items = [_item(e, notes, found, reader) for e in found.entries]
    before = paris(shown.before.at).date() if shown.before and not is_whole else None
    return Timeline(
        days=tuple(_days(items, reader.now, before)),
        shown=shown,
        older=_older(found, shown),
        first=_first(found, shown),
        last=found.last,
        authors=_authors(found.voices),
        units=_units(found.voices),
        focuses=focuses_among(notes.values(), shown.focus),
        latest=max((e.id for e in (*found.entries, *found.voices)), default=0),
        awaiting=awaiting_of(notes.values(), reader.actor, reader.now, can_write=reader.can_write),
    )


def last_clicks(encounter: Encounter, reader: Reader) -> Mapping[str, Entry]:
    """Who changed each field last, as far as this reader may know: one query."""
    hidden = Shown().selection(reader.scope, reader.kinds).hidden
    return last_changes(encounter.pk, undo=Undone.name, hidden=hidden)


def _older(found: Thread, shown: Shown) -> str:
    """Where the older entries begin; a page that already goes down to a place keeps it."""
    if shown.since is not None and shown.before is None:
        return str(shown.since)
    return str(Cursor.of(found.entries[-1])) if found.has_more and found.entries else ""


def _first(found: Thread, shown: Shown) -> str:
    return "" if shown.before is not None else _older(found, shown)


def _days(items: list[Item], now: datetime, before: date | None) -> Iterable[Day]:
    for day, group in groupby(items, key=lambda item: paris(item.at).date()):
        yield Day("" if day == before else _day_label(day, now), tuple(group))


def _note_ids(entries: Iterable[Entry]) -> list[uuid.UUID]:
    return [uuid.UUID(e.payload.note_id) for e in entries if isinstance(e.payload, NoteSigned | NoteAdded)]


def _item(entry: Entry, notes: dict[uuid.UUID, HandoverNote], found: Thread, reader: Reader) -> Item:
    told = entry.payload
    is_confidential = isinstance(told, NoteSigned) and told.is_confidential
    # A note kept for others is a thin line: that it was written, by whom, and nothing of it.
    row = notes.get(uuid.UUID(told.note_id)) if isinstance(told, NoteSigned) else None
    note = card(row, told) if isinstance(told, NoteSigned) else None
    mine = told if isinstance(told, FieldChanged) and _is_last_of_mine(entry, found, reader) else None
    return Item(
        id=f"e-{entry.uid}",
        at=entry.occurred_at,
        icon="lock" if not entry.is_readable or (is_confidential and note is None) else entry.icon,
        title=entry.sentence,
        detail=line_of(told.addition_id, notes.values()) if isinstance(told, NoteAdded) else _detail(entry, reader),
        # A note taken over from another record keeps its author, whoever put it right.
        who=author_of(row) if row and isinstance(told, NoteRefiled) else _by(entry),
        is_undone=entry.uid in found.struck,
        was_retimed=_was_retimed(entry),
        note=note,
        is_confidential=is_confidential,
        event=str(entry.uid) if mine and mine.has_hour else "",
        after=note_after(row, reader.actor, can_write=reader.can_write) if row else None,
        own=str(entry.uid) if _is_mine(entry, found, reader) else "",
        commented=str(entry.uid) if mine and not mine.comment and DataCategory.NOTES in reader.scope else "",
        comment=_comment(entry, reader),
    )


def _by(entry: Entry) -> str:
    return " · ".join(word for word in (entry.by, entry.unit) if word)


def _comment(entry: Entry, reader: Reader) -> str:
    """Free text is a note: it is shown to whoever may read notes."""
    told = entry.payload
    return told.comment if isinstance(told, FieldChanged) and DataCategory.NOTES in reader.scope else ""


def _was_retimed(entry: Entry) -> bool:
    """An event in the place of another one says its hour anew, or adds a comment to it."""
    told = entry.payload
    if isinstance(told, FieldChanged) and told.comment:
        return told.is_retimed
    return entry.undoes is not None


def _detail(entry: Entry, reader: Reader) -> str:
    """The adult to whom a minor was handed over is named to whoever may read of the family."""
    told = entry.payload
    if isinstance(told, PatientExited) and told.handed_words and DataCategory.IDENTITY in reader.scope:
        return f"{entry.detail} · {told.handed_words}"
    return entry.detail


def _is_mine(entry: Entry, found: Thread, reader: Reader) -> bool:
    """One's own click that still stands, however long ago."""
    is_click = isinstance(entry.payload, FieldChanged) and entry.uid not in found.struck
    return reader.can_write and is_click and entry.actor_id == reader.actor.id


def _is_last_of_mine(entry: Entry, found: Thread, reader: Reader) -> bool:
    """One's own click, while its field has not changed since."""
    return (
        reader.can_write
        and entry.actor_id == reader.actor.id
        and any(last.uid == entry.uid for last in (found.last[f] for f in entry.changed if f in found.last))
    )


def _authors(voices: Iterable[Entry]) -> tuple[tuple[str, str], ...]:
    named = {str(e.actor_id): e.by for e in sorted(voices, key=lambda e: e.id) if e.by}
    return tuple(sorted(named.items(), key=lambda pair: fold(pair[1])))


def _units(voices: Iterable[Entry]) -> tuple[tuple[str, str], ...]:
    named = {str(e.unit_id): e.unit for e in sorted(voices, key=lambda e: e.id) if e.unit_id and e.unit}
    return tuple(sorted(named.items(), key=lambda pair: fold(pair[1])))


def _day_label(day: date, now: datetime) -> str:
    today = paris(now).date()
    if day == today:
        return "Aujourd’hui"
    return french.day(datetime.combine(day, datetime.min.time(), tzinfo=paris(now).tzinfo))
