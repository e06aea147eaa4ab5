"""Where a patient is."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """Where a patient is: a zone and, where there is one, a box or bed; ids as they are posted."""

    location: str = ""
    location_code: str = "NC"
    location_label: str = "NC"
    box: str = ""
    box_code: str = ""
    box_label: str = ""

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> "Place":
        return cls(**{k: v for k, v in (stored or {}).items() if v is not None})

    @property
    def code(self) -> str:
        """« location id|box id », as events and forms name a place."""
        return f"{self.location}|{self.box}"

    @property
    def words(self) -> str:
        """« SAU · Box 3 »."""
        return f"{self.location_label} · {self.box_label}" if self.box else self.location_label
