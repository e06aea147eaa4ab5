"""What happens in a PEC, as the timeline tells it."""

import dataclasses
from dataclasses import dataclass

from osmose.kernel.events.kinds import Payload, Purge, event
from osmose.patients.rules.registration import FIELD_LABELS

NARROW = "\u202f"


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


@dataclass(frozen=True)
class FieldChanged(Payload):
    """One field of the PEC took a value: enough to undo it while its revision has not moved."""

    before: str = ""
    after: str = ""
    revision: int = 0

    field = ""


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


@event("encounters.place_changed", purge=Purge.WITH_PERSON, icon="map-pin")
@dataclass(frozen=True)
class PlaceChanged(FieldChanged):
    """The patient moved; `before` and `after` are « location id|box id », `words` what is shown."""

    words: str = ""
    previous_words: str = ""
    field = "place"

    def sentence(self) -> str:
        return f"Lieu{NARROW}: {self.words}"

    def detail(self) -> str:
        return f"auparavant {self.previous_words}" if self.previous_words else ""


@event("encounters.request_changed", purge=Purge.WITH_PERSON, icon="clipboard-list")
@dataclass(frozen=True)
class RequestChanged(FieldChanged):
    """A request took a status. `kind` is the code of its kind; « Bilan biologique demandé ».

    `state` is what the request's columns held before (nothing for a new one), `previous_id` the finished request that
    this one follows: what undoing needs.
    """

    kind: str = ""
    label: str = ""
    word: str = ""
    meaning: str = ""
    unit: str = ""
    request_id: str = ""
    kind_icon: str = ""
    previous_id: str = ""
    state: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def line_icon(self) -> str:
        return self.kind_icon or self.icon

    def sentence(self) -> str:
        return f"{self.label}{NARROW}: {self.word.lower()}" if self.meaning == "not_needed" else self._joined()

    def _joined(self) -> str:
        return f"{self.label} {self.word[:1].lower()}{self.word[1:]}"

    def detail(self) -> str:
        return f"pour {self.unit}" if self.unit and self.meaning == "waiting" else ""


@event("encounters.request_noted", purge=Purge.WITH_PERSON, icon="message-square-text")
@dataclass(frozen=True)
class RequestNoted(FieldChanged):
    """A word was written beside a request's status, never instead of it."""

    kind: str = ""
    label: str = ""
    request_id: str = ""
    kind_icon: str = ""

    def sentence(self) -> str:
        return f"{self.label}{NARROW}: note" if self.after else f"{self.label}{NARROW}: note retirée"

    def detail(self) -> str:
        return self.after


@event("encounters.unit_invited", purge=Purge.WITH_PERSON, icon="users-round")
@dataclass(frozen=True)
class UnitInvited(Payload):
    """A unit takes part from now on, because it was asked."""

    unit: str = ""

    def sentence(self) -> str:
        return f"{self.unit} prend part à la prise en charge"


@event("encounters.unit_withdrawn", purge=Purge.WITH_PERSON, icon="users-round")
@dataclass(frozen=True)
class UnitWithdrawn(Payload):
    """A unit no longer takes part."""

    unit: str = ""
    reason: str = ""

    def sentence(self) -> str:
        return f"{self.unit} ne prend plus part à la prise en charge"

    def detail(self) -> str:
        return self.reason


@event("encounters.owner_changed", purge=Purge.WITH_PERSON, icon="arrow-left-right")
@dataclass(frozen=True)
class OwnerChanged(Payload):
    """The PEC goes on in another unit of the same establishment; its clock goes on."""

    unit: str = ""
    previous: str = ""

    def sentence(self) -> str:
        return f"Prise en charge poursuivie{NARROW}: {self.unit}"

    def detail(self) -> str:
        return f"auparavant {self.previous}"


@event("encounters.exited", purge=Purge.WITH_PERSON, icon="log-out")
@dataclass(frozen=True)
class PatientExited(FieldChanged):
    """The patient left."""

    mode: str = ""
    field = "status"

    def sentence(self) -> str:
        return "Sortie enregistrée"

    def detail(self) -> str:
        return self.mode


@event("encounters.exit_cancelled", purge=Purge.WITH_PERSON, icon="undo-2")
@dataclass(frozen=True)
class ExitCancelled(Payload):
    """The exit was a mistake: the PEC is active again."""

    def sentence(self) -> str:
        return "Sortie annulée"


@event("encounters.closed", purge=Purge.WITH_PERSON, icon="archive")
@dataclass(frozen=True)
class EncounterClosed(Payload):
    """Read-only from now on."""

    def sentence(self) -> str:
        return "Prise en charge clôturée"


@event("encounters.cancelled", purge=Purge.WITH_PERSON, icon="circle-x")
@dataclass(frozen=True)
class EncounterCancelled(Payload):
    """The admission was a mistake."""

    def sentence(self) -> str:
        return "Admission annulée"


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


@event("encounters.undone", purge=Purge.WITH_PERSON, icon="undo-2")
@dataclass(frozen=True)
class Undone(Payload):
    """The event it names was undone by its author within ten seconds."""

    what: str = ""

    def sentence(self) -> str:
        return f"Annulé{NARROW}: {self.what}"


@event("encounters.request_kind_defined", purge=Purge.KEEP, icon="settings")
@dataclass(frozen=True)
class RequestKindDefined(Payload):
    """An administrator added or changed a kind of request."""

    label: str = ""

    def sentence(self) -> str:
        return f"Type de demande défini{NARROW}: {self.label}"
