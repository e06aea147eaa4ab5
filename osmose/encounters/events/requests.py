"""What is asked for the patient, and what came of it."""

import dataclasses
from dataclasses import dataclass

from osmose.encounters.events.shared import NARROW, FieldChanged
from osmose.kernel.events.kinds import Purge, event

# « PEC psy : avis téléphonique rendu »: words that don't go on from the label.
_APART = ("not_needed", "advised", "cancelled", "available", "seen")


@event("encounters.request_changed", purge=Purge.WITH_PERSON, icon="clipboard-list")
@dataclass(frozen=True)
class RequestChanged(FieldChanged):
    """A request took a status. `kind` is the code of its kind; « Bilan biologique demandé ».

    `state` is what the request's columns held before (nothing for a new one), `previous_id` the finished request that
    this one follows: what undoing needs. `purpose` is the decision (an `Outlook`) for which a bed was obtained.
    this one follows: what undoing needs. `hour` says in words the hour said with the status (`expected_at`, ISO).
    """

    kind: str = ""
    label: str = ""
    word: str = ""
    meaning: str = ""
    unit: str = ""
    request_id: str = ""
    kind_icon: str = ""
    previous_id: str = ""
    purpose: str = ""
    state: dict[str, str] = dataclasses.field(default_factory=dict)
    expected_at: str = ""
    hour: str = ""
    reason: str = ""

    @property
    def line_icon(self) -> str:
        return self.kind_icon or self.icon

    def sentence(self) -> str:
        if self.meaning in _APART:
            return f"{self.label}{NARROW}: {self.word.lower()}"
        return f"{self._joined()} {self.hour}".strip()

    def _joined(self) -> str:
        return f"{self.label} {self.word[:1].lower()}{self.word[1:]}"

    def detail(self) -> str:
        unit = f"pour {self.unit}" if self.unit and self.meaning == "waiting" else ""
        return " · ".join(part for part in (self.reason, unit) if part)


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


@event("encounters.result_said", purge=Purge.WITH_PERSON, icon="eye")
@dataclass(frozen=True)
class ResultSaid(FieldChanged):
    """What a result says, in one word: « Bilan biologique : anormal »."""

    kind: str = ""
    label: str = ""
    word: str = ""
    request_id: str = ""
    kind_icon: str = ""

    @property
    def line_icon(self) -> str:
        return self.kind_icon or self.icon

    def sentence(self) -> str:
        return f"{self.label}, résultat{NARROW}: {self.word.lower() or 'à préciser'}"
