"""A call or an advice by phone; pure Python."""

from collections.abc import Mapping
from enum import StrEnum


class Direction(StrEnum):
    """Who called whom, seen from the unit that notes it."""

    RECEIVED = "recu"
    MADE = "emis"

    @property
    def label(self) -> str:
        return DIRECTION_LABELS[self]


DIRECTION_LABELS: Mapping[Direction, str] = {
    Direction.RECEIVED: "Appel reçu",
    Direction.MADE: "Appel passé",
}
# A call that lasts longer was forgotten off the hook.
LONGEST_MINUTES = 600
