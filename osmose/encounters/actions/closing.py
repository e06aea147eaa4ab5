"""Ending a unit, a place or a sector: what asks first who is there."""

from datetime import datetime

from osmose.encounters.lifecycle.endings import location_in_use, unit_in_use
from osmose.encounters.models import SectorDuty
from osmose.encounters.operations import sectors
from osmose.encounters.queries.occupancy import patients_at, patients_of_unit
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.actions.reference import lock
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.kernel.events.reference import ENDED
from osmose.organisations import operations
from osmose.organisations.events import LocationSetUp, SectorSetUp, UnitSetUp
from osmose.organisations.models import CareUnit, Location, Sector
from osmose.organisations.policies import SET_UP_LOCATIONS, SET_UP_SECTORS, SET_UP_UNITS


@action(may=SET_UP_UNITS, subject="unit")
def close_unit(*, actor: Actor, unit: CareUnit, now: datetime) -> CareUnit:
    """The unit closes today. Refused while a PEC that isn't closed needs it."""
    row = lock(unit)
    if row.ended_on is not None:
        raise Refused("Cette unité est déjà fermée.", code="unchanged", status=200)
    if blocked := unit_in_use(patients_of_unit(row.pk)):
        raise Refused(blocked, code="unit-in-use", status=409)
    operations.close_unit(unit=row, on=paris(now).date())
    record(UnitSetUp(label=row.name, deed=ENDED), subject=row, actor=actor, at=now, changed=["ended_on"])
    return row


@action(may=SET_UP_LOCATIONS, subject="location")
def end_location(*, actor: Actor, location: Location, is_confirmed: bool, now: datetime) -> Location:
    """The place is offered no more. Refused while patients are in it, unless that is confirmed: they stay there."""
    row = lock(location)
    if row.ended_at is not None:
        raise Refused("Cette localisation est déjà retirée.", code="unchanged", status=200)
    if not is_confirmed and (question := location_in_use(patients_at(row.pk))):
        raise Refused(question, field="confirm", code="location-in-use", status=409)
    operations.end_location(location=row, at=now)
    label = f"{row.label} ({row.care_unit.short_name})"
    record(LocationSetUp(label=label, deed=ENDED), subject=row, actor=actor, at=now, changed=["ended_at"])
    return row


@action(may=SET_UP_SECTORS, subject="sector")
def end_sector(*, actor: Actor, sector: Sector, now: datetime) -> Sector:
    """The sector is offered no more. Whoever holds it no longer does, and keeps the patients they have."""
    row = lock(sector)
    if row.ended_at is not None:
        raise Refused("Ce secteur est déjà retiré.", code="unchanged", status=200)
    for duty in SectorDuty.objects.filter(sector=row, ends_at=None).select_related("user", "sector"):
        sectors.leave(actor=actor, duty=duty, at=now)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    label = f"{row.name} ({row.care_unit.short_name})"
    record(SectorSetUp(label=label, deed=ENDED), subject=row, actor=actor, at=now, changed=["ended_at"])
    return row
