"""Whether somebody can be given a patient: their account, and the units that take part in the PEC."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from osmose.accounts.models import Membership, User
from osmose.encounters.lifecycle.relays import Standing
from osmose.kernel.access.models import Grant
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.base.clock import paris


def standings_of(user_ids: Iterable[uuid.UUID], now: datetime) -> dict[uuid.UUID, Standing]:
    """What decides whether each of these people can receive a patient: two queries. Unknown ids are left out."""
    users = User.objects.in_bulk(list(user_ids))
    held = Membership.objects.in_force(now).filter(
        Q(care_unit__ended_on=None) | Q(care_unit__ended_on__gt=paris(now).date()),
        user__in=users,
        role__in=CLINICAL,
    )
    units: dict[uuid.UUID, set[uuid.UUID]] = {}
    for user_id, unit_id in held.values_list("user_id", "care_unit_id"):
        units.setdefault(user_id, set()).add(unit_id)
    return {
        pk: Standing(pk, user.is_active, pk in units, frozenset(units.get(pk, set()))) for pk, user in users.items()
    }


def units_taking_part(encounter_ids: Iterable[uuid.UUID], now: datetime) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """The units that may see each of these PECs: one query."""
    grants = Grant.objects.in_force(now).filter(subject_id__in=list(encounter_ids), unit_id__isnull=False)
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for subject_id, unit_id in grants.values_list("subject_id", "unit_id"):
        if unit_id is not None:
            found.setdefault(subject_id, set()).add(unit_id)
    return {pk: frozenset(units) for pk, units in found.items()}
