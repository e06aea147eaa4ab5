"""The timeline of one subject as a page shows it, in one query.

What was undone stays, struck through; what was put at another hour is replaced by the entry that says so.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from osmose.kernel.crypto import keys
from osmose.kernel.db import prepared
from osmose.kernel.events.models import Event
from osmose.kernel.events.timeline import Entry, about, read

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# However long a page stays open, it shows no more at once.
MOST = 2000


@dataclass(frozen=True)
class Cursor:
    """A place in the timeline, as an address names it: « microseconds-id », which tells nothing of anybody."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.id}"

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(entry.occurred_at, entry.id)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The cursor that an address names; None for anything else."""
        at, _, number = text.partition("-")
        if not (at.isascii() and at.isdigit() and number.isascii() and number.isdigit() and len(text) < 40):
            return None
        try:
            return cls(_EPOCH + int(at) * _MICROSECOND, int(number))
        except OverflowError:
            return None


@dataclass(frozen=True)
class Selection:
    """Which entries are wanted; all of them by default.

    `kinds` are beginnings of kinds' names, `changed` names of fields: one of either is enough. Kinds that begin with
    one of `hidden` are never shown.
    """

    actor_id: uuid.UUID | None = None
    unit_id: uuid.UUID | None = None
    kinds: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def where(self) -> "Where":
        """The condition on the rows of the timeline, as SQL and its values."""
        found = Where()
        if self.actor_id:
            found = found.also("actor_id = %s", self.actor_id)
        if self.unit_id:
            found = found.also("unit_id = %s", self.unit_id)
        if self.kinds or self.changed:
            found = found.also("(kind LIKE ANY(%s) OR changed && %s::varchar[])", _begin(self.kinds), [*self.changed])
        return found.also("NOT kind LIKE ANY(%s)", _begin(self.hidden)) if self.hidden else found


@dataclass(frozen=True)
class Where:
    """Conditions that all hold."""

    sql: str = "true"
    values: tuple[Any, ...] = ()

    def also(self, sql: str, *values: Any) -> "Where":
        return Where(f"{self.sql} AND {sql}", (*self.values, *values))


def _begin(beginnings: tuple[str, ...]) -> list[str]:
    """Patterns of what begins so; names of kinds hold no sign of LIKE but « _ », which stands for itself too."""
    return [f"{beginning}%" for beginning in beginnings]


@dataclass(frozen=True)
class Thread:
    """A stretch of the timeline, newest first; who last changed each field; one entry of each voice (author, unit)."""

    entries: tuple[Entry, ...]
    struck: frozenset[uuid.UUID]
    has_more: bool
    last: Mapping[str, Entry] = field(default_factory=dict)
    voices: tuple[Entry, ...] = ()


def thread(
    subject_id: uuid.UUID,
    *,
    undo: str,
    selection: Selection,
    limit: int,
    since: Cursor | None = None,
    before: Cursor | None = None,
    is_whole: bool = True,
) -> Thread:
    """The newest `limit` selected entries; all of them down to `since`; or the `limit` ones before `before`.

    `undo` is the kind that strikes another event out; any other event that undoes one replaces it. The last changes
    and the voices are of the whole timeline (hidden kinds apart); a stretch that is not `is_whole` goes without.
    """
    where = selection.where()
    if before is not None:
        where = where.also("(occurred_at, id) < (%s, %s)", before.at, before.id)
    elif since is not None:
        where = where.also("(occurred_at, id) >= (%s, %s)", since.at, since.id)
    wanted = MOST if since is not None and before is None else limit
    parts = [(_PAGE, Where(where.sql, (*where.values, wanted + 1)))]
    if is_whole:
        shown = Selection(hidden=selection.hidden).where()
        parts += [(_LAST, shown), (_VOICES, shown)]
    return _thread(_told(subject_id, undo, parts), wanted)


def last_changes(subject_id: uuid.UUID, *, undo: str, hidden: tuple[str, ...] = ()) -> Mapping[str, Entry]:
    """The last change of each field that still stands, as `thread` tells it: one query."""
    return _thread(_told(subject_id, undo, [(_LAST, Selection(hidden=hidden).where())]), 0).last


def _told(subject_id: uuid.UUID, undo: str, parts: list[tuple[str, Where]]) -> list[Event]:
    mine, given = about(subject_id).query.sql_with_params()
    statement = _TOLD.format(mine=mine) + " UNION ALL ".join(part.format(where=where.sql) for part, where in parts)
    values = [*given, undo, undo, undo, *(value for _, where in parts for value in where.values)]
    return prepared.rows_of(Event, statement, values)


# The timeline of one subject is read once, through its index, whatever is then told of it: planned once as well.
_TOLD = """
WITH mine AS MATERIALIZED ({mine}),
told AS (
    SELECT *, uid IN (SELECT undoes FROM mine WHERE kind = %s) AS is_struck FROM mine
    WHERE kind <> %s AND uid NOT IN (SELECT undoes FROM mine WHERE undoes IS NOT NULL AND kind <> %s)
)
"""
_PAGE = "(SELECT *, 'page' AS part FROM told WHERE {where} ORDER BY occurred_at DESC, id DESC LIMIT %s)"
# The last change of each field that still stands.
_LAST = """(
    SELECT DISTINCT ON (changed) *, 'last' AS part FROM told
    WHERE {where} AND cardinality(changed) = 1 AND NOT is_struck ORDER BY changed, id DESC
)"""
# One entry of each voice.
_VOICES = """(
    SELECT DISTINCT ON (actor_id, unit_id) *, 'voice' AS part FROM told
    WHERE {where} ORDER BY actor_id, unit_id, id DESC
)"""


def _thread(rows: list[Event], wanted: int) -> Thread:
    keys.load({row.data_key_id for row in rows})
    known: dict[int, Entry] = {row.id: read(row) for row in {row.id: row for row in rows}.values()}
    parts: dict[str, list[Event]] = {"page": [], "last": [], "voice": []}
    for row in rows:
        parts[row.part].append(row)  # type: ignore[attr-defined]
    page = sorted(parts["page"], key=lambda row: (row.occurred_at, row.id), reverse=True)
    return Thread(
        entries=tuple(known[row.id] for row in page[:wanted]),
        struck=frozenset(row.uid for row in page if row.is_struck),  # type: ignore[attr-defined]
        has_more=len(page) > wanted,
        last={row.changed[0]: known[row.id] for row in parts["last"]},
        voices=tuple(known[row.id] for row in parts["voice"]),
    )
