"""The zones and boxes of the units, and who holds which box at this moment of the play."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from osmose.organisations.models import CareUnit, Location

_NUMBER = re.compile(r"\d+$")
_APART = "DECHOCAGE"


@dataclass
class Boxes:
    """Boxes are given as the evening goes on: what is free is known, never guessed."""

    zones: dict[tuple[uuid.UUID, str], Location]
    boxes: dict[uuid.UUID, list[Location]]
    _held: dict[uuid.UUID, str] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Iterable[CareUnit]) -> "Boxes":
        places = list(Location.objects.filter(care_unit__in=list(units)).order_by("order"))
        boxes: dict[uuid.UUID, list[Location]] = {}
        for place in places:
            if place.is_box:
                boxes.setdefault(place.care_unit_id, []).append(place)
        return cls({(p.care_unit_id, p.code): p for p in places if not p.is_box}, boxes)

    def zone(self, unit: CareUnit, code: str) -> Location:
        """The zone of that code, or the unit's own."""
        return self.zones.get((unit.pk, code)) or self.zones[unit.pk, unit.code]

    def take(self, passage: str, unit: CareUnit, wanted: str, *, shares: bool = False) -> Location | None:
        """The wanted box of the unit (« SAU 4 », « Déchocage »), another free one, or none; frees the one held."""
        self.leave(passage)
        number = _NUMBER.search(wanted)
        boxes = [b for b in self.boxes.get(unit.pk, []) if (b.code == _APART) is (wanted == "Déchocage")]
        boxes.sort(key=lambda b: number is None or b.code != f"BOX-{number.group()}")
        for box in boxes:
            if shares or box.pk not in self._held:
                self._held.setdefault(box.pk, passage)
                return box
        return None

    def leave(self, passage: str) -> None:
        """The patient is somewhere else, or gone: the box is free again."""
        self._held = {box: holder for box, holder in self._held.items() if holder != passage}
