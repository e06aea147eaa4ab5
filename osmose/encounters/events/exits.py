"""How a PEC ends, and goes on."""

from dataclasses import dataclass

from osmose.encounters.events.shared import FieldChanged
from osmose.encounters.lifecycle import HandedOver
from osmose.kernel.events.kinds import Payload, Purge, event


@event("encounters.exited", purge=Purge.WITH_PERSON, icon="log-out")
@dataclass(frozen=True)
class PatientExited(FieldChanged):
    """The patient left; a minor with an adult (`handed_to`), or with nobody for a reason.

    The name of the adult is of the identity: `detail` leaves it out, `handed_words` says it to whoever may read it.
    """

    mode: str = ""
    destination: str = ""
    orientation: str = ""
    handed_to: str = ""
    handed_reason: str = ""
    is_death: bool = False
    field = "status"

    @property
    def line_icon(self) -> str:
        return "circle" if self.is_death else self.icon

    def sentence(self) -> str:
        return "Décès" if self.is_death else "Sortie enregistrée"

    def detail(self) -> str:
        mode = "" if self.is_death else self.mode
        return " · ".join(word for word in (mode, self.destination, self.orientation, self._handed) if word)

    @property
    def _handed(self) -> str:
        if self.handed_to:
            return "remis à un adulte nommé"
        return "sans adulte, raison écrite" if self.handed_reason else ""

    @property
    def handed_words(self) -> str:
        """« remis à Mme Noiret, mère »; nothing of an adult."""
        return HandedOver(self.handed_to, self.handed_reason).words


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
