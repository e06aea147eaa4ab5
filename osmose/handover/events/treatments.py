"""Treatments given, as the timeline tells them, and the reference data they are chosen from."""

from dataclasses import dataclass
from datetime import datetime

from osmose.kernel.base import french
from osmose.kernel.events.kinds import Payload, Purge, event
from osmose.kernel.events.reference import ReferenceTold

NARROW = french.NARROW
SEDATION = "sedation"  # the field that a sedation changes: its last change is in the patient's header


@dataclass(frozen=True)
class TellsSedation(Payload):
    """What the last sedation is once this has happened; empty where there is none."""

    sedation: str = ""
    sedation_at: datetime | None = None


@event("handover.treatment_given", purge=Purge.WITH_PERSON, icon="pill")
@dataclass(frozen=True)
class TreatmentNoted(TellsSedation):
    """A treatment was given: which, how much, by which way; `is_confirmed` where its dose was asked again."""

    treatment_id: str = ""
    words: str = ""
    giver: str = ""
    is_sedation: bool = False
    is_confirmed: bool = False

    def sentence(self) -> str:
        what = "Sédation donnée" if self.is_sedation else "Traitement donné"
        return f"{what}{NARROW}: {self.words}"

    def detail(self) -> str:
        parts = (
            f"donné par {self.giver}" if self.giver else "",
            "dose inhabituelle, confirmée" if self.is_confirmed else "",
            "information, ne vaut pas prescription",
        )
        return " · ".join(part for part in parts if part)


@event("handover.treatment_effect_noted", purge=Purge.WITH_PERSON, icon="eye")
@dataclass(frozen=True)
class TreatmentEffectNoted(Payload):
    """What a treatment did, seen some time after it was given."""

    treatment_id: str = ""
    words: str = ""
    effect: str = ""

    def sentence(self) -> str:
        return f"Effet du traitement{NARROW}: {self.effect}"

    def detail(self) -> str:
        return self.words


@event("handover.treatment_struck", purge=Purge.WITH_PERSON, icon="ban")
@dataclass(frozen=True)
class TreatmentStruck(TellsSedation):
    """A treatment was noted by mistake: struck, for a reason."""

    treatment_id: str = ""
    words: str = ""
    reason: str = ""

    def sentence(self) -> str:
        return f"Traitement rayé{NARROW}: {self.words}"

    def detail(self) -> str:
        return self.reason


@event("handover.favourite_medicine_defined", purge=Purge.KEEP, icon="settings")
@dataclass(frozen=True)
class FavouriteMedicineDefined(ReferenceTold):
    """An administrator added, changed or ended a favourite medicine of a unit."""

    noun = "Médicament favori"


@event("handover.medicines_loaded", purge=Purge.KEEP, icon="settings")
@dataclass(frozen=True)
class MedicinesLoaded(Payload):
    """The public medicines files were read: how many are known, new, and no longer sold."""

    known: int = 0
    added: int = 0
    ended: int = 0

    def sentence(self) -> str:
        return f"Liste publique des médicaments chargée{NARROW}: {self.known}"

    def detail(self) -> str:
        return f"{self.added} de plus, {self.ended} retirés"
