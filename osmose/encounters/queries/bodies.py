"""The bodies of the lean listing that this process has read: not read again while their PEC keeps its version.

They hold no text of a record: ids, hours, codes, words of the reference data and names of the staff.
"""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

# A body is about a kilobyte; a reader, some hundred ids.
_MOST, _READERS = 4000, 200


@dataclass(frozen=True)
class Known:
    """What is told to the database: the version held of each PEC, as JSON, and of which epoch of the reference data."""

    versions: str = "{}"
    epoch: int = -1


@dataclass(frozen=True)
class Row:
    """One row of `listing.LISTING`; `body` is None where it was held.

    `relays` and `beside` are the same on every row.
    """

    id: uuid.UUID
    version: int
    epoch: int
    head: str
    body: str | None
    archived: int
    relays: str = "[]"
    expected: int = 0
    beside: str = ""


class Bodies:
    """Bounded, least recently listed first out; all of one epoch, since a change of reference data may touch any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._epoch = -1
        self._held: OrderedDict[uuid.UUID, tuple[int, str]] = OrderedDict()
        self._listed: OrderedDict[Hashable, Known] = OrderedDict()

    def known_to(self, reader: Hashable) -> Known:
        """What was held of the last listing of this reader."""
        with self._lock:
            known = self._listed.get(reader)
            return known if known is not None and known.epoch == self._epoch else Known()

    def complete(self, reader: Hashable, rows: Iterable[Row]) -> list[tuple[Row, str]] | None:
        """The rows with their bodies; None where one that was held is gone since, and all must be read again."""
        found = list(rows)
        with self._lock:
            if found and found[0].epoch != self._epoch:
                self._epoch = found[0].epoch
                self._held.clear()
                self._listed.clear()
            bodies = [(row, self._body(row)) for row in found]
            whole = [(row, body) for row, body in bodies if body is not None]
            if len(whole) < len(found):
                self._listed.pop(reader, None)
                return None
            self._remember(reader, found)
        return whole

    def _body(self, row: Row) -> str | None:
        if row.body is not None:
            self._held[row.id] = (row.version, row.body)
        version, body = self._held.get(row.id, (None, None))
        if version != row.version:
            return None
        self._held.move_to_end(row.id)
        return body

    def _remember(self, reader: Hashable, rows: list[Row]) -> None:
        versions = ",".join(f'"{row.id}":{row.version}' for row in rows)
        self._listed[reader] = Known(f"{{{versions}}}", self._epoch)
        self._listed.move_to_end(reader)
        while len(self._held) > _MOST:
            self._held.popitem(last=False)
        while len(self._listed) > _READERS:
            self._listed.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._epoch = -1
            self._held.clear()
            self._listed.clear()
