"""Where a PEC may go on when the patient leaves the unit: the wards of the house whose staff would see it."""

from datetime import datetime

from osmose.accounts.models import Membership
from osmose.encounters.models import Encounter
from osmose.kernel.access.roles import CLINICAL
from osmose.organisations.models import CareUnit, UnitKind
from osmose.organisations.queries import units_of


def wards_for(encounter: Encounter, now: datetime) -> list[CareUnit]:
    """The open wards of the establishment, but for the PEC's own; one without care staff here would see nothing of it.

    Two queries.
    """
    wards = [
        unit
        for unit in units_of(encounter.establishment_id, now)
        if unit.kind == UnitKind.WARD and unit.pk != encounter.care_unit_id
    ]
    held = Membership.objects.in_force(now).filter(
        care_unit__in=[unit.pk for unit in wards],
        role__in=CLINICAL,
        user__is_active=True,
    )
    staffed = set(held.values_list("care_unit_id", flat=True))
    return [unit for unit in wards if unit.pk in staffed]
