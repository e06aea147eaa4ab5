"""Who may read and write handover notes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from osmose.encounters.models import Encounter
from osmose.handover.models import Focus, HandoverNote, Misfiling, Phrase
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Both, Granted, InEstablishments, OpenOrInUnits, OpenOrOfProfession, Policy
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.organisations.models import DataCategory


@dataclass(frozen=True)
class InItsRecord:
    """The note is where it belongs: what was withdrawn for « erreur de dossier » is sealed for who cares for people."""

    words: str = "qui n’a pas été retirée pour erreur de dossier"

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:  # noqa: ARG002 - the protocol's signature
        return Q(misfiling=None)

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:  # noqa: ARG002
        return not Misfiling.objects.filter(note_id=obj.pk).exists()


READ: Policy[HandoverNote] = Policy(
    name="handover.read",
    label="Lire les transmissions",
    roles=CLINICAL,
    relation=Both(
        Both(Granted(DataCategory.NOTES, path="encounter_id"), InItsRecord()),
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
SEALED: Policy[Misfiling] = Policy(
    name="handover.sealed",
    label="Lire ce qui a été retiré d’un dossier pour erreur",
    roles=frozenset({Role.DPO, Role.AUDITOR}),
    relation=InEstablishments("encounter__establishment_id"),
    model=lambda: Misfiling,
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
