"""What an administrator does to the units and places of an establishment.

Ending one asks who is there: that is for the encounters, above.
"""

from datetime import datetime

from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import reference
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.kernel.events.reference import ADDED, CHANGED, RESTORED
from osmose.organisations.events import LocationSetUp, SectorSetUp, UnitSetUp
from osmose.organisations.models import CareUnit, Location, Sector
from osmose.organisations.policies import SET_UP_LOCATIONS, SET_UP_SECTORS, SET_UP_UNITS


def _unit_taken() -> Refused:
    return Refused("Une unité de cet établissement porte déjà ce code.", field="code", code="unit-code")


def _location_taken() -> Refused:
    return Refused(
        "Une localisation ouverte de cette unité porte déjà ce code.", field="code", code="location-code", status=409
    )


@action(may=SET_UP_UNITS, subject="unit", verb=Verb.CREATE)
def add_unit(*, actor: Actor, unit: CareUnit, now: datetime) -> CareUnit:
    """A new unit. Refused: a code that another unit of the establishment has."""
    added = reference.insert(unit, taken=_unit_taken())
    record(UnitSetUp(label=added.name, deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=SET_UP_UNITS, subject="unit")
def change_unit(*, actor: Actor, unit: CareUnit, wanted: reference.Wanted, now: datetime) -> CareUnit:
    """Names, hours and thresholds; every screen of the unit follows at once. Refused: see `reference.revise`."""
    fresh, changes = reference.revise(unit, wanted, taken=_unit_taken())
    told = UnitSetUp(label=fresh.name, deed=CHANGED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=SET_UP_UNITS, subject="unit")
def reopen_unit(*, actor: Actor, unit: CareUnit, now: datetime) -> CareUnit:
    """A closed unit opens again, with the memberships that it had."""
    fresh, changes = reference.revise(unit, reference.Wanted({"ended_on": None}), taken=_unit_taken())
    told = UnitSetUp(label=fresh.name, deed=RESTORED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=SET_UP_LOCATIONS, subject="location", verb=Verb.CREATE)
def add_location(*, actor: Actor, location: Location, now: datetime) -> Location:
    """A new place of a unit. Refused: a code that an open place of the unit has."""
    added = reference.insert(location, taken=_location_taken())
    record(LocationSetUp(label=_named(added), deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=SET_UP_LOCATIONS, subject="location")
def change_location(*, actor: Actor, location: Location, wanted: reference.Wanted, now: datetime) -> Location:
    """Word, order and capacity of a place. Refused: see `reference.revise`."""
    fresh, changes = reference.revise(location, wanted, taken=_location_taken())
    told = LocationSetUp(label=_named(fresh), deed=CHANGED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=SET_UP_LOCATIONS, subject="location")
def restore_location(*, actor: Actor, location: Location, now: datetime) -> Location:
    """An ended place is offered again. Refused: an open place has taken its code meanwhile."""
    fresh, changes = reference.revise(location, reference.Wanted({"ended_at": None}), taken=_location_taken())
    told = LocationSetUp(label=_named(fresh), deed=RESTORED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


def _sector_taken() -> Refused:
    return Refused("Un secteur de cette unité porte déjà ce nom.", field="name", code="sector-name", status=409)


@action(may=SET_UP_SECTORS, subject="sector", verb=Verb.CREATE)
def add_sector(*, actor: Actor, sector: Sector, locations: list[Location], now: datetime) -> Sector:
    """A new range of places of a unit. Refused: a name that a sector of the unit has."""
    added = reference.insert(sector, taken=_sector_taken(), locations=locations)
    record(SectorSetUp(label=_sector_named(added), deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=SET_UP_SECTORS, subject="sector")
def change_sector(*, actor: Actor, sector: Sector, wanted: reference.Wanted, now: datetime) -> Sector:
    """Name, order and places of a sector; who holds it keeps it. Refused: see `reference.revise`."""
    fresh, changes = reference.revise(sector, wanted, taken=_sector_taken())
    told = SectorSetUp(label=_sector_named(fresh), deed=CHANGED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=SET_UP_SECTORS, subject="sector")
def restore_sector(*, actor: Actor, sector: Sector, now: datetime) -> Sector:
    """An ended sector is offered again. Refused: another one has taken its name meanwhile."""
    fresh, changes = reference.revise(sector, reference.Wanted({"ended_at": None}), taken=_sector_taken())
    told = SectorSetUp(label=_sector_named(fresh), deed=RESTORED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


def _named(location: Location) -> str:
    return f"{location.label} ({location.care_unit.short_name})"


def _sector_named(sector: Sector) -> str:
    return f"{sector.name} ({sector.care_unit.short_name})"
