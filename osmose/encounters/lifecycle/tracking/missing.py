"""Introuvable: nobody finds the patient, since when, and what helps to look for them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from osmose.encounters.lifecycle.tracking.values import NARROW, instant, require_text, stored_instant
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused

TEXTS = ("place", "seen_by", "clothing", "called")


@dataclass(frozen=True)
class Missing:
    """Introuvable since an hour; last seen when, where and by whom, clothing, who was called: known little by little.

    `is_constrained`: the patient may not leave (care without consent, custody), which the staff says.
    """

    since: datetime
    seen_at: datetime | None = None
    place: str = ""
    seen_by: str = ""
    clothing: str = ""
    called: str = ""
    is_constrained: bool = False

    def __post_init__(self) -> None:
        for name in TEXTS:
            require_text(getattr(self, name), "missing")
        if self.seen_at is not None and self.seen_at > self.since:
            raise Refused(
                f"Le patient a été vu après avoir été signalé introuvable{NARROW}: corrigez l’heure, "
                f"ou cliquez «{NARROW}Retrouvé{NARROW}».",
                field="missing",
                code="missing-seen-after",
            )

    @property
    def from_when(self) -> datetime:
        """Since when nobody has seen the patient: the last time somebody did, where that is known."""
        return self.seen_at or self.since

    @property
    def words(self) -> str:
        return " · ".join(part for part in (f"depuis {french.time(self.from_when)}", *self.parts) if part)

    @property
    def parts(self) -> tuple[str, ...]:
        """What is known, each part named."""
        said = (
            ("lieu", self.place),
            ("vu par", self.seen_by),
            ("tenue", self.clothing),
            ("prévenus", self.called),
        )
        named = [f"{name}{NARROW}: {word}" for name, word in said if word]
        if self.seen_at is not None:
            named.insert(0, f"signalé à {french.time(self.since)}")
        return (*named, "ne peut pas quitter l’hôpital") if self.is_constrained else tuple(named)

    def moved(self, before: datetime, at: datetime) -> Self:
        """The same, signalled at another hour."""
        return replace(self, since=at) if self.since == before else self

    def as_json(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "seen_at": stored_instant(self.seen_at),
            **{name: getattr(self, name) for name in TEXTS},
            "is_constrained": self.is_constrained,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            datetime.fromisoformat(stored["since"]),
            seen_at=instant(stored.get("seen_at")),
            is_constrained=bool(stored.get("is_constrained")),
            **{name: str(stored.get(name, "")) for name in TEXTS},
        )
