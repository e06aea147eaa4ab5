"""Who may read and write handover notes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from osmose.encounters.models import Encounter
from osmose.handover.models import FavouriteMedicine, Focus, HandoverNote, Medicine, Misfiling, Phrase, TreatmentGiven
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import (
    Both,
    Everywhere,
    Granted,
    InEstablishments,
    InUnits,
    OpenOrInUnits,
    OpenOrOfProfession,
    Policy,
)
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.organisations.models import CareUnit, DataCategory


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
READ_TREATMENTS: Policy[TreatmentGiven] = Policy(
    name="handover.read_treatments",
    label="Lire les traitements donnés",
    roles=CLINICAL,
    relation=Granted(DataCategory.NOTES, path="encounter_id"),
    model=lambda: TreatmentGiven,
)
GIVE: Policy[Encounter] = Policy(
    name="handover.give",
    label="Noter un traitement donné, son effet, ou le rayer",
    roles=CLINICAL,
    relation=Granted(DataCategory.NOTES),
    model=lambda: Encounter,
)
FIND_MEDICINES: Policy[Medicine] = Policy(
    name="handover.find_medicines",
    label="Chercher dans la liste publique des médicaments",
    roles=CLINICAL,
    relation=Everywhere(),
    model=lambda: Medicine,
)
LOAD_MEDICINES: Policy[Medicine] = Policy(
    name="handover.load_medicines",
    label="Charger la liste publique des médicaments",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=Everywhere(),
    model=lambda: Medicine,
    feeds=True,
)
DEFINE_FAVOURITES: Policy[FavouriteMedicine] = Policy(
    name="handover.define_favourites",
    label="Définir les médicaments favoris des unités de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("care_unit__establishment_id"),
    model=lambda: FavouriteMedicine,
)
SHEET: Policy[CareUnit] = Policy(
    name="handover.sheet",
    label="Lire la relève de son unité et en prendre connaissance",
    roles=CLINICAL,
    relation=InUnits(),
    model=lambda: CareUnit,
)
