"""What the psychiatric team does with the patient: interviews begun, interrupted, resumed, ended."""

import dataclasses
from dataclasses import dataclass

from osmose.encounters.events.shared import NARROW, FieldChanged
from osmose.kernel.events.kinds import Purge, event


@dataclass(frozen=True)
class InterventionChanged(FieldChanged):
    """Something happened to one professional's interview; delays are computed from these alone.

    `professional` is their name where somebody else noted it. `meaning` is what the request means after it, `state`
    what the request's columns held before, `coming` who was announced until then: what undoing needs.
    """

    intervention_id: str = ""
    request_id: str = ""
    kind: str = ""
    label: str = ""
    user_id: str = ""
    professional: str = ""
    meaning: str = ""
    state: dict[str, str] = dataclasses.field(default_factory=dict)
    coming: dict[str, str] = dataclasses.field(default_factory=dict)

    def _joined(self, *words: str) -> str:
        return " · ".join(word for word in (self.professional, *words) if word)


@event("encounters.intervention_started", purge=Purge.WITH_PERSON, icon="message-square-text")
@dataclass(frozen=True)
class InterventionStarted(InterventionChanged):
    """A professional is with the patient; `is_crisis` where they said so themselves."""

    is_crisis: bool = False

    def sentence(self) -> str:
        return f"{self.label}{NARROW}: entretien {'de crise ' if self.is_crisis else ''}commencé"

    def detail(self) -> str:
        return self._joined()


@event("encounters.intervention_interrupted", purge=Purge.WITH_PERSON, icon="pause")
@dataclass(frozen=True)
class InterventionInterrupted(InterventionChanged):
    """The interview stops for a while: why, and when its professional means to come back (ISO, and in words)."""

    reason: str = ""
    expected_at: str = ""
    expected_words: str = ""

    def sentence(self) -> str:
        return f"{self.label}{NARROW}: entretien interrompu"

    def detail(self) -> str:
        return self._joined(self.reason, f"reprise prévue {self.expected_words}" if self.expected_words else "")


@event("encounters.intervention_resumed", purge=Purge.WITH_PERSON, icon="message-square-text")
@dataclass(frozen=True)
class InterventionResumed(InterventionChanged):
    """The interview goes on."""

    def sentence(self) -> str:
        return f"{self.label}{NARROW}: entretien repris"

    def detail(self) -> str:
        return self._joined()


@event("encounters.intervention_ended", purge=Purge.WITH_PERSON, icon="circle-check")
@dataclass(frozen=True)
class InterventionEnded(InterventionChanged):
    """The interview is over, with its conclusion where there is one (`after`)."""

    def sentence(self) -> str:
        return f"{self.label}{NARROW}: entretien terminé"

    def detail(self) -> str:
        return self._joined(self.after)


@event("encounters.intervention_concluded", purge=Purge.WITH_PERSON, icon="pencil")
@dataclass(frozen=True)
class InterventionConcluded(InterventionChanged):
    """The conclusion of an ended interview was written, or completed."""

    has_hour = False

    def sentence(self) -> str:
        return f"{self.label}{NARROW}: conclusion" if self.after else f"{self.label}{NARROW}: conclusion retirée"

    def detail(self) -> str:
        return self._joined(self.after)
