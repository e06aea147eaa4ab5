"""How a PEC begins: arrival, motif, mode, hour, identity."""

import dataclasses
from dataclasses import dataclass

from osmose.encounters.events.shared import NARROW, FieldChanged
from osmose.kernel.events.kinds import Payload, Purge, event
from osmose.patients.rules.registration import FIELD_LABELS


@event("encounters.patient_arrived", purge=Purge.WITH_PERSON, icon="footprints")
@dataclass(frozen=True)
class PatientArrived(Payload):
    """The PEC is opened."""

    mode: str = ""
    place: str = ""
    is_automatic: bool = False

    def sentence(self) -> str:
        return "Arrivée"

    def detail(self) -> str:
        parts = [self.mode, self.place, "automatique (admissions)" if self.is_automatic else ""]
        return " · ".join(p for p in parts if p)


@event("encounters.motif_changed", purge=Purge.WITH_PERSON, icon="pencil")
@dataclass(frozen=True)
class MotifChanged(FieldChanged):
    """The reason for coming was written or rewritten."""

    field = "motif"

    def sentence(self) -> str:
        return "Motif modifié" if self.before else "Motif précisé"

    def detail(self) -> str:
        return self.after


@event("encounters.arrival_mode_changed", purge=Purge.WITH_PERSON, icon="ambulance")
@dataclass(frozen=True)
class ArrivalModeChanged(FieldChanged):
    """How the patient came; `before` and `after` are codes, `word` what is shown."""

    word: str = ""
    field = "arrival_mode"

    def sentence(self) -> str:
        return f"Mode d’arrivée{NARROW}: {self.word}"


@event("encounters.arrival_time_changed", purge=Purge.WITH_PERSON, icon="clock")
@dataclass(frozen=True)
class ArrivalTimeChanged(FieldChanged):
    """The hour of arrival was corrected by the staff; `before` and `after` are ISO instants, `words` what is shown."""

    words: str = ""
    previous_words: str = ""
    has_hour = False
    field = "arrived_at"

    def sentence(self) -> str:
        return f"Heure d’arrivée{NARROW}: {self.words}"

    def detail(self) -> str:
        return f"auparavant {self.previous_words}" if self.previous_words else ""


@event("encounters.arrival_corrected", purge=Purge.WITH_PERSON, icon="clock")
@dataclass(frozen=True)
class ArrivalCorrected(Payload):
    """The hour of arrival or the visit was corrected by the admissions."""

    what: str = ""

    def sentence(self) -> str:
        return "Venue mise à jour"

    def detail(self) -> str:
        return self.what


@event("encounters.identity_corrected", purge=Purge.WITH_PERSON, icon="id-card")
@dataclass(frozen=True)
class IdentityCorrected(Payload):
    """Who the patient is was completed or corrected; the values are in the person's own event, the names here."""

    fields: list[str] = dataclasses.field(default_factory=list)
    was_unknown: bool = False

    def sentence(self) -> str:
        return "Identité complétée" if self.was_unknown else "Identité corrigée"

    def detail(self) -> str:
        return ", ".join(FIELD_LABELS[name] for name in self.fields if name in FIELD_LABELS)
