"""Who may read and write handover notes."""

from osmose.encounters.models import Encounter
from osmose.handover.models import Focus, HandoverNote, Phrase
from osmose.kernel.access.policy import Both, Granted, InEstablishments, OpenOrInUnits, OpenOrOfProfession, Policy
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.organisations.models import DataCategory

READ: Policy[HandoverNote] = Policy(
    name="handover.read",
    label="Lire les transmissions",
    roles=CLINICAL,
    relation=Both(
        Granted(DataCategory.NOTES, path="encounter_id"),
        Both(OpenOrInUnits("confidential_unit_id"), OpenOrOfProfession("confidential_category", by="author_id")),
    ),
    model=lambda: HandoverNote,
)
SIGN: Policy[Encounter] = Policy(
    name="handover.sign",
    label="Écrire une transmission",
    roles=CLINICAL,
    relation=Granted(DataCategory.NOTES),
    model=lambda: Encounter,
)
SET_UP_FOCUSES: Policy[Focus] = Policy(
    name="handover.set_up_focuses",
    label="Régler les cibles des unités de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("care_unit__establishment_id"),
    model=lambda: Focus,
)
SET_UP_PHRASES: Policy[Phrase] = Policy(
    name="handover.set_up_phrases",
    label="Régler les phrases des unités de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("care_unit__establishment_id"),
    model=lambda: Phrase,
)
