"""Contention: a restraint is traced from its start to its end, and the next reassessment is always known.

The register of isolation and restraint of psychiatric wards (CSP L3222-5-1) is another thing, kept there; this is the
trace that an emergency department owes of any restraint: who prescribed it, why, from when to when, reassessed when.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import NARROW, instant, require_text, stored_instant
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused

# CSP L3222-5-1 sets six hours for a restraint in psychiatry: nowhere is it left longer without somebody deciding again.
LONGEST = timedelta(hours=6)
REASSESS_MINUTES = (15, 30, 60, 120, 240, 360)


@dataclass(frozen=True)
class Restraint:
    """A restraint: prescribed by whom and why, from when, reassessed when and by whom, next due, ended when."""

    prescriber: str
    reason: str
    started_at: datetime
    due_at: datetime
    reassessed_at: datetime | None = None
    reassessed_by: str = ""
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        for text in (self.prescriber, self.reason, self.reassessed_by):
            require_text(text, "restraint")
        if not self.prescriber:
            raise _refused("Écrivez qui prescrit la contention.", "restraint-prescriber")
        if not self.reason:
            raise _refused("Écrivez pourquoi la contention est nécessaire.", "restraint-reason")
        decided = self.decided_at
        if decided < self.started_at:
            raise _refused("La réévaluation ne peut précéder le début de la contention.", "restraint-order")
        if not decided < self.due_at <= decided + LONGEST:
            raise _refused(
                f"La réévaluation se prévoit dans les 6 heures{NARROW}: choisissez un délai plus court.",
                "restraint-due",
            )
        if self.ended_at is not None and self.ended_at < decided:
            raise _refused("La levée ne peut précéder le début ni la réévaluation.", "restraint-order")

    @property
    def decided_at(self) -> datetime:
        """When somebody last decided that it goes on."""
        return self.reassessed_at or self.started_at

    @property
    def happened_at(self) -> datetime:
        """When the last thing noted of it happened: an hour that is typed, often after the fact."""
        return self.ended_at or self.decided_at

    @property
    def is_set(self) -> bool:
        """Whether the patient is restrained now."""
        return self.ended_at is None

    @property
    def words(self) -> str:
        began = f"depuis {french.time(self.started_at)}"
        if self.ended_at is not None:
            return f"levée à {french.time(self.ended_at)}, {began}"
        return f"{began}, prescrite par {self.prescriber}, à réévaluer à {french.time(self.due_at)}"

    def reassessed(self, *, by: str, at: datetime, minutes: int) -> Self:
        """Goes on, as somebody decided after seeing the patient."""
        return replace(self, reassessed_at=at, reassessed_by=by, due_at=at + timedelta(minutes=minutes))

    def moved(self, before: datetime, at: datetime) -> Self:
        """The same, what was clicked at `before` having happened at `at`."""
        if self.ended_at == before:
            return replace(self, ended_at=at)
        if self.reassessed_at == before:
            return replace(self, reassessed_at=at, due_at=self.due_at + (at - before))
        if self.started_at == before:
            return replace(self, started_at=at, due_at=self.due_at + (at - before))
        return self

    def as_json(self) -> dict[str, str]:
        return {
            "prescriber": self.prescriber,
            "reason": self.reason,
            "started_at": self.started_at.isoformat(),
            "due_at": self.due_at.isoformat(),
            "reassessed_at": stored_instant(self.reassessed_at),
            "reassessed_by": self.reassessed_by,
            "ended_at": stored_instant(self.ended_at),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            prescriber=str(stored["prescriber"]),
            reason=str(stored["reason"]),
            started_at=datetime.fromisoformat(stored["started_at"]),
            due_at=datetime.fromisoformat(stored["due_at"]),
            reassessed_at=instant(stored.get("reassessed_at")),
            reassessed_by=str(stored.get("reassessed_by", "")),
            ended_at=instant(stored.get("ended_at")),
        )


def step_of(before: object, after: object) -> str:
    """What a change of the field tells: « started », « reassessed », « ended », or « corrected »."""
    known = before if isinstance(before, Restraint) and before.is_set else None
    if not isinstance(after, Restraint) or (known is None and not after.is_set):
        return "corrected"
    if known is None:
        return "started"
    if not after.is_set:
        return "ended"
    return "corrected" if after.decided_at == known.decided_at else "reassessed"


def _refused(sentence: str, code: str) -> Refused:
    return Refused(sentence, field="restraint", code=code)
