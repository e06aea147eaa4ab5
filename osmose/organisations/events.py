"""What happens to the reference data of the hospitals, as the journal tells it."""

from dataclasses import dataclass

from osmose.kernel.events.kinds import Purge, event
from osmose.kernel.events.reference import ReferenceTold


@event("organisations.unit_set_up", purge=Purge.KEEP, icon="building-2")
@dataclass(frozen=True)
class UnitSetUp(ReferenceTold):
    """An administrator added, changed, closed or reopened a unit."""

    noun = "Unité"
    ending = "e"


@event("organisations.location_set_up", purge=Purge.KEEP, icon="map-pin")
@dataclass(frozen=True)
class LocationSetUp(ReferenceTold):
    """An administrator added, changed, ended or restored a place."""

    noun = "Localisation"
    ending = "e"


@event("organisations.sector_set_up", purge=Purge.KEEP, icon="layout-dashboard")
@dataclass(frozen=True)
class SectorSetUp(ReferenceTold):
    """An administrator added, changed, ended or restored a sector."""

    noun = "Secteur"
