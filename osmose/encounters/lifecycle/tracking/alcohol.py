"""Alcool (OH), in mg per litre of expired air."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import NARROW
from osmose.kernel.base.refused import Refused

MOST_MG_PER_L = Decimal(5)


class AlcoholStatus(StrEnum):
    """OH: what the breath test said, or why there is none."""

    POSITIVE = "positif"
    NEGATIVE = "negatif"
    REFUSED = "refus"
    UNKNOWN = "nc"

    @property
    def label(self) -> str:
        return {"positif": "Positif", "negatif": "Négatif", "refus": "Refus ou impossible", "nc": "NC"}[self.value]


@dataclass(frozen=True)
class Alcohol:
    """Alcool (OH): a rate in mg per litre of expired air where one was measured, and its hour (« 14:05 »)."""

    status: AlcoholStatus
    mg_per_l: Decimal | None = None
    measured_at: str = ""

    def __post_init__(self) -> None:
        rate = self.mg_per_l
        if rate is None:
            return
        if not 0 <= rate <= MOST_MG_PER_L:
            raise Refused(_out_of_range(rate), field="alcohol", code="alcohol-range")
        if self.status not in (AlcoholStatus.POSITIVE, AlcoholStatus.NEGATIVE):
            raise Refused("Sans mesure, il n’y a pas de taux.", field="alcohol", code="alcohol-no-rate")
        if (rate > 0) is not (self.status is AlcoholStatus.POSITIVE):
            raise Refused(
                f"Un taux de 0 est négatif, tout autre est positif{NARROW}: corrigez l’un des deux.",
                field="alcohol",
                code="alcohol-contradiction",
            )

    @property
    def g_per_l(self) -> Decimal | None:
        """« Équivalent calculé » in blood: twice the rate in expired air (French road code), never a lab result."""
        return None if self.mg_per_l is None else self.mg_per_l * 2

    @property
    def words(self) -> str:
        if self.mg_per_l is None:
            return self.status.label
        said = f"{self.status.label}, {number(self.mg_per_l)} mg/L"
        if self.mg_per_l:
            said = f"{said} (équivalent calculé {number(self.mg_per_l * 2)} g/L)"
        return f"{said} à {self.measured_at}" if self.measured_at else said

    def as_json(self) -> dict[str, str]:
        rate = "" if self.mg_per_l is None else str(self.mg_per_l)
        return {"status": self.status.value, "mg_per_l": rate, "measured_at": self.measured_at}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        rate = stored.get("mg_per_l") or None
        return cls(
            AlcoholStatus(stored["status"]),
            None if rate is None else Decimal(str(rate)),
            str(stored.get("measured_at", "")),
        )


def number(value: Decimal) -> str:
    """« 1,28 »: two decimals, with a comma."""
    return f"{value:.2f}".replace(".", ",")


def _out_of_range(rate: Decimal) -> str:
    sentence = f"Le taux doit être compris entre 0 et {MOST_MG_PER_L} mg/L d’air expiré."
    for shifted in (rate / 10, rate / 100):
        if 0 < shifted <= MOST_MG_PER_L and rate > 0:
            return f"{sentence} Vouliez-vous écrire {number(shifted)}{NARROW}?"
    return sentence
