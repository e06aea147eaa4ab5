"""The open PECs of an actor: ids and versions first, then what their rows show."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.lifecycle import OPEN
from osmose.encounters.models import ServiceRequest
from osmose.encounters.policies import READ
from osmose.encounters.queries.loading import Course, place_of, with_place, with_scope
from osmose.kernel.access.actor import Actor


@dataclass(frozen=True)
class OpenEncounter:
    """What a list needs to know before it shows anything: ids and versions."""

    id: uuid.UUID
    patient_id: uuid.UUID
    version: int
    patient_version: int


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
    """These PECs, where the actor may see them, in order of arrival: two queries."""
    rows = READ.rows(actor, now).filter(pk__in=list(ids)).select_related("data_key", "patient", "care_unit", "tracking")
    encounters = list(with_scope(with_place(rows), actor, now).order_by("arrived_at", "id"))
    asked: dict[uuid.UUID, dict[str, ServiceRequest]] = {}
    current = ServiceRequest.objects.filter(encounter_id__in=[e.pk for e in encounters], is_current=True)
    for request in current.select_related("kind", "addressed_unit"):
        asked.setdefault(request.encounter_id, {})[request.kind.code] = request
    return [Course(e, place_of(e), asked.get(e.pk, {})) for e in encounters]
