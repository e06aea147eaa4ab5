"""Who is in which box, and when: never two patients in one."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from osmose.organisations.models import CareUnit, Location

_NUMBER = re.compile(r"\d+$")


@dataclass
class Boxes:
    """The zones and boxes of the units, with the hours at which each box is taken."""

    zones: dict[tuple[uuid.UUID, str], Location]
    boxes: dict[uuid.UUID, list[Location]]
    _taken: dict[uuid.UUID, list[tuple[datetime, datetime]]] = field(default_factory=dict)

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

    def take(self, unit: CareUnit, wanted: str, since: datetime, until: datetime) -> Location | None:
        """The wanted box of the unit (« SAU 4 », « Déchocage »), another free one, or none."""
        number = _NUMBER.search(wanted)
        boxes = self.boxes.get(unit.pk, [])
        if wanted == "Déchocage":
            boxes = [b for b in boxes if b.code == "DECHOCAGE"]
        else:
            boxes = [b for b in boxes if b.code != "DECHOCAGE"]
            boxes.sort(key=lambda b: number is None or b.code != f"BOX-{number.group()}")
        for box in boxes:
            hours = self._taken.setdefault(box.pk, [])
            if all(until <= start or end <= since for start, end in hours):
                hours.append((since, until))
                return box
        return None
