"""What a PEC is loaded with: its place, what the actor may see of it, its requests; and one PEC for its page."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Concat, JSONObject

from osmose.encounters.lifecycle import OPEN, Place
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Assignment, Encounter, Movement, ServiceRequest, Tracking
from osmose.encounters.policies import READ
from osmose.encounters.queries.interviews import interviews
from osmose.encounters.queries.known import with_instructions
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant
from osmose.kernel.access.policy import Policy
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.crypto import keys
from osmose.organisations.models import CareUnit, DataCategory, ReferenceEpoch

CLOSED = " (fermé)"  # said of a place that has ended, where somebody still is


@dataclass(frozen=True)
class Course:
    """A PEC with its place and its current requests by kind code."""

    encounter: Encounter
    place: Place
    requests: dict[str, ServiceRequest] = field(default_factory=dict)


def _word(of: str, name: str) -> Case:
    """A word of the place joined by `of`; « Box 3 (fermé) » when it has ended since."""
    word = f"{of}__{name}"
    return Case(When(**{f"{of}__ended_at__isnull": False}, then=Concat(word, Value(CLOSED))), default=F(word))


def with_place(rows: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """The PECs with their current place annotated (`place_json`), in the same query."""
    current = Movement.objects.filter(encounter_id=OuterRef("pk"), ends_at=None, cancelled_at=None).values(
        json=JSONObject(
            location="location_id",
            location_code=_word("location", "code"),
            location_label=_word("location", "label"),
            box="box_id",
            box_code="box__code",
            box_label=_word("box", "label"),
        )
    )
    return rows.annotate(place_json=Subquery(current[:1]))


def with_scope(rows: QuerySet[Encounter], actor: Actor, now: datetime) -> QuerySet[Encounter]:
    """The PECs with the categories that the actor's grants open (`scopes`), in the same query."""
    units = actor.unit_ids(*READ.roles)
    held = Grant.objects.in_force(now).filter(Q(unit_id__in=units) | Q(user_id=actor.id), subject_id=OuterRef("pk"))
    joined = Func(F("scope"), Value(","), function="array_to_string", output_field=TextField())
    return rows.annotate(scopes=ArraySubquery(held.values(joined=joined)))


def with_note_readers(rows: QuerySet[Encounter], now: datetime) -> QuerySet[Encounter]:
    """The PECs with the names of the units that read their notes (`note_readers_of`), in the same query."""
    held = Grant.objects.in_force(now).filter(subject_id=OuterRef(OuterRef("pk")), scope__contains=[DataCategory.NOTES])
    units = CareUnit.objects.filter(pk__in=held.exclude(unit_id=None).values("unit_id"))
    return rows.annotate(note_readers=ArraySubquery(units.order_by("short_name").values("short_name")))


def note_readers_of(encounter: Encounter) -> tuple[str, ...]:
    """« SAU », « Équipe mobile »: the units that read the notes of a PEC loaded `with_note_readers`."""
    return tuple(getattr(encounter, "note_readers", ()))


def scope_of(encounter: Encounter) -> frozenset[str]:
    """What the actor may see of a PEC loaded `with_scope`: all grants together."""
    return frozenset(category for scope in getattr(encounter, "scopes", ()) for category in scope.split(","))


def place_of(encounter: Encounter) -> Place:
    """The place of a PEC loaded `with_place`."""
    return Place.from_json(getattr(encounter, "place_json", None))


def course_of(encounter: Encounter) -> Course:
    """The place (loaded `with_place`) and the current requests of one PEC, their interviews included: one query."""
    return Course(encounter, place_of(encounter), {r.kind.code: r for r in _current_requests(encounter.pk)})


@Recipe
def _current_requests(encounter_id: uuid.UUID) -> QuerySet[ServiceRequest]:
    current = ServiceRequest.objects.filter(encounter_id=encounter_id, is_current=True)
    return current.annotate(interviews_json=interviews(is_whole=True)).select_related("kind", "addressed_unit")


def one(encounter_id: uuid.UUID, policy: Policy[Encounter], actor: Actor, now: datetime) -> Encounter | None:
    """One PEC through a policy's rows, with all that its page joins and the epoch of the reference data: one query."""
    return next(iter(_one(encounter_id, policy, actor, now)), None)


@Recipe
def _one(encounter_id: uuid.UUID, policy: Policy[Encounter], actor: Actor, now: datetime) -> QuerySet[Encounter]:
    rows = policy.rows(actor, now).filter(pk=encounter_id)
    shown = with_note_readers(with_scope(with_place(rows), actor, now), now)
    shown = with_instructions(shown).annotate(epoch=reference_epoch())
    return shown.select_related("data_key", "patient", "care_unit", "establishment", "tracking")


def among(
    ids: Collection[uuid.UUID], policy: Policy[Encounter], actor: Actor, now: datetime
) -> dict[uuid.UUID, Encounter]:
    """Those of these PECs that the policy gives, each with its patient, its place and what the actor may see of it."""
    if not ids:
        return {}
    rows = with_scope(with_place(policy.rows(actor, now).filter(pk__in=list(ids))), actor, now)
    found = list(rows.select_related("data_key", "patient", "care_unit").order_by("pk"))
    keys.load({encounter.patient.data_key_id for encounter in found})
    return {encounter.pk: encounter for encounter in found}


def acted_on(encounter_id: uuid.UUID, policy: Policy[Encounter], actor: Actor, now: datetime) -> Encounter | None:
    """One PEC through a policy's rows, for a deed that will lock it and read it again: one query, nothing joined."""
    return next(iter(_bare(encounter_id, policy, actor, now)), None)


@Recipe
def _bare(encounter_id: uuid.UUID, policy: Policy[Encounter], actor: Actor, now: datetime) -> QuerySet[Encounter]:
    return policy.rows(actor, now).filter(pk=encounter_id).select_related("data_key")


def tracking_of(encounter: Encounter) -> Tracking | None:
    """What is noted of the patient, loaded with the PEC; None while nothing is."""
    return getattr(encounter, "tracking", None)


def referents_of(encounter: Encounter) -> dict[Referent, Assignment]:
    """Who is in charge now, by role, with their accounts: one query."""
    return {Referent(assignment.role): assignment for assignment in _in_charge(encounter.pk)}


@Recipe
def _in_charge(encounter_id: uuid.UUID) -> QuerySet[Assignment]:
    return Assignment.objects.filter(encounter_id=encounter_id, ends_at=None).select_related("user")


def reference_epoch() -> Subquery:
    """The number that moves with the reference data; none before their first change."""
    return Subquery(ReferenceEpoch.objects.filter(pk=1).values("number")[:1])


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
