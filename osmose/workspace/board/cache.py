"""The drawn rows of this process: bounded, short-lived, and never older than what they show."""

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Hashable


class RowCache:
    """One entry a PEC, least recently used first out: its state, and its bytes for each audience that asked.

    Asked under another state, an entry is dropped whole: what was superseded, or sealed for ever with its key, doesn't
    linger. The state comes from the database at each request, so nothing has to be told that something changed.
    """

    def __init__(self, *, size: int = 2000, variants: int = 12, seconds: float = 900) -> None:
        self.size, self.variants, self.seconds = size, variants, seconds
        self._held: OrderedDict[uuid.UUID, tuple[Hashable, float, OrderedDict[Hashable, bytes]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, pk: uuid.UUID, state: Hashable, variant: Hashable) -> bytes | None:
        """The bytes drawn of this PEC in this state for this audience."""
        with self._lock:
            entry = self._held.get(pk)
            if entry is None:
                return None
            if entry[0] != state or entry[1] < time.monotonic():
                del self._held[pk]
                return None
            self._held.move_to_end(pk)
            return entry[2].get(variant)

    def put(self, pk: uuid.UUID, state: Hashable, variant: Hashable, drawn: bytes) -> None:
        """Hold what was drawn; another state takes the place of the former."""
        with self._lock:
            entry = self._held.get(pk)
            if entry is None or entry[0] != state:
                entry = (state, time.monotonic() + self.seconds, OrderedDict())
                self._held[pk] = entry
            self._held.move_to_end(pk)
            entry[2][variant] = drawn
            while len(entry[2]) > self.variants:
                entry[2].popitem(last=False)
            while len(self._held) > self.size:
                self._held.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()

    def __len__(self) -> int:
        return len(self._held)
