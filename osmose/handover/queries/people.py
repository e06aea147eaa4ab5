"""Who reads the notes of a PEC, and to whom one may be addressed."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from osmose.accounts.models import Membership, User
from osmose.accounts.queries import staff_of_units
from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant
from osmose.kernel.access.roles import CLINICAL
from osmose.organisations.models import CareUnit, DataCategory
from osmose.organisations.queries import by_label, partner_units, units_of

# A list that is typed into, not read: beyond, the name of a unit is enough.
MOST_PEOPLE = 400


@dataclass(frozen=True)
class Candidate:
    """Somebody to whom a note may be addressed: `code` as forms carry it; one without access would be invited."""

    code: str
    words: str
    unit: str
    has_access: bool
    is_unit: bool


def reading_units(encounter_id: uuid.UUID, now: datetime) -> list[CareUnit]:
    """The units that read the notes of a PEC at this instant, by label: one query."""
    held = Grant.objects.in_force(now).of(encounter_id).filter(scope__contains=[DataCategory.NOTES])
    units = CareUnit.objects.filter(pk__in=held.exclude(unit_id=None).values("unit_id"))
    return by_label(units.select_related("establishment"))


def has_left(encounter_id: uuid.UUID, unit_id: uuid.UUID, now: datetime) -> bool:
    """True where the unit took part once, and no longer does."""
    return Grant.objects.of(encounter_id).filter(unit_id=unit_id, ends_at__lte=now).exists()


def units_of_person(user_id: uuid.UUID, now: datetime) -> list[CareUnit]:
    """The units where this person cares for patients at this instant: one query."""
    held = Membership.objects.in_force(now).filter(user=user_id, role__in=[role.value for role in CLINICAL])
    return by_label({m.care_unit_id: m.care_unit for m in held.select_related("care_unit__establishment")}.values())


def reads_by_name(encounter_id: uuid.UUID, user_id: uuid.UUID, now: datetime) -> bool:
    """True where a grant of their own lets this person read the notes."""
    held = Grant.objects.in_force(now).of(encounter_id)
    return held.filter(user_id=user_id, scope__contains=[DataCategory.NOTES]).exists()


def person(user_id: uuid.UUID) -> User | None:
    """An account that may receive something."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def candidates(encounter: Encounter, actor: Actor, now: datetime) -> list[Candidate]:
    """The units that take part, then those that may be invited, and their people; never the actor. Five queries."""
    inside = reading_units(encounter.pk, now)
    known = {unit.pk for unit in inside}
    reachable = chain(units_of(encounter.establishment_id, now), partner_units(encounter.establishment_id, now))
    outside = [unit for unit in reachable if unit.pk not in known]
    staff = staff_of_units([unit.pk for unit in (*inside, *outside)], now, *CLINICAL)
    people: dict[uuid.UUID, Candidate] = {}
    for unit in (*inside, *outside):
        for user in staff.get(unit.pk, []):
            if user.pk != actor.id and len(people) < MOST_PEOPLE:
                people.setdefault(
                    user.pk, Candidate(f"user:{user.pk}", str(user), unit.short_name, unit.pk in known, False)
                )
    return [*_units(inside, True), *_units(outside, False), *people.values()]


def _units(units: Iterable[CareUnit], has_access: bool) -> list[Candidate]:
    return [
        Candidate(f"unit:{unit.pk}", unit.short_name, unit.establishment.short_name, has_access, True) for unit in units
    ]
