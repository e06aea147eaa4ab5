"""Who is in charge of a patient."""

from enum import StrEnum


class Referent(StrEnum):
    """The roles in which somebody is in charge (« référent »)."""

    NURSE = "ide"
    PHYSICIAN = "medecin"
    PSYCHIATRY = "psy"

    @property
    def label(self) -> str:
        return {"ide": "IDE", "medecin": "Médecin", "psy": "Psy"}[self.value]
