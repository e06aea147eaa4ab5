"""Who may set up the units and places of an establishment."""

from osmose.kernel.access.policy import InEstablishments, Policy
from osmose.kernel.access.roles import Role
from osmose.organisations.models import CareUnit, Location, Sector

SET_UP_UNITS: Policy[CareUnit] = Policy(
    name="organisations.set_up_units",
    label="Régler les unités de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("establishment_id"),
    model=lambda: CareUnit,
)
SET_UP_LOCATIONS: Policy[Location] = Policy(
    name="organisations.set_up_locations",
    label="Régler les localisations de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("care_unit__establishment_id"),
    model=lambda: Location,
)
SET_UP_SECTORS: Policy[Sector] = Policy(
    name="organisations.set_up_sectors",
    label="Régler les secteurs de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("care_unit__establishment_id"),
    model=lambda: Sector,
)
