"""The `hl7` library's untyped tree behind a few typed questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import hl7

from osmose.interop.hl7.messages.problem import malformed
from osmose.interop.hl7.messages.wire import NULL, Header, unescape
from osmose.kernel.base.text import clean

MAX_VALUE = 500
_parse: Any = hl7.parse  # untyped


@dataclass(frozen=True)
class Item:
    """One repetition of a field; `component` answers cleaned text, escape sequences replaced."""

    node: Any
    segment: str
    position: int
    header: Header

    def component(self, number: int = 1, sub: int = 1) -> str:
        """The component's text, "" where it is absent or null.

        Hl7Problem: longer than anything we read may be.
        """
        raw = _leaf(self.node, (number, sub))
        if raw == NULL:
            return ""
        value = clean(unescape(raw, self.header.separators, self.header.codec))
        if len(value) > MAX_VALUE:
            raise malformed(self.segment, self.position, "Cette valeur est trop longue")
        return value

    def is_null(self, number: int) -> bool:
        """Whether the sender asks to delete this component (`""`)."""
        return _leaf(self.node, (number, 1)) == NULL


@dataclass(frozen=True)
class Segment:
    """A segment by its name; fields are counted as HL7 counts them."""

    name: str
    node: Any
    header: Header

    def items(self, position: int) -> Iterator[Item]:
        """The repetitions of a field that hold something."""
        if position >= len(self.node):
            return
        field = self.node[position]
        for repetition in [field] if isinstance(field, str) else field:
            if str(repetition).strip():
                yield Item(repetition, self.name, position, self.header)

    def item(self, position: int) -> Item:
        """The first repetition, an empty one where the field is absent."""
        return next(self.items(position), Item("", self.name, position, self.header))

    def value(self, position: int, number: int = 1, sub: int = 1) -> str:
        """One component of the first repetition."""
        return self.item(position).component(number, sub)

    def is_null(self, position: int) -> bool:
        """Whether the sender asks to delete the field (`""`), which isn't the same as not telling it."""
        return position < len(self.node) and str(self.node[position]).strip() == NULL

    @property
    def text(self) -> str:
        """The segment as it was sent."""
        return str(self.node)


def _leaf(node: Any, path: tuple[int, ...]) -> str:
    """HL7's compatibility rule: what is less divided than asked is its own first part."""
    for number in path:
        if isinstance(node, str):
            if number > 1:
                return ""
        elif number > len(node):
            return ""
        else:
            node = node[number - 1]
    while not isinstance(node, str):
        node = node[0] if node else ""
    return node


def segments(text: str, header: Header) -> list[Segment]:
    """The segments of a decoded message."""
    return [Segment(str(node[0]).strip(), node, header) for node in _parse(text) if str(node).strip()]
