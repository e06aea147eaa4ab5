"""What a registration brings: numbers, standing, and how an arrival was recognised. Frozen values, no Django.

What identifies a person has no `repr`, so that no log or traceback can quote it.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean
from osmose.patients.rules.duplicates import Traits
from osmose.patients.rules.ins import LABELS as INS_LABELS
from osmose.patients.rules.ins import NIR_OID, check_ins, normalise_ins
from osmose.patients.rules.statuses import IdentityAttribute, IdentityStatus

NUMBER_LENGTH = 50
_PLACE = re.compile(r"(?:\d{5}|2[AB]\d{3})", re.ASCII)


class IdentifierKind(StrEnum):
    """What a number is: permanent in one hospital, national, or of one stay."""

    label: str

    IPP = ("IPP", "IPP")
    INS = ("INS", "Matricule INS")
    NDA = ("NDA", "Numéro de dossier")

    def __new__(cls, value: str, label: str = "") -> "IdentifierKind":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


@dataclass(frozen=True, kw_only=True, repr=False)
class Identifier:
    """A number and who gave it. `authority` is the namespace (« CH-A »); an INS is told by its OID alone."""

    kind: IdentifierKind
    value: str
    authority: str = ""
    oid: str = ""

    def normalised(self) -> "Identifier":
        """As it is stored and searched. `Refused`: an empty, too long or authorless number, an INS that is none."""
        if self.kind is IdentifierKind.INS:
            checked = check_ins(self.value, self.oid or NIR_OID)
            return Identifier(
                kind=self.kind, value=checked.matricule, authority=INS_LABELS[checked.oid], oid=checked.oid
            )
        value, authority = normalise_number(self.value), clean(self.authority).upper()
        if not value or not authority:
            raise Refused("Un identifiant a un numéro et une autorité.", field="ipp", code="identifier_empty")
        if len(value) > NUMBER_LENGTH or len(authority) > NUMBER_LENGTH:
            raise Refused("Cet identifiant est trop long.", field="ipp", code="identifier_length")
        return Identifier(kind=self.kind, value=value, authority=authority, oid=self.oid)


def normalise_number(typed: str) -> str:
    """An IPP or stay number without spaces, in capitals; leading zeros count."""
    return clean(typed).replace(" ", "").replace("\u202f", "").replace("\u00a0", "").upper()


def readings_of(typed: str) -> tuple[tuple[IdentifierKind, str], ...]:
    """What a number typed in the search may be: an IPP, a stay number, a matricule."""
    number, matricule = normalise_number(typed), normalise_ins(typed)
    found = [(IdentifierKind.IPP, number), (IdentifierKind.NDA, number)] if number else []
    if len(matricule) == 15:
        found.append((IdentifierKind.INS, matricule))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the identity can be trusted, and what staff must beware of."""

    status: IdentityStatus = IdentityStatus.PROVISOIRE
    attributes: frozenset[IdentityAttribute] = field(default_factory=frozenset)
    is_protected: bool = False


class Recognised(StrEnum):
    """By what an arrival was told to be somebody already registered."""

    IPP = "ipp"
    INS = "ins"
    STRICT_TRAITS = "strict_traits"
    CREATED = "created"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a feed's patient was found, and what was set aside without holding up the arrival (French, no value)."""

    by: Recognised
    warnings: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        return self.by is Recognised.CREATED


def missing_strict_traits(traits: Traits) -> tuple[str, ...]:
    """The strict traits of RNIV that are not known, by field; sex « indéterminé » is a known value."""
    known = {
        "birth_name": traits.birth_name,
        "first_name": traits.first_name,
        "birth_date": traits.birth_date,
        "birth_place_code": traits.birth_place,
    }
    return tuple(name for name, value in known.items() if not value)


def check_birth_place(code: str, *, field: str = "birth_place_code") -> str:
    """The INSEE code of a commune or country (99xxx), capitals; « » stays empty. `Refused` otherwise."""
    place = clean(code).upper()
    if place and not _PLACE.fullmatch(place):
        raise Refused(
            "Le lieu de naissance est un code INSEE de 5 caractères (99… pour un pays).",
            field=field,
            code="birth_place",
        )
    return place


# French words of the fields, as events and conflicts name them.
FIELD_LABELS = {
    "birth_name": "nom de naissance",
    "used_name": "nom utilisé",
    "first_name": "premier prénom",
    "birth_first_names": "prénoms de naissance",
    "birth_date": "date de naissance",
    "estimated_age": "âge estimé",
    "sex": "sexe",
    "birth_place_code": "lieu de naissance",
    "distinctive_signs": "signes distinctifs",
    "identity_status": "statut de l’identité",
    "attributes": "attributs de l’identité",
    "is_protected": "identité protégée",
    "identifiers": "identifiants",
}
