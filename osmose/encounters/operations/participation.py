"""Who takes part: grants, written where their cause is."""

import uuid
from datetime import datetime
from typing import Any

from osmose.encounters import events
from osmose.encounters.lifecycle import Meaning
from osmose.encounters.models import Encounter, ServiceRequest
from osmose.encounters.operations.rows import save
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.organisations.models import CareUnit, DataCategory, LegalBasis
from osmose.organisations.queries import agreement_between


@operation
def grant_unit(
    *, actor: Actor, encounter: Encounter, unit: CareUnit, cause_id: uuid.UUID, now: datetime
) -> Grant | None:
    """Lets a unit take part because it was asked; None when it already does.

    A unit of another establishment needs an agreement in force that lets a partner enter on request, and gets what
    it opens, until it ends.
    """
    if Grant.objects.in_force(now).of(encounter.id).filter(unit_id=unit.id).exists():
        return None
    scope, agreement_id, ends_at = list(DataCategory.values), None, None
    if unit.establishment_id != encounter.establishment_id:
        agreement = agreement_between(encounter.establishment_id, unit.establishment_id, now)
        if agreement is None or not agreement.enters_on_request:
            raise Refused(
                f"Aucune convention de partage en vigueur avec {unit.establishment.short_name}\u202f: "
                "contactez cette équipe par téléphone et prévenez votre cadre.",
                field="unit",
                code="no-agreement",
            )
        if agreement.legal_basis != LegalBasis.CARE_TEAM:
            raise Refused(
                "La convention avec cet établissement exige le consentement du patient, qui n’est pas recueilli.",
                field="unit",
                code="consent-required",
            )
        scope, agreement_id, ends_at = list(agreement.categories), agreement.id, agreement.valid_to
    grant = Grant.objects.create(
        subject_id=encounter.id,
        person_id=encounter.patient_id,
        unit_id=unit.id,
        scope=scope,
        source=Source.GUEST,
        agreement_id=agreement_id,
        cause_id=cause_id,
        starts_at=now,
        ends_at=ends_at,
    )
    record(events.UnitInvited(unit=unit.short_name), subject=encounter, actor=actor, at=now)
    return grant


def _still_asking(encounter: Encounter, unit_id: uuid.UUID | None, cause_id: uuid.UUID) -> ServiceRequest | None:
    """Another current request that asks this unit."""
    others = ServiceRequest.objects.filter(encounter=encounter, is_current=True, addressed_unit_id=unit_id)
    asked = others.exclude(pk=cause_id).select_related("kind")
    return next((r for r in asked if r.state.meaning is not Meaning.NONE), None)


@operation
def withdraw(
    *,
    actor: Actor,
    encounter: Encounter,
    cause_id: uuid.UUID,
    reason: str,
    now: datetime,
    but: uuid.UUID | None = None,
) -> None:
    """Ends what a cause gave, where the cause is gone; a unit that another request still asks keeps its grant.

    `but` is a unit that keeps its grant all the same: the one the request is addressed to now.
    """
    given = Grant.objects.in_force(now).of(encounter.id).filter(source=Source.GUEST, cause_id=cause_id)
    for grant in given.exclude(unit_id=but) if but else given:
        heir = _still_asking(encounter, grant.unit_id, cause_id)
        if heir is not None:
            grant.cause_id = heir.pk
            grant.save(update_fields=["cause_id"])
            continue
        grant.ends_at = now
        grant.save(update_fields=["ends_at"])
        unit = CareUnit.objects.filter(pk=grant.unit_id).first() if grant.unit_id else None
        gone = events.UnitWithdrawn(unit=unit.short_name if unit else "", reason=reason)
        record(gone, subject=encounter, actor=actor, at=now)


@operation
def transfer_owner(
    *, actor: Actor, encounter: Encounter, unit: CareUnit, at: datetime, now: datetime, **clicked: Any
) -> None:
    """The PEC goes on in another unit of the establishment; the former owner keeps seeing it, as a guest.

    `clicked` is what else the event tells where somebody clicked it.
    """
    previous = encounter.care_unit
    guests = Grant.objects.in_force(now).of(encounter.id).filter(unit_id=unit.id, source=Source.GUEST)
    guest = guests.first()
    guests.update(ends_at=now)
    Grant.objects.of(encounter.id).filter(source=Source.OWNER, ends_at=None).update(ends_at=now)
    scope = list(DataCategory.values)
    about = {"subject_id": encounter.id, "person_id": encounter.patient_id, "scope": scope, "starts_at": now}
    Grant.objects.create(**about, unit_id=unit.id, source=Source.OWNER)
    Grant.objects.create(**about, unit_id=previous.id, source=Source.GUEST, cause_id=encounter.id)
    encounter.care_unit = unit
    moved = events.OwnerChanged(
        before=str(previous.pk),
        after=str(unit.pk),
        revision=revisions.bump(encounter, "care_unit"),
        unit=unit.short_name,
        previous=previous.short_name,
        guest_cause=str(guest.cause_id or encounter.pk) if guest else "",
        **clicked,
    )
    record(moved, subject=encounter, actor=actor, at=at, changed=["care_unit"])
    save(encounter, "care_unit")


@operation
def give_back(*, encounter: Encounter, told: events.OwnerChanged, now: datetime) -> None:
    """The former unit owns the PEC again, and the other one sees what it saw before."""
    former, other = uuid.UUID(told.before), uuid.UUID(told.after)
    held = Grant.objects.of(encounter.id).filter(ends_at=None)
    held.filter(source=Source.OWNER).update(ends_at=now)
    held.filter(source=Source.GUEST, unit_id=former, cause_id=encounter.id).update(ends_at=now)
    about = {
        "subject_id": encounter.id,
        "person_id": encounter.patient_id,
        "scope": list(DataCategory.values),
        "starts_at": now,
    }
    Grant.objects.create(**about, unit_id=former, source=Source.OWNER)
    if told.guest_cause:
        Grant.objects.create(**about, unit_id=other, source=Source.GUEST, cause_id=uuid.UUID(told.guest_cause))
    encounter.care_unit = CareUnit.objects.select_related("establishment").get(pk=former)
    revisions.bump(encounter, told.field)
