"""Pieces of a page kept by all that they are drawn from: the same facts give the same bytes, whoever asks.

A piece knows neither request nor reader. What differs from one page to the next is a stand-in, replaced in what was
kept: the record of its addresses, and the hidden fields of its forms. Bounded and short-lived, as drawn rows are
(docs/decisions/0012).
"""

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable

from django.utils.safestring import SafeString, mark_safe

# An identifier that no record has and nobody can guess, since any address is made with one.
SUBJECT = str(uuid.uuid4())
# No text of anybody can hold these: templates escape « < ».
FIELDS, VISIT = mark_safe("<!--fields-->"), mark_safe("<!--visit-->")


class Pieces:
    """Least recently used first out, and none older than a quarter of an hour."""

    def __init__(self, *, size: int = 6000, seconds: float = 900) -> None:
        self.size, self.seconds = size, seconds
        self._held: OrderedDict[Hashable, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, facts: Hashable, draw: Callable[[], str]) -> str:
        """The piece drawn from these facts, drawn now where it is not held."""
        with self._lock:
            held = self._held.get(facts)
            if held is not None and held[0] > time.monotonic():
                self._held.move_to_end(facts)
                return held[1]
        drawn = draw()
        with self._lock:
            self._held[facts] = (time.monotonic() + self.seconds, drawn)
            self._held.move_to_end(facts)
            while len(self._held) > self.size:
                self._held.popitem(last=False)
        return drawn

    def clear(self) -> None:
        with self._lock:
            self._held.clear()

    def __len__(self) -> int:
        return len(self._held)


pieces = Pieces()


def completed(piece: str, *, subject: object, visit: object, fields: Callable[[], str]) -> SafeString:
    """The piece with this record's address, this page's visit, and hidden fields of its own in each of its forms."""
    whole = piece.replace(SUBJECT, str(subject))
    if VISIT in whole:
        whole = whole.replace(VISIT, str(visit or ""))
    if FIELDS in whole:
        first, *others = whole.split(FIELDS)
        whole = first + "".join(fields() + other for other in others)
    return mark_safe(whole)
