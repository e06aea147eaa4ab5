"""What happens to an identity and to standing instructions; sealed under the person's key, and gone with it."""

from dataclasses import dataclass, field
from datetime import date

from osmose.kernel.base import french
from osmose.kernel.events.kinds import Payload, Purge, event
from osmose.patients.rules import IdentityStatus
from osmose.patients.rules.instructions import InstructionKind, label_of
from osmose.patients.rules.registration import FIELD_LABELS, IdentifierKind
from osmose.patients.rules.statuses import STATUS_LABELS


@event("patients.registered", purge=Purge.WITH_PERSON, icon="user-round-plus")
@dataclass(frozen=True)
class PatientRegistered(Payload):
    """An identity was created."""

    status: str = IdentityStatus.PROVISOIRE.value
    is_unknown: bool = False

    def sentence(self) -> str:
        return "Patient inconnu enregistré" if self.is_unknown else "Identité créée"

    def detail(self) -> str:
        return STATUS_LABELS[IdentityStatus(self.status)]


@event("patients.identity_corrected", purge=Purge.WITH_PERSON, icon="id-card")
@dataclass(frozen=True)
class IdentityCorrected(Payload):
    """Traits or status changed; both values are kept, in the (encrypted) payload only."""

    fields: list[str] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        if list(self.fields) == ["identity_status"]:
            return STATUS_LABELS[IdentityStatus(self.after["identity_status"])]
        return "Identité corrigée"

    def detail(self) -> str:
        return ", ".join(FIELD_LABELS.get(name, name) for name in self.fields)


@event("patients.identifier_added", purge=Purge.WITH_PERSON, icon="id-card")
@dataclass(frozen=True)
class IdentifierAdded(Payload):
    """A number of the patient became known."""

    kind: str = IdentifierKind.IPP.value
    authority: str = ""

    def sentence(self) -> str:
        return f"{IdentifierKind(self.kind).label} ajouté"

    def detail(self) -> str:
        return self.authority


@event("patients.identifier_ended", purge=Purge.WITH_PERSON, icon="id-card")
@dataclass(frozen=True)
class IdentifierEnded(Payload):
    """A number is no longer the patient's."""

    kind: str = IdentifierKind.IPP.value
    authority: str = ""

    def sentence(self) -> str:
        return f"{IdentifierKind(self.kind).label} retiré"

    def detail(self) -> str:
        return self.authority


@dataclass(frozen=True)
class _AboutInstruction(Payload):
    """What is told of a standing instruction in the PEC where it was done; its text stays in the instruction."""

    instruction_id: str = ""
    nature: str = InstructionKind.CONDUCT.value

    @property
    def _label(self) -> str:
        return InstructionKind(self.nature).label


@event("patients.instruction_written", purge=Purge.WITH_PERSON, icon="book-open")
@dataclass(frozen=True)
class InstructionWritten(_AboutInstruction):
    """A standing instruction was written."""

    def sentence(self) -> str:
        return f"Consigne écrite\u202f: {self._label}"


@event("patients.instruction_corrected", purge=Purge.WITH_PERSON, icon="book-open")
@dataclass(frozen=True)
class InstructionCorrected(_AboutInstruction):
    """A standing instruction was corrected; the version before stays."""

    fields: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        return f"Consigne corrigée\u202f: {self._label}"

    def detail(self) -> str:
        return ", ".join(label_of(InstructionKind(self.nature), name) for name in self.fields)


@event("patients.instruction_reviewed", purge=Purge.WITH_PERSON, icon="book-open")
@dataclass(frozen=True)
class InstructionReviewed(_AboutInstruction):
    """Somebody read a standing instruction again: it still holds, until another review."""

    review_on: str = ""

    def sentence(self) -> str:
        return f"Consigne relue\u202f: {self._label}"

    def detail(self) -> str:
        return f"à relire avant le {french.numeric_date(date.fromisoformat(self.review_on))}" if self.review_on else ""


@event("patients.instruction_ended", purge=Purge.WITH_PERSON, icon="archive")
@dataclass(frozen=True)
class InstructionEnded(_AboutInstruction):
    """A standing instruction no longer holds; it stays readable among the former ones."""

    reason: str = ""

    def sentence(self) -> str:
        return f"Consigne terminée\u202f: {self._label}"

    def detail(self) -> str:
        return self.reason


@event("patients.instruction_resumed", purge=Purge.WITH_PERSON, icon="archive-restore")
@dataclass(frozen=True)
class InstructionResumed(_AboutInstruction):
    """A standing instruction that had been ended holds again."""

    def sentence(self) -> str:
        return f"Consigne reprise\u202f: {self._label}"
