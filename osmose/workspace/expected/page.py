"""The announced patients of the units one works in, journaled before any of them is shown."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.encounters import queries
from osmose.encounters.lifecycle import ExpectedStatus
from osmose.encounters.models import Encounter, ExpectedArrival
from osmose.encounters.policies import RECEIVE
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.patients.presenters import IdentityBand, identity, unshared
from osmose.patients.queries import visible_among

_TEXTS = ("reason", "context", "announced_by", "announced_from", "phone", "cancel_reason")


@dataclass(frozen=True)
class Perhaps:
    """An open PEC that may be the announced patient's."""

    id: uuid.UUID
    words: str
    is_same_patient: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One announcement."""

    id: uuid.UUID
    who: IdentityBand
    status: ExpectedStatus
    expected_at: datetime
    announced_at: datetime
    ended_at: datetime | None
    is_late: bool
    is_tomorrow: bool
    unit: str
    announcing_unit: str
    reason: str
    context: str
    by: str
    phone: str
    cancel_reason: str
    noted_by: str
    can_receive: bool
    encounter_id: uuid.UUID | None
    perhaps: tuple[Perhaps, ...]

    @property
    def is_awaited(self) -> bool:
        return self.status is ExpectedStatus.AWAITED

    @property
    def is_here(self) -> bool:
        """The very patient has an open PEC that is nobody's announced one: « Arrivé » would open a second one."""
        return any(pec.is_same_patient for pec in self.perhaps)


@dataclass(frozen=True)
class Page:
    """Those who are expected, and those settled since."""

    awaited: tuple[Row, ...]
    settled: tuple[Row, ...]
    version: str
    problem: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Found:
    rows: Sequence[ExpectedArrival]
    perhaps: Mapping[uuid.UUID, Sequence[Encounter]]


def listing(request: StaffRequest, policy: Policy[ExpectedArrival]) -> Listing:  # noqa: ARG001 - the policy is the queries' own
    """The announcements, and the PECs that may be theirs."""
    found = find(request)
    pecs = list({pec.pk: pec for near in found.perhaps.values() for pec in near}.values())
    return Listing(
        subjects=(*(row.pk for row in found.rows), *(pec.pk for pec in pecs)),
        persons=(*(row.patient_id for row in found.rows), *(pec.patient_id for pec in pecs)),
        version=_version(found, request.now),
        rows=found,
    )


def find(request: StaffRequest) -> Found:
    rows = queries.announcements(request.actor, request.now)
    return Found(rows, queries.perhaps_arrived([r for r in rows if r.is_awaited], request.actor, request.now))


def _version(found: Found, now: datetime) -> str:
    """A word that changes when a row does, when one becomes late, when a PEC may be one's."""
    near = {row_id: [pec.pk for pec in pecs] for row_id, pecs in found.perhaps.items() if pecs}
    said = [(r.pk, r.status, r.expected_at < now, r.patient.version, near.get(r.pk)) for r in found.rows]
    return hashlib.sha256(repr((said, paris(now).date())).encode()).hexdigest()[:16]


def build(request: StaffRequest, shown: Listing) -> Page:
    """The page of the journaled announcements."""
    return _page(request, shown.rows, shown.version)


def alone(request: StaffRequest, row: ExpectedArrival, problem: str, typed: str) -> Page:
    """One announcement that something was refused on: no other is shown, since no other is journaled."""
    return _page(request, Found([row], {}), "", problem=problem, typed=typed)


def _page(request: StaffRequest, found: Found, version: str, **problem: Any) -> Page:
    now = request.now
    persons = visible_among(request.actor, now, [row.patient_id for row in found.rows])
    linked = [row.encounter_id for row in found.rows if row.encounter_id]
    opens = queries.readable_among(linked, request.actor, now)
    rows = [_row(row, request, row.patient_id in persons, opens, found.perhaps.get(row.pk, ())) for row in found.rows]
    return Page(
        awaited=tuple(row for row in rows if row.is_awaited),
        settled=tuple(row for row in rows if not row.is_awaited),
        version=version,
        **problem,
    )


def _row(
    row: ExpectedArrival, request: StaffRequest, is_shared: bool, opens: set[uuid.UUID], near: Sequence[Encounter]
) -> Row:
    said = {name: _said(row, name) for name in _TEXTS}
    today = paris(request.now).date()
    return Row(
        id=row.pk,
        who=identity(row.patient, today=today, hide_protected=True) if is_shared else unshared(row.patient),
        status=ExpectedStatus(row.status),
        expected_at=row.expected_at,
        announced_at=row.announced_at,
        ended_at=row.ended_at,
        is_late=row.is_awaited and row.expected_at < request.now,
        is_tomorrow=paris(row.expected_at).date() != today,
        unit=row.care_unit.short_name,
        announcing_unit=row.announcing_unit.label if row.announcing_unit_id != row.care_unit_id else "",
        reason=said["reason"],
        context=said["context"],
        by=", ".join(word for word in (said["announced_by"], said["announced_from"]) if word),
        phone=said["phone"],
        cancel_reason=said["cancel_reason"],
        noted_by=_said(row, "noted_by"),
        can_receive=RECEIVE.allows(request.actor, row, request.now),
        encounter_id=row.encounter_id if row.encounter_id in opens else None,
        perhaps=tuple(_perhaps(row, pec, today) for pec in near),
    )


def _perhaps(row: ExpectedArrival, pec: Encounter, today: Any) -> Perhaps:
    who = identity(pec.patient, today=today, hide_protected=True)
    arrived = f"{paris(pec.arrived_at):%H:%M}"
    return Perhaps(
        pec.pk,
        f"{who.name}, {who.details}, arrivée {arrived}, {pec.care_unit.short_name}",
        pec.patient_id == row.patient_id,
    )


def _said(row: ExpectedArrival, name: str) -> str:
    value = readable(row, name)
    return "illisible" if value is UNREADABLE else str(value or "")
