"""What every value of the tracking has in common."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from osmose.kernel.base.refused import Refused

NARROW = "\u202f"
TEXT_MAX = 300


class Tracked(Protocol):
    """A value of the tracking."""

    @property
    def words(self) -> str: ...
    def as_json(self) -> Any: ...


class Known(StrEnum):
    """Whether there is something, nothing, or nobody knows."""

    YES = "oui"
    NO = "non"
    UNKNOWN = "nc"

    @property
    def label(self) -> str:
        return {"oui": "Oui", "non": "Non", "nc": "NC"}[self.value]


def require_text(text: str, field: str) -> None:
    if len(text) > TEXT_MAX:
        raise Refused(
            f"Ce texte est trop long{NARROW}: {TEXT_MAX} caractères au plus. Le détail va dans une transmission.",
            field=field,
            code="too-long",
        )


def instant(stored: str | None) -> datetime | None:
    """The instant that a value stores; None where there is none."""
    return datetime.fromisoformat(stored) if stored else None


def stored_instant(at: datetime | None) -> str:
    return at.isoformat() if at else ""
