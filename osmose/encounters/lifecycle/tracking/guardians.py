"""Those who hold parental authority over a minor, and what the minor asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import NARROW, Known, require_text


class ChildProtection(StrEnum):
    """Who decides for the child besides the parents."""

    WELFARE = "ase"
    JUDGE = "juge"

    @property
    def label(self) -> str:
        return {"ase": "Aide sociale à l’enfance (ASE)", "juge": "Décision d’un juge"}[self.value]


@dataclass(frozen=True)
class Guardians:
    """Autorité parentale: who holds it, whether they were reached and may collect the child, ASE or judge.

    `keeps_secret`: the minor asked that they be told nothing of the care (CSP L1111-5).
    """

    names: str = ""
    reached: Known | None = None
    may_collect: Known | None = None
    protection: ChildProtection | None = None
    protection_text: str = ""
    keeps_secret: bool = False

    def __post_init__(self) -> None:
        require_text(self.names, "guardians")
        require_text(self.protection_text, "guardians")

    @property
    def words(self) -> str:
        parts = (
            self.names,
            _REACHED[self.reached] if self.reached else "",
            _COLLECT[self.may_collect] if self.may_collect else "",
            self.protection_words,
            "secret demandé par le mineur" if self.keeps_secret else "",
        )
        return " · ".join(part for part in parts if part) or "non précisée"

    @property
    def protection_words(self) -> str:
        """« Décision d’un juge : visites suspendues »."""
        label = self.protection.label if self.protection else ""
        return f"{NARROW}: ".join(part for part in (label, self.protection_text) if part)

    def as_json(self) -> dict[str, Any]:
        return {
            "names": self.names,
            "reached": self.reached or "",
            "may_collect": self.may_collect or "",
            "protection": self.protection or "",
            "protection_text": self.protection_text,
            "keeps_secret": self.keeps_secret,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            names=str(stored.get("names", "")),
            reached=Known(stored["reached"]) if stored.get("reached") else None,
            may_collect=Known(stored["may_collect"]) if stored.get("may_collect") else None,
            protection=ChildProtection(stored["protection"]) if stored.get("protection") else None,
            protection_text=str(stored.get("protection_text", "")),
            keeps_secret=bool(stored.get("keeps_secret")),
        )


_REACHED = {Known.YES: "prévenus", Known.NO: "pas encore prévenus", Known.UNKNOWN: "prévenus\u202f: NC"}
_COLLECT = {
    Known.YES: "peuvent venir chercher l’enfant",
    Known.NO: "ne peuvent pas venir chercher l’enfant",
    Known.UNKNOWN: "venir chercher l’enfant\u202f: NC",
}
