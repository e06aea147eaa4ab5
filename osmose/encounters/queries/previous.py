"""The other PECs of a PEC's patient, as far as the actor may see them: earlier ones, and those still open."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from osmose.encounters.lifecycle import OPEN, EncounterStatus
from osmose.encounters.models import Encounter, Intervention
from osmose.encounters.policies import READ
from osmose.encounters.queries.loading import scope_of, with_scope
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.db import embedded
from osmose.organisations.models import DataCategory

RECENT = timedelta(days=30)
_MOST = 50
_BESIDE = 200


@dataclass(frozen=True)
class OtherOpen:
    """Another open PEC of the same patient."""

    id: uuid.UUID
    unit: str
    arrived_at: datetime


@dataclass(frozen=True)
class Standing:
    """« 4ᵉ passage / 30 j », this one included, the PECs open at the same time, whether there are others."""

    number: int = 1
    open: tuple[OtherOpen, ...] = ()
    has_passed: bool = False


def standing_of(encounter: Encounter, actor: Actor, now: datetime) -> Standing:
    """How many passages in the 30 days up to this arrival, and what else there is: one query."""
    until, since = encounter.arrived_at, encounter.arrived_at - RECENT
    others = _beside(encounter.pk, encounter.patient_id, actor, now)
    open_ = [OtherOpen(pk, unit, at) for pk, unit, at, status in reversed(others) if status in OPEN]
    recent = sum(since < at <= until for _, _, at, _ in others)
    return Standing(1 + recent, tuple(open_), bool(others))


@Recipe
def _beside(
    encounter_id: uuid.UUID, patient_id: uuid.UUID, actor: Actor, now: datetime
) -> QuerySet[Encounter, tuple[uuid.UUID, str, datetime, str]]:
    """A patient has a handful; the newest of somebody who has hundreds."""
    rows = _others(encounter_id, patient_id, actor, now).order_by("-arrived_at", "-id")
    return rows.values_list("id", "care_unit__short_name", "arrived_at", "status")[:_BESIDE]


def previous_of(encounter: Encounter, actor: Actor, now: datetime) -> list[Encounter]:
    """The other PECs of the patient, newest first, fifty at most, with what the actor may see of each: one query.

    Each with the conclusion of its last psychiatric interview (`conclusion_of`).
    """
    return _told(_others(encounter.pk, encounter.patient_id, actor, now), actor, now)


def passages_of(patient_id: uuid.UUID, actor: Actor, now: datetime) -> list[Encounter]:
    """The PECs of a patient before another one is opened, read as `previous_of` does: one query."""
    rows = READ.rows(actor, now).filter(patient_id=patient_id).exclude(status=EncounterStatus.CANCELLED)
    return _told(rows, actor, now)


def _told(rows: QuerySet[Encounter], actor: Actor, now: datetime) -> list[Encounter]:
    concluded = Intervention.objects.filter(
        request__encounter_id=OuterRef("pk"), cancelled_at=None, ended_at__isnull=False, conclusion__isnull=False
    ).order_by("-ended_at", "-id")
    last = concluded.values(json=embedded.columns("id", "data_key_id", "conclusion"))
    shown = with_scope(rows, actor, now).annotate(concluded=Subquery(last[:1])).select_related("data_key", "care_unit")
    return list(shown.order_by("-arrived_at", "-id")[:_MOST])


def conclusion_of(encounter: Encounter) -> Intervention | None:
    """The last interview concluded in a PEC of `previous_of`, where the agreement opens requests."""
    stored = getattr(encounter, "concluded", None)
    return embedded.revived(Intervention, stored) if stored and DataCategory.REQUESTS in scope_of(encounter) else None


def _others(encounter_id: uuid.UUID, patient_id: uuid.UUID, actor: Actor, now: datetime) -> QuerySet[Encounter]:
    rows = READ.rows(actor, now).filter(patient_id=patient_id)
    return rows.exclude(pk=encounter_id).exclude(status=EncounterStatus.CANCELLED)
