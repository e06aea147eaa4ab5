"""What answers a question put to the board: which PECs, in which order, and what is counted; nothing drawn yet."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from osmose.accounts.models import SavedView
from osmose.accounts.queries import views_of
from osmose.encounters import queries
from osmose.encounters.lifecycle.waiting import by_attention, triage_rank
from osmose.encounters.queries import ARCHIVE_CAP, Listed
from osmose.handover.queries import unread_beside, unread_of
from osmose.kernel.base.clock import paris
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.workspace.board import chips, search
from osmose.workspace.board import filters as asking
from osmose.workspace.board.chips import Chip, Waiting
from osmose.workspace.board.filters import Filters, asked_by, cursor_of
from osmose.workspace.board.search import TYPED_MAX, Sought
from osmose.workspace.board.strips import Strip, strips

PAGE = 50


@dataclass(frozen=True, kw_only=True, repr=False)
class Question:
    """What is asked: the filters, what is sought, and the view that answered a bare address."""

    asked: Filters
    sought: Sought
    typed: str = ""
    was_strange: bool = False
    views: tuple[SavedView, ...] = ()
    applied: SavedView | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Found:
    """The answer: the rows to show, in order, the counts, and what each filter offers."""

    question: Question
    rows: tuple[Listed, ...]
    scopes: tuple[Chip, ...]
    psychiatry: tuple[Chip, ...]
    waiting: Waiting
    total: int
    is_capped: bool
    next: str
    relays: tuple[Strip, ...]
    expected: int
    unread: Mapping[uuid.UUID, int]
    units: tuple[chips.Option, ...]
    places: tuple[chips.Option, ...]
    teams: tuple[chips.Option, ...]


def question_of(request: StaffRequest) -> Question:
    """The filters of the address, or those of the reader's own view where the address is bare; and what was typed."""
    asked, was_strange = Filters.read(request.GET)
    typed = str(request.POST.get("q", ""))[:TYPED_MAX].strip()
    sought = Sought.read(typed, paris(request.now).date())
    views: tuple[SavedView, ...] = ()
    applied = None
    if not is_htmx(request):
        views = tuple(views_of(request.actor))
        if not typed and not asked_by(request.GET):
            applied = next((view for view in views if view.is_default), None)
            asked = Filters.read(QueryDict(applied.query))[0] if applied else asked
    return Question(asked=asked, sought=sought, typed=typed, was_strange=was_strange, views=views, applied=applied)


def find(request: StaffRequest) -> Found:
    """One query; one or two more for the archive, for « mineurs » and for names, two for a number."""
    question = question_of(request)
    asked, actor, now = question.asked, request.actor, request.now
    present = queries.present(actor, now, unread_beside(actor, now))
    opened, archive = present.rows, present.archived
    closed = queries.closed_of(actor, now) if asked.shows_closed else []
    in_scope = [row for row in (*opened, *closed[:ARCHIVE_CAP]) if asked.in_scope(row)]
    kept = _narrowed(in_scope, question, request)
    page, following = _page(kept, closed, question, request)
    return Found(
        question=question,
        rows=tuple(page),
        scopes=chips.scope_chips(asked, opened, archive),
        psychiatry=chips.psychiatry_chips(asked, kept, is_capped=asked.shows_closed and archive > ARCHIVE_CAP),
        waiting=chips.waiting(row for row in kept if row.is_active),
        total=sum(1 for row in kept if chips.has_psychiatry(row, asked.psy)),
        is_capped=asked.shows_closed and archive > ARCHIVE_CAP,
        next=following,
        relays=strips(present.relays, now),
        expected=present.expected,
        unread=unread_of(present.beside),
        units=tuple(chips.units(in_scope, asked.unite)),
        places=tuple(chips.places(in_scope, asked.lieu)),
        teams=tuple(chips.teams(in_scope, asked.equipe)),
    )


def _narrowed(rows: Sequence[Listed], question: Question, request: StaffRequest) -> list[Listed]:
    """The rows that the filters and the search keep, the psychiatric chip apart: it counts among these."""
    asked, actor, now = question.asked, request.actor, request.now
    kept = [row for row in rows if asked.keeps(row, actor.id)]
    if asked.etat == asking.MINORS:
        young = search.minors(kept, actor, now)
        kept = [row for row in kept if row.id in young]
    sought = question.sought
    return kept if sought.is_empty or sought.is_too_short else search.matching(kept, sought, actor, now)


def _page(
    kept: Sequence[Listed], closed: Sequence[Listed], question: Question, request: StaffRequest
) -> tuple[list[Listed], str]:
    """Every open PEC in the chosen order, then fifty of the archive; and where the next fifty begin."""
    asked, cursor = question.asked, question.asked.cursor
    opened = [row for row in kept if not row.is_closed and chips.has_psychiatry(row, asked.psy)]
    archive = [row for row in kept if row.is_closed]
    if cursor is not None and asked.shows_closed:
        closed = queries.closed_of(request.actor, request.now, after=cursor)
        opened, archive = [], _narrowed(closed[:ARCHIVE_CAP], question, request)
    archive = [row for row in archive if chips.has_psychiatry(row, asked.psy)]
    following = ""
    if len(archive) > PAGE:
        following = cursor_of(archive[PAGE - 1])
    elif len(closed) > ARCHIVE_CAP:
        following = cursor_of(closed[ARCHIVE_CAP - 1])  # few of a whole batch are kept: older ones may answer too
    return [*sorted(opened, key=_ORDERS.get(asked.ordre, _attention)), *archive[:PAGE]], following


def _attention(row: Listed) -> tuple[Any, ...]:
    return by_attention(
        has_exited=row.has_exited,
        is_missing=row.is_missing,
        is_of_concern=row.is_of_concern,
        waits=row.waits,
        arrived_at=row.arrived_at,
        tie=row.id,
    )


_ORDERS: Mapping[str, Callable[[Listed], tuple[Any, ...]]] = {
    asking.OLDEST: lambda row: (row.arrived_at, row.id),
    asking.NEWEST: lambda row: (-row.arrived_at.timestamp(), row.id),
    asking.PLACE: lambda row: (row.unit, row.place_order, row.place.location_code, row.place.box_label, row.id),
    asking.TRIAGE: lambda row: (triage_rank(row.triage), row.arrived_at, row.id),
}
