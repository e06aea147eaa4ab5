"""Typed reads of PECs, always through a policy's rows, in a constant number of queries."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from osmose.encounters.lifecycle import OPEN
from osmose.encounters.models import Encounter, Movement, RequestKind, ServiceRequest
from osmose.encounters.policies import READ, REGISTER
from osmose.kernel.access.actor import Actor
from osmose.organisations.models import CareUnit, Location


@dataclass(frozen=True)
class OpenEncounter:
    """What a list needs to know before it shows anything: ids and versions."""

    id: uuid.UUID
    patient_id: uuid.UUID
    version: int
    patient_version: int


@dataclass(frozen=True)
class Course:
    """A PEC with its place and its current requests by kind code."""

    encounter: Encounter
    movement: Movement | None
    requests: dict[str, ServiceRequest] = field(default_factory=dict)


def open_of(actor: Actor, now: datetime) -> list[OpenEncounter]:
    """The open PECs that the actor may see, the longest present first: one query."""
    rows = (
        READ.rows(actor, now)
        .filter(status__in=OPEN)
        .order_by("arrived_at", "id")
        .values_list("id", "patient_id", "version", "patient__version")
    )
    return [OpenEncounter(*row) for row in rows]


def version_of(rows: Sequence[OpenEncounter]) -> str:
    """A word that changes when a row appears, disappears or changes."""
    said = ",".join(f"{r.id}:{r.version}:{r.patient_version}" for r in rows)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def courses(ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> list[Course]:
    """These PECs, where the actor may see them, in order of arrival: three queries and one for the keys."""
    encounters = list(
        READ.rows(actor, now)
        .filter(pk__in=list(ids))
        .select_related("patient", "care_unit")
        .order_by("arrived_at", "id")
    )
    found = [e.pk for e in encounters]
    places = {
        m.encounter_id: m
        for m in Movement.objects.filter(encounter_id__in=found, ends_at=None, cancelled_at=None).select_related(
            "location", "box"
        )
    }
    asked: dict[uuid.UUID, dict[str, ServiceRequest]] = {}
    current = ServiceRequest.objects.filter(encounter_id__in=found, is_current=True)
    for request in current.select_related("kind", "addressed_unit"):
        asked.setdefault(request.encounter_id, {})[request.kind.code] = request
    return [Course(e, places.get(e.pk), asked.get(e.pk, {})) for e in encounters]


def course_of(encounter: Encounter) -> Course:
    """The place and the current requests of one PEC: two queries."""
    movement = (
        Movement.objects.filter(encounter=encounter, ends_at=None, cancelled_at=None)
        .select_related("location", "box")
        .first()
    )
    current = ServiceRequest.objects.filter(encounter=encounter, is_current=True)
    asked = {r.kind.code: r for r in current.select_related("kind", "addressed_unit")}
    return Course(encounter, movement, asked)


def kinds_of(establishment_id: uuid.UUID) -> list[RequestKind]:
    """The kinds of request in use in an establishment, in order, with their addressees: two queries."""
    return list(
        RequestKind.objects.filter(establishment_id=establishment_id, ended_at=None)
        .order_by("order", "label")
        .prefetch_related("addressees__establishment")
    )


def places_of(unit_ids: Iterable[uuid.UUID]) -> list[Location]:
    """The open zones and boxes of units, in order."""
    return list(Location.objects.filter(care_unit_id__in=list(unit_ids), ended_at=None).order_by("order", "code"))


def occupied_boxes(unit_ids: Iterable[uuid.UUID], *, but: uuid.UUID) -> set[uuid.UUID]:
    """The boxes where somebody else is now."""
    return set(
        Movement.objects.filter(
            box__care_unit_id__in=list(unit_ids), ends_at=None, cancelled_at=None, encounter__status="active"
        )
        .exclude(encounter_id=but)
        .values_list("box_id", flat=True)
    )


def open_encounter_of(
    patient_id: uuid.UUID, establishment_id: uuid.UUID, actor: Actor, now: datetime
) -> Encounter | None:
    """The open PEC of a patient in an establishment, where the actor may see it."""
    return (
        READ.rows(actor, now)
        .filter(patient_id=patient_id, establishment_id=establishment_id, status__in=OPEN)
        .order_by("-arrived_at")
        .first()
    )


def registering_units(actor: Actor, now: datetime) -> list[CareUnit]:
    """The units where the actor may register an arrival, the acting one first."""
    units = list(REGISTER.rows(actor, now).filter(ended_on=None).select_related("establishment").order_by("name"))
    return sorted(units, key=lambda u: (u.pk != actor.acting_unit_id, u.name))
