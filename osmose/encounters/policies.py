"""Who may see and act on a PEC."""

from osmose.encounters.models import Encounter, RequestKind
from osmose.kernel.access.policy import Granted, InEstablishments, InUnits, Policy
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.organisations.models import CareUnit, DataCategory, UnitKind

READ: Policy[Encounter] = Policy(
    name="encounters.read",
    label="Lire une prise en charge",
    roles=CLINICAL,
    relation=Granted(DataCategory.TRACKING),
    model=lambda: Encounter,
)
WRITE: Policy[Encounter] = Policy(
    name="encounters.write",
    label="Agir sur une prise en charge",
    roles=CLINICAL,
    relation=Granted(DataCategory.TRACKING),
    model=lambda: Encounter,
    feeds=True,
)
IDENTIFY: Policy[Encounter] = Policy(
    name="encounters.identify",
    label="Compléter ou corriger l’identité du patient d’une prise en charge",
    roles=CLINICAL,
    relation=Granted(DataCategory.IDENTITY),
    model=lambda: Encounter,
)
REGISTER: Policy[CareUnit] = Policy(
    name="encounters.register",
    label="Enregistrer une arrivée",
    roles=CLINICAL,
    relation=InUnits(kinds=frozenset({UnitKind.EMERGENCY.value}), words="dans une unité qui enregistre des arrivées"),
    model=lambda: CareUnit,
    feeds=True,
)
DEFINE_KINDS: Policy[RequestKind] = Policy(
    name="encounters.define_kinds",
    label="Définir les types de demandes de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("establishment_id"),
    model=lambda: RequestKind,
)
