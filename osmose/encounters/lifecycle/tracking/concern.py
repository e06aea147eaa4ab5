"""Préoccupant, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import require_text
from osmose.kernel.base.refused import Refused


class ConcernReason(StrEnum):
    """Why a patient is « préoccupant »."""

    SUICIDAL = "suicidaire"
    RUNAWAY = "fugue"
    VIOLENCE = "violence"
    SOMATIC = "somatique"
    VULNERABLE = "vulnerable"

    @property
    def label(self) -> str:
        return CONCERN_LABELS[self]


CONCERN_LABELS: Mapping[ConcernReason, str] = {
    ConcernReason.SUICIDAL: "Suicidaire",
    ConcernReason.RUNAWAY: "Fugue",
    ConcernReason.VIOLENCE: "Violence",
    ConcernReason.SOMATIC: "Somatique",
    ConcernReason.VULNERABLE: "Vulnérable",
}


@dataclass(frozen=True)
class Concern:
    """Préoccupant, with its reasons; without any, nobody is worried (any more)."""

    reasons: tuple[ConcernReason, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        require_text(self.text, "concern")
        if self.text and not self.reasons:
            raise Refused("Choisissez pourquoi le patient est préoccupant.", field="concern", code="concern-reason")

    @property
    def is_set(self) -> bool:
        return bool(self.reasons)

    @property
    def words(self) -> str:
        """« suicidaire, fugue », as it follows « Préoccupant : »."""
        return ", ".join(r.label.lower() for r in self.reasons) or "non"

    def as_json(self) -> dict[str, Any]:
        return {"reasons": [r.value for r in self.reasons], "text": self.text}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        wanted = {ConcernReason(r) for r in stored.get("reasons", ())}
        return cls(tuple(r for r in ConcernReason if r in wanted), str(stored.get("text", "")))


def concern_title(*, is_minor: bool) -> str:
    """« Préoccupant »; for a minor, whom the law gives another meaning (information préoccupante), the whole words."""
    return "Patient préoccupant" if is_minor else "Préoccupant"
