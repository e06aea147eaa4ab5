"""Surveillance: how often somebody looks at the patient, who decided it, and the last time it was done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import require_text
from osmose.kernel.base import french


class WatchLevel(StrEnum):
    """How often; `none` is decided too, which is not « nobody said anything »."""

    NONE = "aucune"
    HOURLY = "60"
    HALF_HOURLY = "30"
    QUARTERLY = "15"
    CONSTANT = "constante"

    @property
    def label(self) -> str:
        return WATCH_LABELS[self]

    @property
    def is_none(self) -> bool:
        return self is WatchLevel.NONE

    @property
    def minutes(self) -> int | None:
        """From one look to the next; None where nothing is due: constant, or none."""
        return int(self.value) if self.value.isdigit() else None


WATCH_LABELS: Mapping[WatchLevel, str] = {
    WatchLevel.NONE: "Aucune",
    WatchLevel.HOURLY: "/ heure",
    WatchLevel.HALF_HOURLY: "/ 30 min",
    WatchLevel.QUARTERLY: "/ 15 min",
    WatchLevel.CONSTANT: "Visuelle constante",
}


@dataclass(frozen=True)
class Watch:
    """A level of surveillance since an hour, and by whom it was decided."""

    level: WatchLevel
    since: datetime
    decided_by: str = ""

    def __post_init__(self) -> None:
        require_text(self.decided_by, "watch")

    @property
    def words(self) -> str:
        return f"{self.level.label}, décidée par {self.decided_by}" if self.decided_by else self.level.label

    def moved(self, before: datetime, at: datetime) -> Self:
        """The same, from another hour on."""
        return replace(self, since=at) if self.since == before else self

    def as_json(self) -> dict[str, str]:
        return {"level": self.level.value, "since": self.since.isoformat(), "decided_by": self.decided_by}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            WatchLevel(stored["level"]), datetime.fromisoformat(stored["since"]), str(stored.get("decided_by", ""))
        )


@dataclass(frozen=True)
class WatchCheck:
    """The last time somebody looked."""

    at: datetime

    @property
    def words(self) -> str:
        return french.time(self.at)

    def moved(self, before: datetime, at: datetime) -> Self:
        return replace(self, at=at) if self.at == before else self

    def as_json(self) -> dict[str, str]:
        return {"at": self.at.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(datetime.fromisoformat(stored["at"]))


def watched_since(watch: Watch, check: WatchCheck | None) -> datetime:
    """From when the next look is counted: the last one, or the decision where nobody has looked since."""
    return max(watch.since, check.at) if check else watch.since


def next_look(watch: Watch | None, check: WatchCheck | None) -> datetime | None:
    """When the next look is due; None where none is."""
    if watch is None or watch.level.minutes is None:
        return None
    return watched_since(watch, check) + timedelta(minutes=watch.level.minutes)
