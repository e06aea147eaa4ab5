"""One row of the board: a pure function of the PEC and of what its audience may see."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.models import Encounter, ServiceRequest
from osmose.encounters.presenters import RequestBadge, request_badge
from osmose.encounters.queries import Course
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.organisations.models import DataCategory
from osmose.patients.presenters import Flag, IdentityBand, identity, unshared
from osmose.patients.rules import IdentityStatus


@dataclass(frozen=True)
class BoardRow:
    """What a row shows; nothing about who looks, no elapsed time (the browser counts from `since`)."""

    id: uuid.UUID
    url: str
    zone: str
    box: str
    name: str
    details: str
    flags: tuple[Flag, ...]
    motif: str
    arrived_at: datetime
    watch_minutes: int
    over_minutes: int
    requests: tuple[RequestBadge, ...]
    psychiatry: tuple[RequestBadge, ...]
    has_exited: bool
    unit: str


def board_row(course: Course, scope: frozenset[str], today: date) -> BoardRow:
    """The row of a PEC for an audience that may see the categories of `scope`."""
    encounter = course.encounter
    may_see_name = DataCategory.IDENTITY in scope
    who = identity(encounter.patient, today=today, hide_protected=True) if may_see_name else unshared(encounter.patient)
    badges = [b for r in _ordered(course) if (b := request_badge(r))] if DataCategory.REQUESTS in scope else []
    unit = encounter.care_unit
    return BoardRow(
        id=encounter.pk,
        url=reverse("pec", args=[encounter.pk]),
        zone=course.place.location_code,
        box=course.place.box_label,
        name=who.name,
        details=" · ".join(w for w in (who.age, who.sex) if w),
        flags=_flags(course, who) if may_see_name else (),
        motif="" if encounter.patient.is_protected else _motif(encounter),
        arrived_at=encounter.arrived_at,
        watch_minutes=unit.waiting_watch_minutes,
        over_minutes=unit.waiting_over_minutes,
        requests=tuple(b for b in badges if not b.is_psychiatric),
        psychiatry=tuple(b for b in badges if b.is_psychiatric),
        has_exited=encounter.status == EncounterStatus.EXITED,
        unit=unit.short_name,
    )


def _motif(encounter: Encounter) -> str:
    """An unreadable motif is said so: left blank, it would pass for one that nobody wrote."""
    motif = readable(encounter, "motif")
    return "Motif illisible" if motif is UNREADABLE else str(motif or "")


PROVISIONAL = Flag("Prov.", "hourglass", "info")


def _flags(course: Course, who: IdentityBand) -> tuple[Flag, ...]:
    """The flags of the identity, and « Prov. » where nobody has checked it yet."""
    is_provisional = course.encounter.patient.status is IdentityStatus.PROVISOIRE and not who.is_unknown
    return (*who.flags, PROVISIONAL) if is_provisional else who.flags


def _ordered(course: Course) -> list[ServiceRequest]:
    return sorted(course.requests.values(), key=lambda r: (r.kind.order, r.kind.label))
