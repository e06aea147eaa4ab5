"""The PEC that goes on elsewhere: unit, place, grants and who is in charge, as one event that can be undone."""

import uuid
from datetime import datetime

from osmose.accounts.models import Membership
from osmose.encounters import events, lifecycle
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Assignment, Encounter
from osmose.encounters.operations import participation, places, referents, sectors
from osmose.encounters.operations.rows import save
from osmose.encounters.queries.continuing import wards_for
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.organisations.models import CareUnit


def require_ward(encounter: Encounter, unit: CareUnit, now: datetime) -> None:
    """`Refused` where the unit is no ward of the establishment, or nobody works there."""
    if unit.pk not in {ward.pk for ward in wards_for(encounter, now)}:
        raise Refused(
            "Cette unité ne peut pas poursuivre la prise en charge\u202f: choisissez-en une autre.",
            field="unit",
            code="not-a-ward",
        )


@operation
def go_on(*, actor: Actor, encounter: Encounter, unit: CareUnit, now: datetime) -> Encounter:
    """Everything goes on in the other unit, in its first zone; who doesn't work there is no longer in charge.

    Psychiatry stays with the patient: its request, its grant, its référent and its clocks are not touched.
    """
    movement, _ = places.settle(encounter=encounter, location=places.first_zone(unit), box=None, at=now)
    participation.transfer_owner(
        actor=actor,
        encounter=encounter,
        unit=unit,
        at=movement.starts_at,
        now=now,
        place=movement.words,
        place_revision=revisions.revision(encounter, "place"),
        relieved=_relieve(encounter, unit, now),
    )
    if sectors.follow(actor=actor, encounter=encounter, movement=movement, at=movement.starts_at):
        save(encounter)
    return encounter


def _relieve(encounter: Encounter, unit: CareUnit, now: datetime) -> dict[str, str]:
    """Ends who was in charge and doesn't work in the unit; returns whom, by role."""
    working = Membership.objects.in_force(now).filter(care_unit=unit, role__in=CLINICAL).values("user_id")
    held = Assignment.objects.filter(encounter_id=encounter.pk, ends_at=None, role__in=_OF_THE_UNIT)
    relieved = {}
    for one in held.exclude(user_id__in=working):
        one.ends_at = max(now, one.starts_at)
        one.save(update_fields=["ends_at"])
        relieved[one.role] = str(one.user_id)
        revisions.bump(encounter, referents.field_of(Referent(one.role)))
    return relieved


_OF_THE_UNIT = (Referent.NURSE.value, Referent.PHYSICIAN.value)


@operation
def turn_back(*, actor: Actor, encounter: Encounter, told: events.OwnerChanged, now: datetime) -> None:
    """Undoes `go_on`; `Refused` where the patient has left, or was already settled in the other unit."""
    if not told.is_a_click:
        raise Refused("Cette action ne s’annule pas.", code="undo-kind", status=409)
    lifecycle.require(encounter.status, "continue")
    if revisions.revision(encounter, "place") != told.place_revision:
        raise Refused(
            "Le patient est déjà installé dans l’autre unité\u202f: l’annulation n’est plus possible.",
            code="undo-stale",
            status=409,
        )
    current = places.current_movement(encounter)
    if current is not None:
        places.strike(movement=current, now=now)
        sectors.unfollow(actor=actor, encounter=encounter, since=current.starts_at, at=now)
    revisions.bump(encounter, "place")
    participation.give_back(encounter=encounter, told=told, now=now)
    for role, user_id in told.relieved.items():
        _put_back(encounter, Referent(role), uuid.UUID(user_id))


def _put_back(encounter: Encounter, role: Referent, user_id: uuid.UUID) -> None:
    """In charge again, as if never relieved, unless somebody else has been put in charge since."""
    if referents.in_charge(encounter, role) is not None:
        return
    ended = Assignment.objects.filter(encounter_id=encounter.pk, role=role, user_id=user_id).latest("ends_at")
    ended.ends_at = None
    ended.save(update_fields=["ends_at"])
    revisions.bump(encounter, referents.field_of(role))
