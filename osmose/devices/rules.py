"""How a screen is let in: the code that one reads on a workstation and types on the screen; pure Python."""

from datetime import timedelta
from enum import StrEnum

from osmose.kernel.base.text import fold

# No letter that passes for a digit, nor the reverse: it is read on one screen and typed on another.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
CODE_LIFE = timedelta(minutes=10)
# Wrong codes: from one address, then from everywhere, in `TRIES_WITHIN`. There are 31⁸ codes.
TRIES, TRIES_IN_ALL, TRIES_WITHIN = 10, 100, timedelta(minutes=10)
DARK_AFTER = timedelta(minutes=3)  # a screen that has not been heard of for so long was off
NAME_MAX, WORD_MAX = 40, 200
# From 20:00 to 7:00, a screen that follows the hours takes its night look.
NIGHT_STARTS, NIGHT_ENDS = 20, 7


class Room(StrEnum):
    """Where a screen hangs: it decides what it may show."""

    label: str

    CORRIDOR = "couloir", "Couloir"
    STAFF_ROOM = "soins", "Salle de soins"

    def __new__(cls, value: str, label: str = "") -> "Room":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


THEMES = {"auto": "Selon l’heure", "light": "Clair", "night": "Nuit"}


def written(code: str) -> str:
    """« K7PX-3MRD »."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def read(typed: str) -> str:
    """The code as it was typed, whatever its case, spaces and dashes; empty where it can't be one."""
    code = fold(typed).replace(" ", "")
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def theme_at(theme: str, hour: int) -> str:
    """The look of a screen at that hour of the day, in Paris: « light » or « night »."""
    if theme != "auto":
        return theme
    return "night" if hour >= NIGHT_STARTS or hour < NIGHT_ENDS else "light"
