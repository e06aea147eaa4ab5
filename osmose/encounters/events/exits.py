"""How a PEC ends, and goes on."""

from dataclasses import dataclass

from osmose.encounters.events.shared import FieldChanged
from osmose.kernel.events.kinds import Payload, Purge, event


@event("encounters.exited", purge=Purge.WITH_PERSON, icon="log-out")
@dataclass(frozen=True)
class PatientExited(FieldChanged):
    """The patient left."""

    mode: str = ""
    destination: str = ""
    orientation: str = ""
    field = "status"

    def sentence(self) -> str:
        return "Sortie enregistrée"

    def detail(self) -> str:
        return " · ".join(word for word in (self.mode, self.destination, self.orientation) if word)


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

    is_automatic: bool = False

    def sentence(self) -> str:
        return "Prise en charge clôturée"

    def detail(self) -> str:
        return "automatiquement, après la sortie" if self.is_automatic else ""


@event("encounters.reopened", purge=Purge.WITH_PERSON, icon="archive-restore")
@dataclass(frozen=True)
class EncounterReopened(Payload):
    """A closed PEC can be written again, for a stated reason."""

    reason: str = ""

    def sentence(self) -> str:
        return "Prise en charge rouverte"

    def detail(self) -> str:
        return self.reason


@event("encounters.cancelled", purge=Purge.WITH_PERSON, icon="circle-x")
@dataclass(frozen=True)
class EncounterCancelled(Payload):
    """The admission was a mistake."""

    def sentence(self) -> str:
        return "Admission annulée"
