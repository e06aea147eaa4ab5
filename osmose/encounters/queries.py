"""Typed reads of PECs, always through a policy's rows, in a constant number of queries."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import JSONObject

from osmose.encounters.lifecycle import OPEN, Place
from osmose.encounters.models import Encounter, Movement, RequestKind, ServiceRequest
from osmose.encounters.policies import READ, REGISTER
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant
from osmose.kernel.access.policy import Policy
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
    place: Place
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


def with_place(rows: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """The PECs with their current place annotated (`place_json`), in the same query."""
    current = Movement.objects.filter(encounter_id=OuterRef("pk"), ends_at=None, cancelled_at=None).values(
        json=JSONObject(
            location="location_id",
            location_code="location__code",
            location_label="location__label",
            box="box_id",
            box_code="box__code",
            box_label="box__label",
        )
    )
    return rows.annotate(place_json=Subquery(current[:1]))


def with_scope(rows: QuerySet[Encounter], actor: Actor, now: datetime) -> QuerySet[Encounter]:
    """The PECs with the categories that the actor's grants open (`scopes`), in the same query."""
    units = actor.unit_ids(*READ.roles)
    held = Grant.objects.in_force(now).filter(Q(unit_id__in=units) | Q(user_id=actor.id), subject_id=OuterRef("pk"))
    joined = Func(F("scope"), Value(","), function="array_to_string", output_field=TextField())
    return rows.annotate(scopes=ArraySubquery(held.values(joined=joined)))


def scope_of(encounter: Encounter) -> frozenset[str]:
    """What the actor may see of a PEC loaded `with_scope`: all grants together."""
    return frozenset(category for scope in getattr(encounter, "scopes", ()) for category in scope.split(","))


def place_of(encounter: Encounter) -> Place:
    """The place of a PEC loaded `with_place`."""
    return Place.from_json(getattr(encounter, "place_json", None))


def courses(ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> list[Course]:
    """These PECs, where the actor may see them, in order of arrival: two queries."""
    rows = READ.rows(actor, now).filter(pk__in=list(ids)).select_related("data_key", "patient", "care_unit")
    encounters = list(with_scope(with_place(rows), actor, now).order_by("arrived_at", "id"))
    asked: dict[uuid.UUID, dict[str, ServiceRequest]] = {}
    current = ServiceRequest.objects.filter(encounter_id__in=[e.pk for e in encounters], is_current=True)
    for request in current.select_related("kind", "addressed_unit"):
        asked.setdefault(request.encounter_id, {})[request.kind.code] = request
    return [Course(e, place_of(e), asked.get(e.pk, {})) for e in encounters]


def course_of(encounter: Encounter) -> Course:
    """The place (loaded `with_place`) and the current requests of one PEC: one query."""
    current = ServiceRequest.objects.filter(encounter=encounter, is_current=True)
    asked = {r.kind.code: r for r in current.select_related("kind", "addressed_unit")}
    return Course(encounter, place_of(encounter), asked)


def one(encounter_id: uuid.UUID, policy: Policy[Encounter], actor: Actor, now: datetime) -> Encounter | None:
    """One PEC through a policy's rows, with all that its page joins: one query."""
    rows = policy.rows(actor, now).filter(pk=encounter_id)
    shown = with_scope(with_place(rows), actor, now)
    return shown.select_related("data_key", "patient", "care_unit", "establishment").first()


def kinds_of(establishment_id: uuid.UUID) -> list[RequestKind]:
    """The kinds of request in use in an establishment, in order, with their addressees (`teams`): one query."""
    teams = RequestKind.addressees.through.objects.filter(
        requestkind_id=OuterRef("pk"), careunit__ended_on=None
    ).order_by("careunit__name")
    named = teams.values(json=JSONObject(id="careunit_id", short_name="careunit__short_name"))
    kinds = RequestKind.objects.filter(establishment_id=establishment_id, ended_at=None)
    return list(kinds.annotate(teams=ArraySubquery(named)).order_by("order", "label"))


def places_of(unit_ids: Iterable[uuid.UUID], *, but: uuid.UUID, with_occupancy: bool) -> list[Location]:
    """The open zones and boxes of units, in order; `is_taken` where somebody else is now. One query.

    Without occupancy for a partner: a taken box would tell of a patient that is not shared.
    """
    others = Movement.objects.filter(
        box_id=OuterRef("pk"), ends_at=None, cancelled_at=None, encounter__status="active"
    ).exclude(encounter_id=but)
    rows = Location.objects.filter(care_unit_id__in=list(unit_ids), ended_at=None)
    taken = Exists(others) if with_occupancy else Value(False)
    return list(rows.annotate(is_taken=taken).order_by("order", "code"))


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
