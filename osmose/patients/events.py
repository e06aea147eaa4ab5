"""What happens to an identity; sealed under the person's key, and gone with it."""

from dataclasses import dataclass, field

from osmose.kernel.events.kinds import Payload, Purge, event
from osmose.patients.rules import IdentityStatus
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
