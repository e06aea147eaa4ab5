"""Who has the same record open: in memory only, told by each page, forgotten when a page is silent."""

import uuid
from dataclasses import dataclass

WRITING, READING = "rédige une transmission", "consulte"
SECONDS = {WRITING: 30.0, READING: 90.0}


@dataclass
class _Here:
    doing: str
    until: float
    reading_until: float


class Company:
    """By record and by person; `now` is any clock that only goes forward."""

    def __init__(self) -> None:
        self._here: dict[uuid.UUID, dict[uuid.UUID, _Here]] = {}

    def note(self, record: uuid.UUID, person: uuid.UUID, doing: str, now: float) -> bool:
        """Somebody is there; True where others have something new to be told. Writing hides reading for a while."""
        people = self._here.setdefault(record, {})
        before = people.get(person)
        is_writing = before is not None and before.doing == WRITING and now < before.until
        if before is not None and doing == READING and is_writing:
            before.reading_until = now + SECONDS[READING]
            return False
        people[person] = _Here(doing, now + SECONDS[doing], now + SECONDS[READING])
        return before is None or before.doing != doing

    def leave(self, record: uuid.UUID, person: uuid.UUID) -> bool:
        """Somebody closed it; True where they were there."""
        people = self._here.get(record, {})
        was_there = people.pop(person, None) is not None
        if not people:
            self._here.pop(record, None)
        return was_there

    def at(self, record: uuid.UUID) -> dict[uuid.UUID, str]:
        """Who is there, and doing what."""
        return {person: here.doing for person, here in self._here.get(record, {}).items()}

    def of(self, person: uuid.UUID) -> list[uuid.UUID]:
        """The records that somebody has open."""
        return [record for record, people in self._here.items() if person in people]

    def lose(self, record: uuid.UUID, people: set[uuid.UUID]) -> bool:
        """Those may no longer see it."""
        return sum(self.leave(record, person) for person in self.at(record).keys() & people) > 0

    def sweep(self, now: float) -> set[uuid.UUID]:
        """The records where somebody stopped writing, or has been silent for too long."""
        moved = set()
        for record, people in list(self._here.items()):
            for person, here in list(people.items()):
                if now < here.until:
                    continue
                moved.add(record)
                if here.doing == WRITING and now < here.reading_until:
                    people[person] = _Here(READING, here.reading_until, here.reading_until)
                else:
                    self.leave(record, person)
        return moved
