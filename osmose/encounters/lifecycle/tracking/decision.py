"""Décision (devenir): where the patient goes from here, and who decided it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import NARROW, require_text
from osmose.kernel.base.refused import Refused

NAME_MAX = 80


class Outlook(StrEnum):
    """Where the patient goes from here; no hospital is named: which one is typed beside it."""

    HOME = "domicile"
    SHORT_STAY = "uhcd"
    WARD = "service"
    VOLUNTARY = "psy-libre"
    INVOLUNTARY = "psy-contrainte"
    TRANSFER = "transfert"
    REVIEW = "reevaluation"

    @property
    def label(self) -> str:
        return OUTLOOK_LABELS[self]

    @property
    def is_admission(self) -> bool:
        """Whether the patient waits for a bed somewhere."""
        return self not in (Outlook.HOME, Outlook.REVIEW)


OUTLOOK_LABELS: Mapping[Outlook, str] = {
    Outlook.HOME: "Retour à domicile",
    Outlook.SHORT_STAY: "UHCD",
    Outlook.WARD: "Service",
    Outlook.VOLUNTARY: "Psychiatrie, soins libres",
    Outlook.INVOLUNTARY: "Psychiatrie, sans consentement",
    Outlook.TRANSFER: "Transfert",
    Outlook.REVIEW: "Réévaluation",
}
# On a row, where there is little room; beside the hospital where one is named.
_SHORT: Mapping[Outlook, str] = {
    Outlook.HOME: "domicile",
    Outlook.SHORT_STAY: "UHCD",
    Outlook.WARD: "service",
    Outlook.VOLUNTARY: "soins libres",
    Outlook.INVOLUNTARY: "sans consentement",
    Outlook.TRANSFER: "transfert",
    Outlook.REVIEW: "réévaluation",
}
_PSYCHIATRIC = (Outlook.VOLUNTARY, Outlook.INVOLUNTARY)


@dataclass(frozen=True)
class Decision:
    """Décision: where the patient goes, to which hospital or unit, decided by whom, with what must be known of it."""

    choice: Outlook
    where: str = ""
    decided_by: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        require_text(self.text, "decision")
        for name, typed in (("Le lieu", self.where), ("Le nom", self.decided_by)):
            if len(typed) > NAME_MAX:
                raise Refused(
                    f"{name} est trop long{NARROW}: {NAME_MAX} caractères au plus.", field="decision", code="too-long"
                )

    @property
    def title(self) -> str:
        """« Psychiatrie, soins libres (CH Thuir) »."""
        return f"{self.choice.label} ({self.where})" if self.where else self.choice.label

    @property
    def words(self) -> str:
        """All of it, since two people who decide at once compare what both wrote."""
        by = f"décidée par {self.decided_by}" if self.decided_by else ""
        return " · ".join(part for part in (self.title, by, self.text) if part)

    @property
    def short(self) -> str:
        """« CH Thuir, soins libres », « domicile »: as a row says it."""
        place = self.where or ("psychiatrie" if self.choice in _PSYCHIATRIC else "")
        if self.choice in (Outlook.SHORT_STAY, Outlook.WARD) and self.where:
            return self.where
        return f"{place}, {_SHORT[self.choice]}" if place else _SHORT[self.choice]

    @property
    def without_words(self) -> "Decision":
        """The choice alone: for who may not read what was typed."""
        return Decision(self.choice)

    def changed_to(self, choice: Outlook) -> "Decision":
        """Another choice is another decision; the hospital stays where only the legal basis of the care changes."""
        if choice is self.choice:
            return self
        both = choice in _PSYCHIATRIC and self.choice in _PSYCHIATRIC
        return Decision(choice, self.where if both else "")

    def as_json(self) -> dict[str, str]:
        return {
            "choice": self.choice.value,
            "where": self.where,
            "decided_by": self.decided_by,
            "text": self.text,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            Outlook(stored["choice"]),
            str(stored.get("where", "")),
            str(stored.get("decided_by", "")),
            str(stored.get("text", "")),
        )
