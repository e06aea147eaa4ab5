"""To whom notices are addressed: read when they are delivered, from grants, référents and memberships in force."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from osmose.accounts.models import Membership, User
from osmose.encounters.models import Assignment, Intervention, Relay, ServiceRequest
from osmose.handover.models import HandoverNote
from osmose.kernel.access.models import Grant
from osmose.kernel.access.notices import Addressed, Happened
from osmose.kernel.access.roles import CLINICAL
from osmose.organisations.models import CareUnit, DataCategory, UnitKind


def units_taking_part(
    subject_id: uuid.UUID, scope: DataCategory, now: datetime, kinds: Collection[UnitKind] = ()
) -> frozenset[uuid.UUID]:
    """The units whose grant in force opens this category of the PEC; of these kinds only when some are given."""
    held = Grant.objects.in_force(now).of(subject_id).filter(scope__contains=[scope.value])
    units = held.exclude(unit_id=None).values_list("unit_id", flat=True)
    if not kinds:
        return frozenset(pk for pk in units if pk)
    return frozenset(CareUnit.objects.filter(pk__in=units, kind__in=list(kinds)).values_list("pk", flat=True))


def in_charge(happened: Happened, scope: DataCategory, kinds: Collection[UnitKind] = ()) -> Addressed:
    """The référents of the patient; for a unit that has none among its people, the whole unit."""
    units = units_taking_part(happened.subject_id, scope, happened.now, kinds)
    named = Assignment.objects.filter(encounter_id=happened.subject_id, ends_at=None)
    homes: dict[uuid.UUID, set[uuid.UUID]] = {}
    for user_id, unit_id in (
        _caring(units, happened.now).filter(user__in=named.values("user_id")).values_list("user_id", "care_unit_id")
    ):
        homes.setdefault(user_id, set()).add(unit_id)
    covered = {unit for held in homes.values() for unit in held}
    return Addressed(users=frozenset(homes), units=units - covered)


def _caring(units: Collection[uuid.UUID], now: datetime) -> QuerySet[Membership]:
    return Membership.objects.in_force(now).filter(
        care_unit__in=list(units),
        role__in=[role.value for role in CLINICAL],
        user__is_active=True,
    )


def with_the_patient(subject_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Whose interview of this patient is not over, référents or not."""
    running = Intervention.objects.filter(request__encounter_id=subject_id, ended_at=None, cancelled_at=None)
    return frozenset(running.values_list("professional_id", flat=True))


def asked(request_id: str) -> ServiceRequest | None:
    """The request that an event speaks of, with its kind."""
    return ServiceRequest.objects.select_related("kind").filter(pk=request_id).first() if request_id else None


def note(note_id: str) -> HandoverNote | None:
    """The note that an event speaks of."""
    return HandoverNote.objects.filter(pk=note_id).first() if note_id else None


def answerer_of(relay_id: str) -> uuid.UUID | None:
    """Who is to answer a relais."""
    relay = Relay.objects.select_related("giver", "taker").filter(pk=relay_id).first() if relay_id else None
    return relay.answerer.pk if relay else None


def people(addressed: Addressed, now: datetime) -> dict[uuid.UUID, User]:
    """The accounts behind an address, active, with what `actor_for` needs: one query for units, one for all of them."""
    ids = set(addressed.users)
    if addressed.units:
        held = _caring(addressed.units, now).filter(role__in=[role.value for role in addressed.roles])
        ids |= set(held.values_list("user_id", flat=True))
    return {user.pk: user for user in User.objects.filter(pk__in=ids, is_active=True)}


def holding_units(subject_id: uuid.UUID, now: datetime) -> frozenset[uuid.UUID]:
    """The units that take part in the PEC, for whatever category."""
    held = Grant.objects.in_force(now).of(subject_id).exclude(unit_id=None)
    return frozenset(pk for pk in held.values_list("unit_id", flat=True) if pk)
