"""The other PECs of a PEC's patient, as far as the actor may see them: earlier ones, and those still open."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from osmose.encounters.lifecycle import OPEN, EncounterStatus
from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ
from osmose.encounters.queries.loading import with_scope
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.recipes import Recipe

RECENT = timedelta(days=30)
_MOST = 50


@dataclass(frozen=True)
class OtherOpen:
    """Another open PEC of the same patient."""

    id: uuid.UUID
    unit: str
    arrived_at: datetime


@dataclass(frozen=True)
class Standing:
    """« 4ᵉ passage / 30 j », this one included, and the PECs that are open at the same time."""

    number: int = 1
    open: tuple[OtherOpen, ...] = ()


def standing_of(encounter: Encounter, actor: Actor, now: datetime) -> Standing:
    """How many passages in the 30 days up to this arrival, and what else is open: one query."""
    until, since = encounter.arrived_at, encounter.arrived_at - RECENT
    number, open_ = 1, []
    for pk, unit, arrived_at, status in _beside(encounter.pk, encounter.patient_id, actor, now, since, until):
        number += since < arrived_at <= until
        if status in OPEN:
            open_.append(OtherOpen(pk, unit, arrived_at))
    return Standing(number, tuple(open_))


@Recipe
def _beside(  # noqa: PLR0917 - a recipe takes its values in order
    encounter_id: uuid.UUID, patient_id: uuid.UUID, actor: Actor, now: datetime, since: datetime, until: datetime
) -> QuerySet[Encounter, tuple[uuid.UUID, str, datetime, str]]:
    recent = Q(arrived_at__gt=since, arrived_at__lte=until)
    rows = _others(encounter_id, patient_id, actor, now).filter(recent | Q(status__in=OPEN))
    return rows.order_by("arrived_at", "id").values_list("id", "care_unit__short_name", "arrived_at", "status")


def previous_of(encounter: Encounter, actor: Actor, now: datetime) -> list[Encounter]:
    """The other PECs of the patient, newest first, fifty at most, with what the actor may see of each: one query."""
    rows = _others(encounter.pk, encounter.patient_id, actor, now).select_related("data_key", "care_unit")
    return list(with_scope(rows, actor, now).order_by("-arrived_at", "-id")[:_MOST])


def _others(encounter_id: uuid.UUID, patient_id: uuid.UUID, actor: Actor, now: datetime) -> QuerySet[Encounter]:
    rows = READ.rows(actor, now).filter(patient_id=patient_id)
    return rows.exclude(pk=encounter_id).exclude(status=EncounterStatus.CANCELLED)
