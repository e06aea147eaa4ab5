"""« Lu par 3 de 5 (SAU) »: who has read a note, among whom; pure Python."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from osmose.kernel.base.text import fold

NOBODY = "Pas encore lue"


@dataclass(frozen=True)
class Reader:
    """Somebody who has read, for which unit, and when."""

    id: uuid.UUID
    unit_id: uuid.UUID | None
    at: datetime

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        unit = stored["unit"]
        return cls(uuid.UUID(stored["reader"]), uuid.UUID(unit) if unit else None, datetime.fromisoformat(stored["at"]))


@dataclass(frozen=True)
class Audience:
    """A unit that takes part in a PEC: its name, and how many people care there."""

    id: uuid.UUID
    name: str
    staff: int

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(uuid.UUID(stored["unit"]), str(stored["name"]), int(stored["staff"] or 0))


@dataclass(frozen=True)
class Told:
    """A note as far as its readings go: its author and their unit, and the units that it is addressed to or kept for.

    `named` are the units addressed, by id, as they were named that day: one that left since is still said.
    """

    author_id: uuid.UUID
    author_unit_id: uuid.UUID | None
    kept_for: uuid.UUID | None = None
    named: Mapping[uuid.UUID, str] | None = None


def counts(note: Told, readers: Iterable[Reader], audience: Mapping[uuid.UUID, Audience]) -> tuple[str, ...]:
    """« 3 de 5 (SAU) » for each unit addressed, else for each that has read; « a quitté la PEC » for one that left.

    The author reads what they write: they are not counted, neither among the readers nor in their unit.
    """
    by_unit: dict[uuid.UUID, set[uuid.UUID]] = {}
    for reader in readers:
        if reader.id != note.author_id and reader.unit_id is not None:
            by_unit.setdefault(reader.unit_id, set()).add(reader.id)
    named = note.named or {}
    said = [_of(unit_id, name, note, by_unit, audience) for unit_id, name in named.items()]
    others = [unit for unit in audience.values() if unit.id in by_unit and unit.id not in named]
    said += [_of(unit.id, unit.name, note, by_unit, audience) for unit in sorted(others, key=lambda u: fold(u.name))]
    return tuple(said)


def _of(
    unit_id: uuid.UUID,
    name: str,
    note: Told,
    by_unit: Mapping[uuid.UUID, Collection[uuid.UUID]],
    audience: Mapping[uuid.UUID, Audience],
) -> str:
    count, unit = len(by_unit.get(unit_id, ())), audience.get(unit_id)
    if unit is None:
        return f"{count} ({name}, ne participe plus)"
    # Somebody who has read may have left the unit since: never « 6 de 5 ».
    staff = max(unit.staff - (unit_id == note.author_unit_id), count)
    return f"{count} de {staff} ({unit.name})"


def words(said: Collection[str]) -> str:
    """« Lue par 3 de 5 (SAU), 1 de 8 (Équipe mobile) »."""
    return f"Lue par {', '.join(said)}" if said else NOBODY


def is_unread(note: Told, readers: Iterable[Reader], reader_id: uuid.UUID) -> bool:
    """True for somebody else's note that this reader has not read."""
    return note.author_id != reader_id and all(reader.id != reader_id for reader in readers)
