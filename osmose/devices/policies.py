"""Who hangs a screen, who opens a staff room, and what a screen may ask."""

from osmose.devices.models import Screen
from osmose.kernel.access.policy import InEstablishments, InUnits, Policy
from osmose.kernel.access.roles import Role
from osmose.organisations.models import CareUnit

ISSUE: Policy[CareUnit] = Policy(
    name="devices.issue",
    label="Déclarer un écran mural pour son unité",
    roles=frozenset({Role.MANAGER}),
    relation=InUnits(),
    model=lambda: CareUnit,
)
MANAGE: Policy[Screen] = Policy(
    name="devices.manage",
    label="Voir, modifier, raccorder et retirer les écrans muraux de son unité",
    roles=frozenset({Role.MANAGER}),
    relation=InUnits("care_unit_id"),
    model=lambda: Screen,
)
OPEN_STAFF_ROOM: Policy[CareUnit] = Policy(
    name="devices.open_staff_room",
    label="Ouvrir ou fermer les écrans de salle de soins aux initiales des patients",
    roles=frozenset({Role.DPO}),
    relation=InEstablishments("establishment_id"),
    model=lambda: CareUnit,
)
OVERSEE: Policy[Screen] = Policy(
    name="devices.oversee",
    label="Voir les écrans muraux des unités de son établissement",
    roles=frozenset({Role.DPO}),
    relation=InEstablishments("care_unit__establishment_id"),
    model=lambda: Screen,
)
SHOW: Policy[Screen] = Policy(
    name="devices.show",
    label="Se faire connaître comme écran mural d’une unité",
    roles=frozenset({Role.SCREEN}),
    relation=InUnits("care_unit_id", words="l’écran est raccordé à l’unité"),
    model=lambda: Screen,
)
