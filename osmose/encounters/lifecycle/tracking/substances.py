"""Substances (Tox), declared or screened."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import NARROW, Known, require_text
from osmose.kernel.base.refused import Refused


class Substance(StrEnum):
    """Substances of the founding list."""

    COCAINE = "cocaine"
    HEROIN = "heroine"
    THC = "thc"
    NITROUS_OXIDE = "protoxyde"
    OTHER = "autres"

    @property
    def label(self) -> str:
        return SUBSTANCE_LABELS[self]


SUBSTANCE_LABELS: Mapping[Substance, str] = {
    Substance.COCAINE: "Cocaïne",
    Substance.HEROIN: "Héroïne",
    Substance.THC: "THC",
    Substance.NITROUS_OXIDE: "Protoxyde d’azote",
    Substance.OTHER: "Autres",
}


class SubstanceSource(StrEnum):
    """How it is known."""

    DECLARED = "declare"
    SCREENED = "depiste"

    @property
    def label(self) -> str:
        return {"declare": "Déclaré", "depiste": "Dépisté"}[self.value]


@dataclass(frozen=True)
class Substances:
    """Tox: which substances, declared or screened; « NC » and « Non » exclude them."""

    status: Known
    taken: tuple[Substance, ...] = ()
    source: SubstanceSource | None = None
    other: str = ""

    def __post_init__(self) -> None:
        if self.status is not Known.YES and (self.taken or self.other or self.source):
            raise Refused(
                f"«{NARROW}{self.status.label}{NARROW}» exclut toute substance{NARROW}: "
                f"choisissez «{NARROW}Oui{NARROW}», ou retirez les substances.",
                field="substances",
                code="substances-excluded",
            )
        if len(set(self.taken)) != len(self.taken):
            raise Refused("Une substance est nommée deux fois.", field="substances", code="substances-twice")
        if self.other and Substance.OTHER not in self.taken:
            raise Refused(
                f"Choisissez «{NARROW}Autres{NARROW}» pour préciser une autre substance.",
                field="substances",
                code="substances-other",
            )
        require_text(self.other, "substances")

    @property
    def words(self) -> str:
        if not self.taken:
            return self.status.label
        named = [s.label for s in self.taken if s is not Substance.OTHER]
        if Substance.OTHER in self.taken:
            named.append(self.other or Substance.OTHER.label)
        source = f" ({self.source.label.lower()})" if self.source else ""
        return f"{', '.join(named)}{source}"

    def as_json(self) -> dict[str, Any]:
        return {
            "status": self.status.value,
            "taken": [s.value for s in self.taken],
            "source": self.source.value if self.source else "",
            "other": self.other,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        wanted = {Substance(s) for s in stored.get("taken", ())}
        source = stored.get("source") or None
        return cls(
            Known(stored["status"]),
            tuple(s for s in Substance if s in wanted),
            SubstanceSource(source) if source else None,
            str(stored.get("other", "")),
        )
