"""What the patient or those who come along tell: treatment, allergies, who is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import NARROW, Known, require_text
from osmose.kernel.base.refused import Refused


@dataclass(frozen=True)
class Treatment:
    """Traitement actuel: none, not known, or what it is."""

    status: Known
    text: str = ""

    def __post_init__(self) -> None:
        require_text(self.text if self.status is Known.YES else "", "treatment")

    @property
    def words(self) -> str:
        if self.status is Known.NO:
            return "Aucun"
        return self.text or self.status.label

    def as_json(self) -> dict[str, str]:
        return {"status": self.status.value, "text": self.text}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(Known(stored["status"]), str(stored.get("text", "")))


@dataclass(frozen=True)
class Allergies:
    """Allergies: none known, not known, or which ones."""

    status: Known
    text: str = ""

    def __post_init__(self) -> None:
        require_text(self.text if self.status is Known.YES else "", "allergies")
        if self.status is Known.YES and not self.text:
            raise Refused("Écrivez à quoi le patient est allergique.", field="allergies", code="allergies-which")

    @property
    def words(self) -> str:
        if self.status is Known.NO:
            return "Aucune connue"
        return self.text or self.status.label

    def as_json(self) -> dict[str, str]:
        return {"status": self.status.value, "text": self.text}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(Known(stored["status"]), str(stored.get("text", "")))


@dataclass(frozen=True)
class Company:
    """Accompagné: by whom, and the phone where they can be reached."""

    status: Known
    by: str = ""
    phone: str = ""

    def __post_init__(self) -> None:
        require_text(self.by, "company")
        if len(self.phone) > 30:
            raise Refused(f"Le téléphone est trop long{NARROW}: 30 caractères au plus.", field="company", code="phone")

    @property
    def words(self) -> str:
        said = " · ".join(part for part in (self.by, self.phone) if part)
        return said or self.status.label

    def as_json(self) -> dict[str, str]:
        return {"status": self.status.value, "by": self.by, "phone": self.phone}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(Known(stored["status"]), str(stored.get("by", "")), str(stored.get("phone", "")))
