"""Who is in charge of the patient, by role."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from osmose.accounts.models import Membership, User
from osmose.encounters.events import ReferentChanged
from osmose.encounters.lifecycle.people import Referent, may_be
from osmose.encounters.models import Assignment, Encounter, SectorDuty
from osmose.encounters.operations.rows import save
from osmose.encounters.operations.standing import units_taking_part
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record


def in_charge(encounter: Encounter, role: Referent) -> Assignment | None:
    """The one in charge now in a role."""
    rows = Assignment.objects.filter(encounter_id=encounter.pk, role=role, ends_at=None)
    return rows.select_related("user").first()


def held_by(encounter_ids: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, Referent], uuid.UUID]:
    """The user in charge now, by PEC and role: one query."""
    rows = Assignment.objects.filter(encounter__in=list(encounter_ids), ends_at=None)
    return {(pk, Referent(role)): user for pk, role, user in rows.values_list("encounter_id", "role", "user_id")}


def require_colleague(*, encounter: Encounter, user_id: uuid.UUID, role: Referent, now: datetime) -> User:
    """Somebody of the care staff of a unit that takes part in the PEC, of a profession that may hold the role.

    `Refused` for anybody else: alike for those who don't work there, with what is needed for another profession.
    """
    units = units_taking_part([encounter.pk], now).get(encounter.pk, frozenset())
    works = Membership.objects.in_force(now).filter(user_id=user_id, role__in=CLINICAL, user__is_active=True)
    held = list(works.select_related("user", "care_unit"))
    if not any(membership.care_unit_id in units for membership in held):
        raise Refused(
            "Cette personne ne travaille dans aucune unité de la prise en charge\u202f: choisissez quelqu’un d’autre.",
            field="assignment",
            code="user-unknown",
        )
    user = held[0].user
    if not may_be(role, user.function, {m.care_unit.kind for m in held}, encounter.care_unit.kind):
        raise Refused(
            f"{user} ne peut pas être référent {role.label}\u202f: choisissez {role.whom}.",
            field="assignment",
            code="referent-role",
        )
    return user


def field_of(role: Referent) -> str:
    """The name of the role's field among the PEC's revisions."""
    return f"assignment:{role.value}"


@operation
def put_in_charge(
    *, actor: Actor, encounter: Encounter, current: Assignment | None, role: Referent, user: User | None, at: datetime
) -> Encounter:
    """Ends who was in charge, begins who is now (nobody for None), and tells it."""
    replace(encounter, current, role, user, at)
    told = ReferentChanged(
        before=str(current.user_id) if current else "",
        after=str(user.pk) if user else "",
        revision=revisions.bump(encounter, field_of(role)),
        role=role.value,
        role_label=role.label,
        words=str(user) if user else "",
    )
    record(told, subject=encounter, actor=actor, at=at, changed=[field_of(role)])
    return save(encounter)


@operation
def replace(
    encounter: Encounter,
    current: Assignment | None,
    role: Referent,
    user: User | None,
    at: datetime,
    *,
    duty: SectorDuty | None = None,
) -> None:
    """Ends who was in charge and begins who is now; tells nothing. `duty` is the sector that gives the patient."""
    if current is not None:
        at = max(at, current.starts_at)
        current.ends_at = at
        current.save(update_fields=["ends_at"])
    if user is not None:
        Assignment.objects.create(
            encounter=encounter, data_key_id=encounter.data_key_id, user=user, role=role, starts_at=at, duty=duty
        )


@operation
def restore(*, encounter: Encounter, told: ReferentChanged, now: datetime) -> None:
    """Puts back who was in charge before."""
    role = Referent(told.role)
    user = User.objects.filter(pk=uuid.UUID(told.before)).first() if told.before else None
    current = in_charge(encounter, role)
    former = Assignment.objects.filter(encounter=encounter, role=role, user=user, duty__isnull=False)
    by_sector = former.filter(ends_at=current.starts_at).select_related("duty").first() if current else None
    replace(encounter, current, role, user, now, duty=by_sector.duty if by_sector else None)
    revisions.bump(encounter, field_of(role))
