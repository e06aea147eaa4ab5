"""État cognitif, tri FRENCH (SFMU), CCMU (the RPU’s GRAVITE): one code each."""

from collections.abc import Mapping
from enum import StrEnum


class Cognition(StrEnum):
    """État cognitif."""

    GOOD = "bon"
    ALTERED = "altere"
    UNKNOWN = "nc"

    @property
    def label(self) -> str:
        return {"bon": "Bon", "altere": "Altéré", "nc": "NC"}[self.value]

    @property
    def words(self) -> str:
        return self.label

    def as_json(self) -> str:
        return self.value


class Triage(StrEnum):
    """Tri FRENCH (SFMU): 1, the most urgent, to 5; the third level is split."""

    ONE = "1"
    TWO = "2"
    THREE_A = "3A"
    THREE_B = "3B"
    FOUR = "4"
    FIVE = "5"

    @property
    def label(self) -> str:
        return self.value

    @property
    def words(self) -> str:
        return self.value

    def as_json(self) -> str:
        return self.value


class Ccmu(StrEnum):
    """CCMU, the RPU's GRAVITE: 1 to 5, P where the psychiatric problem dominates, D for dead on arrival."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    PSYCHIATRIC = "P"
    DEAD = "D"

    @property
    def label(self) -> str:
        return self.value

    @property
    def words(self) -> str:
        return self.value

    @property
    def meaning(self) -> str:
        """What the class says, for whoever points at it."""
        return CCMU_MEANINGS[self]

    def as_json(self) -> str:
        return self.value


CCMU_MEANINGS: Mapping[Ccmu, str] = {
    Ccmu.ONE: "Stable, sans examen ni geste",
    Ccmu.TWO: "Stable, examen ou geste décidé",
    Ccmu.THREE: "Peut s’aggraver aux urgences, sans pronostic vital engagé",
    Ccmu.FOUR: "Pronostic vital engagé, sans geste immédiat",
    Ccmu.FIVE: "Pronostic vital engagé, réanimation immédiate",
    Ccmu.PSYCHIATRIC: "Problème psychique ou psychiatrique dominant, sans atteinte somatique instable",
    Ccmu.DEAD: "Décédé à l’arrivée",
}
