"""Effets personnels: what the patient has, and what was taken away for safety."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import NARROW, require_text


class BelongingsStep(StrEnum):
    """What was done with the patient's belongings."""

    INVENTORIED = "inventaire"
    REMOVED = "retires"
    RETURNED = "rendus"

    @property
    def label(self) -> str:
        return BELONGINGS_LABELS[self]


BELONGINGS_LABELS: Mapping[BelongingsStep, str] = {
    BelongingsStep.INVENTORIED: "Inventaire fait",
    BelongingsStep.REMOVED: "Objets retirés",
    BelongingsStep.RETURNED: "Objets rendus",
}


@dataclass(frozen=True)
class Belongings:
    """Effets et objets: what was done, which ones, and by whom."""

    steps: tuple[BelongingsStep, ...] = ()
    objects: str = ""
    done_by: str = ""

    def __post_init__(self) -> None:
        require_text(self.objects, "belongings")
        require_text(self.done_by, "belongings")

    @property
    def words(self) -> str:
        done = ", ".join(step.label for step in self.steps)
        said = f"{NARROW}: ".join(part for part in (done, self.objects) if part)
        return " · ".join(part for part in (said, f"par {self.done_by}" if self.done_by else "") if part) or "rien noté"

    def as_json(self) -> dict[str, Any]:
        return {"steps": [step.value for step in self.steps], "objects": self.objects, "done_by": self.done_by}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        wanted = {BelongingsStep(step) for step in stored.get("steps", ())}
        return cls(
            tuple(step for step in BelongingsStep if step in wanted),
            str(stored.get("objects", "")),
            str(stored.get("done_by", "")),
        )
