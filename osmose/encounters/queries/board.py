"""The lists of PECs: in one query, what decides which ones are shown and in which order; then what rows show.

Filtering, counting and ordering are done on the lean listing in Python: the same rows answer every filter, and the
archive is never counted beyond its cap.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from osmose.encounters.lifecycle import EncounterStatus, ExpectedStatus
from osmose.encounters.models import Encounter, RequestKind, ServiceRequest
from osmose.encounters.policies import EXPECTED, READ
from osmose.encounters.queries.bodies import Bodies, Known, Row
from osmose.encounters.queries.interviews import interviews
from osmose.encounters.queries.listed import Listed, read
from osmose.encounters.queries.listing import (
    ARCHIVE_COUNT,
    CLOSED_ONES,
    COLUMNS,
    EXPECTED_COUNT,
    LISTING,
    OPEN_ONES,
    PENDING_RELAYS,
    SOME_ONES,
)
from osmose.encounters.queries.waiting import PendingRelay, read_relays
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.db import embedded, prepared

ARCHIVE = timedelta(days=30)
ARCHIVE_CAP = 1000
PASSAGES = timedelta(days=30)
_KIND = ("id", "code", "short_label", "label", "order", "statuses", "is_psychiatric")
bodies = Bodies()
_REQUEST = ("id", "data_key_id", "kind_id", "status", "note", "result", "requested_at", "changed_at", "expected_at")


@dataclass(frozen=True)
class Cursor:
    """Where a page of the archive ends: the next one begins after it."""

    closed_at: datetime
    id: uuid.UUID


@dataclass(frozen=True)
class Present:
    """Every open PEC, in no order; how many were closed in the last 30 days (one more than the cap at most), and how
    many patients are expected.

    With them, the relais that wait for an answer and name the actor, and what an app above asked for (`Beside`).
    """

    rows: list[Listed]
    archived: int
    expected: int
    relays: tuple[PendingRelay, ...] = ()
    beside: str = ""


@dataclass(frozen=True)
class Beside:
    """What an app above has the listing say once, beside its rows: a scalar of SQL that gives a text."""

    sql: str
    params: Sequence[Any] = ()


def present(actor: Actor, now: datetime, beside: Beside | None = None) -> Present:
    """The open PECs that the actor may see and the two counts: one query, three where nothing is open."""
    found = _listing(
        actor,
        now,
        shown=OPEN_ONES,
        archive=ARCHIVE_COUNT,
        relays=PENDING_RELAYS,
        expected=EXPECTED_COUNT,
        beside=beside,
    )
    if not found:
        awaited = EXPECTED.rows(actor, now).filter(status=ExpectedStatus.AWAITED)
        return Present([], _archived(actor, now), awaited.count())
    first = found[0][0]
    return Present(
        _read(found, actor), first.archived, first.expected, read_relays(first.relays, actor.id), first.beside
    )


def open_of(actor: Actor, now: datetime) -> list[Listed]:
    """Every open PEC that the actor may see, in no order: one query."""
    return _read(_listing(actor, now, shown=OPEN_ONES), actor)


def some_of(ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> list[Listed]:
    """Those of these PECs that the actor may see, whatever their status, in no order: one query."""
    wanted = list(ids)
    return _read(_listing(actor, now, shown=SOME_ONES, among=wanted), actor) if wanted else []


def closed_of(actor: Actor, now: datetime, *, after: Cursor | None = None) -> list[Listed]:
    """The PECs closed in the last 30 days, the last closed first, one more than the cap at most: one query."""
    rows = _read(_listing(actor, now, shown=CLOSED_ONES, after=after), actor)
    return sorted(rows, key=lambda row: (row.closed_at or now, row.id), reverse=True)


def _read(found: list[tuple[Row, str]], actor: Actor) -> list[Listed]:
    own = actor.establishment_ids(*READ.roles)
    return [read(row.id, (row.version, row.epoch), row.head, body, own) for row, body in found]


def with_visit_number(ids: Iterable[uuid.UUID], tokens: Iterable[bytes]) -> set[uuid.UUID]:
    """Those of these PECs, fetched through their policy, whose visit number has one of these tokens: one query."""
    rows = Encounter.objects.filter(pk__in=list(ids), visit_token__in=list(tokens))
    return set(rows.values_list("pk", flat=True))


def to_draw(ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> QuerySet[Encounter]:
    """What the rows of these PECs show, where the actor may still see them; one query, their requests included."""
    kind = JSONObject(**{name: F(f"kind__{name}") for name in _KIND})
    current = ServiceRequest.objects.filter(encounter_id=OuterRef("pk"), is_current=True)
    asked = embedded.columns(*_REQUEST, kind=kind, interviews_json=interviews(is_whole=False))
    return (
        READ.rows(actor, now)
        .filter(pk__in=list(ids))
        .select_related("data_key", "patient", "care_unit", "tracking")
        .annotate(current_requests=ArraySubquery(current.values(json=asked)))
        .order_by()
    )


def drawn_requests(encounter: Encounter) -> list[ServiceRequest]:
    """The current requests of a PEC read by `to_draw`, in the order of their kinds."""
    stored: list[dict[str, Any]] = getattr(encounter, "current_requests", [])
    requests = []
    for columns in stored:
        request = embedded.revived(ServiceRequest, columns)
        vars(request)["interviews_json"] = columns["interviews_json"]
        # A list offers no button: what may follow a status is not read.
        request.kind = embedded.revived(RequestKind, {**columns["kind"], "transitions": {}})
        requests.append(request)
    return sorted(requests, key=lambda r: (r.kind.order, r.kind.label))


def _archived(actor: Actor, now: datetime) -> int:
    rows = READ.rows(actor, now).filter(status=EncounterStatus.CLOSED, closed_at__gt=now - ARCHIVE)
    return rows.order_by("-closed_at", "-id")[: ARCHIVE_CAP + 1].count()


@Recipe
def _readable(actor: Actor, now: datetime) -> QuerySet[Encounter, Any]:
    rows: QuerySet[Encounter, Any] = READ.rows(actor, now).values(*COLUMNS)
    return rows


def _listing(
    actor: Actor,
    now: datetime,
    *,
    shown: str,
    archive: str = "0",
    expected: str = "0",
    relays: str = "'[]'",
    beside: Beside | None = None,
    after: Cursor | None = None,
    among: Iterable[uuid.UUID] = (),
) -> list[tuple[Row, str]]:
    """Hand-written SQL around the policy's rows: built by the ORM, the same costs ten milliseconds at every refresh."""
    units = frozenset(actor.unit_ids(*READ.roles))
    reader = (shown, units, actor.id, after)
    may_see = _readable.statement(actor, now)
    if may_see is None:  # nobody who may see anything
        return []
    values: dict[str, Any] = {
        "now": now,
        "units": list(units),
        "user": actor.id,
        "passages": PASSAGES,
        "archived": now - ARCHIVE,
        "among": list(among),
        "before": after and after.closed_at,
        "before_id": after and after.id,
    }
    statement = LISTING
    parts = {"shown": shown, "archive": archive, "relays": relays, "expected": expected}
    parts["beside"] = _embedded(beside.sql, beside.params, "b", values) if beside else "''"
    # Written, not given: of a limit that it doesn't know, PostgreSQL expects a tenth of the archive.
    parts |= {"readable": _embedded(*may_see, "r", values), "cap": str(ARCHIVE_CAP + 1)}
    for name, part in parts.items():
        statement = statement.replace(f"{{{name}}}", part)
    for known in (bodies.known_to(reader), Known()):
        values |= {"held": known.versions, "epoch": known.epoch}
        with prepared.cursor(connection) as cursor:
            cursor.execute(statement, values)
            found = bodies.complete(reader, [Row(*row) for row in cursor.fetchall()])
        if found is not None:
            return found
    raise AssertionError("Told that nothing is held, the database gives every body.")


def _embedded(sql: str, given: Sequence[Any], prefix: str, values: dict[str, Any]) -> str:
    """A recipe's SQL as the listing holds it: its parameters named, among the others."""
    names = [f"{prefix}{n}" for n in range(len(given))]
    values |= dict(zip(names, given, strict=True))
    return sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)
