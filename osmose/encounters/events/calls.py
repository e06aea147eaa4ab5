"""Calls and advice by phone."""

from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.events.shared import NARROW
from osmose.encounters.lifecycle.calls import DIRECTION_LABELS, Direction
from osmose.kernel.base import french
from osmose.kernel.events.kinds import Payload, Purge, event


@dataclass(frozen=True)
class _Call(Payload):
    """What was said; `direction`, `minutes` and `called_at` are what is counted later."""

    direction: str = ""
    caller: str = ""
    question: str = ""
    advice: str = ""
    expected_at: datetime | None = None
    minutes: int | None = None
    called_at: datetime | None = None
    is_correction: bool = False
    call_id: str = ""

    @property
    def label(self) -> str:
        """« Appel reçu », and nobody's name."""
        return DIRECTION_LABELS[Direction(self.direction)] if self.direction in set(Direction) else "Appel"

    @property
    def words(self) -> str:
        """« Appel reçu : Dr Roux (psychiatre) »."""
        return f"{self.label}{NARROW}: {self.caller}" if self.caller else self.label

    def sentence(self) -> str:
        return f"{self.words} (corrigé)" if self.is_correction else self.words

    def detail(self) -> str:
        parts = (
            self.question,
            f"Réponse{NARROW}: {self.advice}" if self.advice else "",
            f"arrivée prévue à {french.time(self.expected_at)}" if self.expected_at else "",
            f"{self.minutes}\u00a0min" if self.minutes else "",
        )
        return " · ".join(part for part in parts if part)


@event("encounters.call_noted", purge=Purge.WITH_PERSON, icon="phone")
@dataclass(frozen=True)
class CallNoted(_Call):
    """A call or an advice was noted, with or without a PEC."""


@event("encounters.call_linked", purge=Purge.WITH_PERSON, icon="phone")
@dataclass(frozen=True)
class CallLinked(_Call):
    """A call noted before is this patient’s: told again here, under the patient’s key."""

    def detail(self) -> str:
        hour = f"appel de {french.time(self.called_at)}, rattaché ensuite" if self.called_at else ""
        return " · ".join(part for part in (hour, super().detail()) if part)


@event("encounters.call_struck", purge=Purge.KEEP, icon="undo-2")
@dataclass(frozen=True)
class CallStruck(Payload):
    """A call noted by mistake, undone by its author within ten seconds: it stays in the list, struck."""

    def sentence(self) -> str:
        return "Appel noté par erreur"
