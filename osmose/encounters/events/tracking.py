"""What is noted of the patient, and who is in charge."""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from osmose.encounters.events.shared import NARROW, FieldChanged
from osmose.kernel.events.kinds import Purge, event


@dataclass(frozen=True)
class TrackingChanged(FieldChanged):
    """One field of the tracking took a value: `before` and `after` are its JSON, `words` what is shown."""

    words: str = ""

    label: ClassVar[str] = ""
    field = ""

    def sentence(self) -> str:
        return f"{self.label}{NARROW}: {self.words}" if self.words else f"{self.label}{NARROW}: effacé"


@event("encounters.concern_changed", purge=Purge.WITH_PERSON, icon="triangle-alert")
@dataclass(frozen=True)
class ConcernChanged(TrackingChanged):
    """The patient is of concern, and why; or no longer is."""

    is_set: bool = False
    is_minor: bool = False
    text: str = ""
    reasons: list[str] = dataclasses.field(default_factory=list)

    label = "Préoccupant"
    field = "concern"

    def sentence(self) -> str:
        if not self.is_set:
            return "N’est plus préoccupant"
        title = "Signalé patient préoccupant" if self.is_minor else "Signalé préoccupant"
        return f"{title}{NARROW}: {self.words}"

    def detail(self) -> str:
        return self.text


@event("encounters.triage_changed", purge=Purge.WITH_PERSON, icon="list-ordered")
@dataclass(frozen=True)
class TriageChanged(TrackingChanged):
    """Tri FRENCH."""

    label = "Tri"
    field = "triage"


@event("encounters.ccmu_changed", purge=Purge.WITH_PERSON, icon="list-ordered")
@dataclass(frozen=True)
class CcmuChanged(TrackingChanged):
    """CCMU."""

    label = "CCMU"
    field = "ccmu"


@event("encounters.company_changed", purge=Purge.WITH_PERSON, icon="users-round")
@dataclass(frozen=True)
class CompanyChanged(TrackingChanged):
    """Who comes along."""

    label = "Accompagné"
    field = "company"


@event("encounters.treatment_changed", purge=Purge.WITH_PERSON, icon="pill")
@dataclass(frozen=True)
class TreatmentChanged(TrackingChanged):
    """Current treatment."""

    label = "Traitement actuel"
    field = "treatment"


@event("encounters.allergies_changed", purge=Purge.WITH_PERSON, icon="shield-alert")
@dataclass(frozen=True)
class AllergiesChanged(TrackingChanged):
    """Allergies."""

    label = "Allergies"
    field = "allergies"


@event("encounters.cognition_changed", purge=Purge.WITH_PERSON, icon="brain")
@dataclass(frozen=True)
class CognitionChanged(TrackingChanged):
    """État cognitif."""

    label = "État cognitif"
    field = "cognition"


@event("encounters.alcohol_changed", purge=Purge.WITH_PERSON, icon="wine")
@dataclass(frozen=True)
class AlcoholChanged(TrackingChanged):
    """OH."""

    label = "Alcool (OH)"
    field = "alcohol"


@event("encounters.substances_changed", purge=Purge.WITH_PERSON, icon="flask-round")
@dataclass(frozen=True)
class SubstancesChanged(TrackingChanged):
    """Tox."""

    label = "Substances (Tox)"
    field = "substances"


@event("encounters.decision_changed", purge=Purge.WITH_PERSON, icon="arrow-right")
@dataclass(frozen=True)
class DecisionChanged(TrackingChanged):
    """Where the patient goes from here: `choice` is an `Outlook`, « Décision : psychiatrie, soins libres (Thuir) »."""

    choice: str = ""
    title: str = ""
    decided_by: str = ""
    text: str = ""

    label = "Décision"
    field = "decision"

    def sentence(self) -> str:
        return f"{self.label}{NARROW}: {self.title}" if self.choice else "Décision retirée"

    def detail(self) -> str:
        by = f"décidée par {self.decided_by}" if self.decided_by else ""
        return " · ".join(part for part in (by, self.text) if part)


@event("encounters.referent_changed", purge=Purge.WITH_PERSON, icon="user-round-check")
@dataclass(frozen=True)
class ReferentChanged(FieldChanged):
    """Who is in charge in a role; `before` and `after` are user ids, `words` the name, empty when nobody is."""

    role: str = ""
    role_label: str = ""
    words: str = ""

    def sentence(self) -> str:
        return f"Référent {self.role_label}{NARROW}: {self.words or 'personne'}"
