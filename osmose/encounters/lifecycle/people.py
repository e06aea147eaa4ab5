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


_PHYSICIANS = ("dr", "pr", "médecin", "interne")


def referent_of(function: str, *, is_psychiatric: bool) -> Referent:
    """The role that somebody takes by clicking « Je suis référent »: by unit, then by function."""
    if is_psychiatric:
        return Referent.PSYCHIATRY
    return Referent.PHYSICIAN if function.strip(" .").casefold().startswith(_PHYSICIANS) else Referent.NURSE
