"""Announced patients, read through their policy."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from osmose.encounters.lifecycle import OPEN, ExpectedStatus
from osmose.encounters.models import Encounter, ExpectedArrival
from osmose.encounters.policies import ANNOUNCE, EXPECTED, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.crypto.errors import Unreadable
from osmose.organisations.models import CareUnit, UnitKind
from osmose.organisations.queries import partner_units, units_of
from osmose.patients.rules import Sex, Traits, likeness

# What became of an announcement stays under it for the rest of the shift; who came just before it may be the one.
SETTLED, EARLY = timedelta(hours=12), timedelta(hours=1)
MOST, ALIKE = 200, 45  # the likeness from which a search shows somebody


def announcements(actor: Actor, now: datetime) -> list[ExpectedArrival]:
    """Those who are expected, the next one first, then those settled in the last twelve hours: one query."""
    shown = Q(status=ExpectedStatus.AWAITED) | Q(ended_at__gt=now - SETTLED)
    rows = EXPECTED.rows(actor, now).filter(shown).select_related(
        "data_key", "patient__data_key", "care_unit", "announcing_unit__establishment", "encounter"
    )  # fmt: skip
    found = list(rows.order_by("expected_at", "pk")[:MOST])
    return sorted(found, key=lambda row: (not row.is_awaited, row.expected_at, row.pk))


def announcement(
    expected_id: uuid.UUID, policy: Policy[ExpectedArrival], actor: Actor, now: datetime
) -> ExpectedArrival | None:
    """One of them, through a policy's rows: one query."""
    rows = policy.rows(actor, now).filter(pk=expected_id)
    return rows.select_related("data_key", "patient", "care_unit", "encounter").first()


def perhaps_arrived(
    awaited: Sequence[ExpectedArrival], actor: Actor, now: datetime
) -> Mapping[uuid.UUID, Sequence[Encounter]]:
    """For each announcement, the open PECs that may be its own, the very patient's first: one query.

    They came no earlier than an hour before the call and are nobody's announced one yet. A person decides.
    """
    if not awaited:
        return {}
    since = min(row.announced_at for row in awaited) - EARLY
    rows = WRITE.rows(actor, now).filter(status__in=OPEN, arrived_at__gt=since, announcements=None)
    recent = list(rows.select_related("patient__data_key", "care_unit").order_by("-arrived_at")[:MOST])
    found: defaultdict[uuid.UUID, list[Encounter]] = defaultdict(list)
    for row in awaited:
        near = [pec for pec in recent if pec.arrived_at > row.announced_at - EARLY and _is_there(row, pec)]
        same = [pec for pec in near if pec.patient_id == row.patient_id]
        found[row.pk] += [*same, *(pec for pec in near if pec not in same and _look_alike(row, pec))]
    return found


def _is_there(row: ExpectedArrival, pec: Encounter) -> bool:
    return pec.establishment_id == row.establishment_id


def _look_alike(row: ExpectedArrival, pec: Encounter) -> bool:
    if row.patient.is_unknown or pec.patient.is_unknown:
        sexes = {row.patient.sex, pec.patient.sex} - {Sex.UNDETERMINED.value}
        return row.patient.is_unknown and pec.patient.is_unknown and len(sexes) < 2
    mine, theirs = _traits(row), _traits(pec)
    return mine is not None and theirs is not None and likeness(mine, theirs).score >= ALIKE


def _traits(row: ExpectedArrival | Encounter) -> Traits | None:
    try:
        return row.patient.traits()
    except Unreadable:
        return None


def expecting_units(actor: Actor, now: datetime) -> list[CareUnit]:
    """The units to which the acting unit may announce somebody: its own hospital's first, the partners' then."""
    acting = actor.acting
    if acting is None:
        return []
    units = [*units_of(acting.establishment_id, now), *partner_units(acting.establishment_id, now)]
    receiving = [unit for unit in units if unit.kind == UnitKind.EMERGENCY]
    return sorted(receiving, key=lambda u: (u.pk != acting.unit_id, u.establishment_id != acting.establishment_id))


def announcing_unit(actor: Actor, now: datetime) -> CareUnit | None:
    """The unit that one works in, where one may announce."""
    if actor.acting_unit_id is None:
        return None
    rows = ANNOUNCE.rows(actor, now).filter(pk=actor.acting_unit_id)
    return rows.select_related("establishment").first()
