"""The timeline of one subject as a page shows it, in one query.

What was undone stays, struck through; what was put at another hour is replaced by the entry that says so.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from django.db.models import BooleanField, CharField, ExpressionWrapper, Q, QuerySet, Value

from osmose.kernel.crypto import keys
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

    def of(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        if self.actor_id:
            rows = rows.filter(actor_id=self.actor_id)
        if self.unit_id:
            rows = rows.filter(unit_id=self.unit_id)
        if self.kinds or self.changed:
            wanted = _begins_with(self.kinds)
            rows = rows.filter(wanted | Q(changed__overlap=list(self.changed)) if self.changed else wanted)
        return rows.exclude(_begins_with(self.hidden)) if self.hidden else rows


def _begins_with(beginnings: tuple[str, ...]) -> Q:
    found = Q(pk__in=[])
    for beginning in beginnings:
        found |= Q(kind__startswith=beginning)
    return found


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
    mine = about(subject_id)
    undoing = mine.exclude(undoes=None)
    told = mine.exclude(kind=undo).exclude(uid__in=undoing.exclude(kind=undo).values("undoes"))
    struck = undoing.filter(kind=undo).values_list("undoes", flat=True)
    told = told.annotate(is_struck=ExpressionWrapper(Q(uid__in=struck), output_field=BooleanField()))
    page = selection.of(told).order_by("-occurred_at", "-id")
    if before is not None:
        page = page.filter(occurred_at__lte=before.at).exclude(occurred_at=before.at, id__gte=before.id)
    elif since is not None:
        page = page.filter(occurred_at__gte=since.at).exclude(occurred_at=since.at, id__lt=since.id)
    wanted = MOST if since is not None and before is None else limit
    parts = [_tagged(page[: wanted + 1], "page")]
    if is_whole:
        open_ = Selection(hidden=selection.hidden).of(told)
        parts.append(_tagged(_last_changes(open_, struck), "last"))
        parts.append(_tagged(_voices(open_), "voice"))
    rows = list(parts[0].union(*parts[1:], all=True)) if len(parts) > 1 else list(parts[0])
    return _thread(rows, wanted)


def _tagged(rows: QuerySet[Event], tag: str) -> QuerySet[Event]:
    return rows.annotate(part=Value(tag, output_field=CharField()))


def _last_changes(told: QuerySet[Event], struck: QuerySet[Event, uuid.UUID | None]) -> QuerySet[Event]:
    """The last change of each field that still stands."""
    return told.filter(changed__len=1).exclude(uid__in=struck).order_by("changed", "-id").distinct("changed")


def _voices(told: QuerySet[Event]) -> QuerySet[Event]:
    return told.order_by("actor_id", "unit_id", "-id").distinct("actor_id", "unit_id")


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
