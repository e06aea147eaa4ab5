"""Unwrapped data keys in this process: bounded, short-lived, and never again one that was destroyed."""

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from osmose.kernel.crypto.errors import KeyDestroyed, Unreadable

Held = AESGCM | type[Unreadable]  # a key, or why there is none


class KeyCache:
    """Least recently used first out; a key lives `seconds`, the reason of an absence `absent_seconds`."""

    def __init__(self, *, size: int = 4096, seconds: float = 900, absent_seconds: float = 5) -> None:
        self.size = size
        self.seconds = seconds
        self.absent_seconds = absent_seconds
        self._held: OrderedDict[uuid.UUID, tuple[float, Held]] = OrderedDict()
        # A thread that read a key just before its destruction must not put it back just after.
        self._buried: OrderedDict[uuid.UUID, None] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key_id: uuid.UUID) -> Held | None:
        with self._lock:
            entry = self._held.get(key_id)
            if entry is None:
                return None
            if entry[0] < time.monotonic():
                del self._held[key_id]
                return None
            self._held.move_to_end(key_id)
            return entry[1]

    def missing(self, key_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
        """Those of the ids that must be asked of the database, each once."""
        return [key_id for key_id in dict.fromkeys(key_ids) if self.get(key_id) is None]

    def put(self, key_id: uuid.UUID, held: Held) -> Held:
        """Hold what was found; what the caller may use of it (`KeyDestroyed` for a key destroyed meanwhile)."""
        is_key = isinstance(held, AESGCM)
        until = time.monotonic() + (self.seconds if is_key else self.absent_seconds)
        with self._lock:
            if is_key and key_id in self._buried:
                return KeyDestroyed
            self._held[key_id] = (until, held)
            self._held.move_to_end(key_id)
            while len(self._held) > self.size:
                self._held.popitem(last=False)
            return held

    def forget(self, key_id: uuid.UUID) -> None:
        with self._lock:
            self._held.pop(key_id, None)

    def bury(self, key_id: uuid.UUID) -> None:
        """Forget a key whose destruction is committed, and refuse to hold it again."""
        with self._lock:
            self._held.pop(key_id, None)
            self._buried[key_id] = None
            while len(self._buried) > self.size:
                self._buried.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()

    def __len__(self) -> int:
        return len(self._held)
