"""Invented names that could be met in Roussillon, from `data/names.toml`."""

import random
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from osmose.patients.rules import Sex

FILE = Path(__file__).parent / "data" / "names.toml"


class Names:
    """A family name for each, never twice; a first name of the person's generation."""

    def __init__(self, dice: random.Random, *, taken: Collection[str]) -> None:
        self._dice = dice
        self._told: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
        self._left: list[str] = [name for name in self._told["families"] if name not in taken]
        dice.shuffle(self._left)

    def family(self) -> str:
        return self._left.pop()

    def first(self, sex: Sex, years: int) -> str:
        generation = "child" if years < 18 else "young" if years < 42 else "grown" if years < 72 else "old"
        known: list[str] = self._told[sex.value][generation]
        return self._dice.choice(known)
