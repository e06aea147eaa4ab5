"""The right column: what happened, newest first, grouped by day; automatic lines thin, notes as cards."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from osmose.encounters.events import Undone
from osmose.handover.events import NoteSigned
from osmose.handover.models import HandoverNote
from osmose.handover.queries import notes_by_id
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events import timeline as events
from osmose.kernel.events.timeline import Entry
from osmose.organisations.models import DataCategory

FIRST = 60
MOST = 2000
# What an agreement may leave closed: by kind, since an unreadable entry has no payload to ask.
_CATEGORIES = (
    (DataCategory.NOTES, "handover."),
    (DataCategory.REQUESTS, "encounters.request_"),
    (DataCategory.REQUESTS, "encounters.unit_"),
)


@dataclass(frozen=True)
class Item:
    """One entry: a thin line, or a note when `note` holds its text."""

    id: str
    at: datetime
    icon: str
    title: str
    detail: str
    who: str
    is_undone: bool
    note: str | None = None


@dataclass(frozen=True)
class Day:
    """« Aujourd’hui », « lun. 23 nov. »: a day and its entries."""

    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Timeline:
    """The newest entries by day; `latest` is what the author may still undo."""

    days: tuple[Day, ...]
    entries: tuple[Entry, ...]
    more: int


def timeline(
    subject_id: uuid.UUID, actor: Actor, now: datetime, *, scope: frozenset[str], limit: int = FIRST
) -> Timeline:
    """The newest `limit` entries of a PEC for this actor: two queries. `more` is the next limit, 0 at the end."""
    found = events.of(subject_id, limit=limit + 1)
    entries = found[:limit]
    undone = {e.undoes for e in entries if e.undoes}
    shown = [e for e in entries if not isinstance(e.payload, Undone)]
    hidden = tuple(prefix for category, prefix in _CATEGORIES if category not in scope)
    shown = [e for e in shown if not e.kind.startswith(hidden)] if hidden else shown
    notes = notes_by_id(_note_ids(shown), actor, now)
    items = [_item(e, notes, is_undone=e.uid in undone) for e in shown]
    days = tuple(
        Day(_day_label(day, now), tuple(group)) for day, group in groupby(items, key=lambda i: paris(i.at).date())
    )
    return Timeline(days=days, entries=tuple(entries), more=min(limit * 4, MOST) if len(found) > limit else 0)


def _note_ids(entries: Iterable[Entry]) -> list[uuid.UUID]:
    return [uuid.UUID(e.payload.note_id) for e in entries if isinstance(e.payload, NoteSigned)]


def _item(entry: Entry, notes: dict[uuid.UUID, HandoverNote], *, is_undone: bool) -> Item:
    who = " · ".join(w for w in (entry.by, entry.unit) if w)
    text: str | None = None
    if isinstance(entry.payload, NoteSigned):
        note = notes.get(uuid.UUID(entry.payload.note_id))
        body = readable(note, "text") if note else UNREADABLE
        text = "Transmission illisible" if body is UNREADABLE else str(body)
    return Item(
        id=f"e-{entry.uid}",
        at=entry.occurred_at,
        icon=entry.icon if entry.is_readable else "lock",
        title=entry.sentence,
        detail=entry.detail,
        who=who,
        is_undone=is_undone,
        note=text,
    )


def _day_label(day: date, now: datetime) -> str:
    today = paris(now).date()
    if day == today:
        return "Aujourd’hui"
    return french.day(datetime.combine(day, datetime.min.time(), tzinfo=paris(now).tzinfo))
