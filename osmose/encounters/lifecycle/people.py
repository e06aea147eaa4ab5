"""Who is in charge of a patient, and who may be; pure Python."""

from collections.abc import Set as AbstractSet
from enum import StrEnum

from osmose.accounts.rules import Profession, is_nurse, is_psychiatric, profession_of

_PSYCHIATRY = "psychiatry"


class Referent(StrEnum):
    """The roles in which somebody is in charge (« référent »)."""

    NURSE = "ide"
    PHYSICIAN = "medecin"
    PSYCHIATRY = "psy"

    @property
    def label(self) -> str:
        return {"ide": "IDE", "medecin": "Médecin", "psy": "Psy"}[self.value]

    @property
    def whom(self) -> str:
        """Who may hold it: « choisissez un médecin »."""
        return {
            "ide": "un infirmier ou une infirmière",
            "medecin": "un médecin",
            "psy": "quelqu’un de l’équipe de psychiatrie",
        }[self.value]


def may_be(role: Referent, function: str, unit_kinds: AbstractSet[str], owner_kind: str) -> bool:
    """Whether somebody of this function, who cares in units of these kinds, may be in charge in a role.

    The role of one's profession: nurses, physicians; psychiatry for those of its teams. They are nurse or physician in
    charge only where their own unit has the patient (`owner_kind`, the kind of the PEC's unit).
    """
    is_clinician = is_nurse(function) or profession_of(function) is Profession.MEDICAL
    if role is Referent.PSYCHIATRY:
        return is_psychiatric(function) or (is_clinician and _PSYCHIATRY in unit_kinds)
    is_visitor = unit_kinds == {_PSYCHIATRY} and owner_kind != _PSYCHIATRY
    is_of_role = is_nurse(function) if role is Referent.NURSE else profession_of(function) is Profession.MEDICAL
    return is_of_role and not is_visitor
