"""Who may read and write handover notes."""

from osmose.encounters.models import Encounter
from osmose.handover.models import HandoverNote
from osmose.kernel.access.policy import Both, Granted, OpenOrInUnits, Policy
from osmose.kernel.access.roles import CLINICAL
from osmose.organisations.models import DataCategory

READ: Policy[HandoverNote] = Policy(
    name="handover.read",
    label="Lire les transmissions",
    roles=CLINICAL,
    relation=Both(Granted(DataCategory.NOTES, path="encounter_id"), OpenOrInUnits("confidential_unit_id")),
    model=lambda: HandoverNote,
)
SIGN: Policy[Encounter] = Policy(
    name="handover.sign",
    label="Écrire une transmission",
    roles=CLINICAL,
    relation=Granted(DataCategory.NOTES),
    model=lambda: Encounter,
)
