"""Ten changes on one patient are one line."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar


class Line(Protocol):
    """One notification as it is bundled."""

    @property
    def about(self) -> Hashable: ...
    @property
    def told_at(self) -> datetime: ...
    @property
    def is_unread(self) -> bool: ...
    @property
    def is_pressing(self) -> bool: ...


_L = TypeVar("_L", bound=Line)


@dataclass(frozen=True)
class Bundle(Generic[_L]):
    """What is told of one patient, the newest first; `first` is the one that speaks for all."""

    lines: tuple[_L, ...]

    @property
    def first(self) -> _L:
        """The newest pressing one, else the newest."""
        return next((line for line in self.lines if line.is_pressing), self.lines[0])

    @property
    def told_at(self) -> datetime:
        return self.lines[0].told_at

    @property
    def is_unread(self) -> bool:
        return self.lines[0].is_unread

    @property
    def is_pressing(self) -> bool:
        return self.first.is_pressing

    def __len__(self) -> int:
        return len(self.lines)


def bundled(lines: Iterable[_L]) -> list[Bundle[_L]]:
    """One bundle a patient, unread apart from read; unread and pressing first, then the newest."""
    found: dict[tuple[Hashable, bool], list[_L]] = {}
    for line in sorted(lines, key=lambda line: line.told_at, reverse=True):
        found.setdefault((line.about, line.is_unread), []).append(line)
    bundles = [Bundle(tuple(group)) for group in found.values()]
    return sorted(bundles, key=lambda b: (not b.is_unread, not (b.is_unread and b.is_pressing), -b.told_at.timestamp()))
