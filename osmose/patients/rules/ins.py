"""The matricule INS: 13 characters and a key of 2 digits, under one of the national authorities.

Source: référentiel INS, annex of the identifiers' OIDs; key of the NIR, 97 minus the remainder by 97, with
2A read as 19 and 2B as 18 (Corsica). Births abroad carry 99 as department and follow the same key.
"""

import re
from dataclasses import dataclass

from osmose.kernel.base.refused import Refused

NIR_OID = "1.2.250.1.213.1.4.8"
NIA_OID = "1.2.250.1.213.1.4.9"
TEST_OID = "1.2.250.1.213.1.4.10"
DEMO_OID = "1.2.250.1.213.1.4.11"
LABELS = {NIR_OID: "INS-NIR", NIA_OID: "INS-NIA", TEST_OID: "INS de test", DEMO_OID: "INS de démonstration"}

_SHAPE = re.compile(r"[1-8]\d{4}(?:\d{2}|2[AB])\d{6}\d{2}", re.ASCII)
_SEPARATORS = re.compile(r"[\s.\u00a0\u202f-]+")
_CORSICA = {"2A": "19", "2B": "18"}


@dataclass(frozen=True, repr=False)
class InsCheck:
    """A matricule as it is stored (15 characters), its authority, and what staff should be told of it."""

    matricule: str
    oid: str
    warning: str | None = None


def is_ins_oid(oid: str) -> bool:
    """Whether this OID is one of the four authorities of the INS."""
    return oid in LABELS


def is_test_oid(oid: str) -> bool:
    """Whether this OID marks test or demonstration identities, which belong to no real person."""
    return oid in (TEST_OID, DEMO_OID)


def normalise_ins(typed: str) -> str:
    """The matricule without separators, capital letters."""
    return _SEPARATORS.sub("", typed).upper()


def ins_key(root: str) -> str:
    """The key (« 01 » to « 97 ») of the 13 first characters of a matricule, which must be well formed."""
    department = root[5:7]
    digits = root[:5] + _CORSICA.get(department, department) + root[7:13]
    return f"{97 - int(digits) % 97:02d}"


def check_ins(typed: str, oid: str = NIR_OID, *, field: str = "ins") -> InsCheck:
    """The matricule, checked.

    Refused: unknown authority; not 13 characters and a key; wrong key. Published test identities carry wrong keys,
    so that under a test or demonstration OID a wrong key is only a warning.
    """
    if not is_ins_oid(oid):
        raise Refused("L’autorité de ce matricule INS n’est pas reconnue.", field=field, code="ins_authority")
    matricule = normalise_ins(typed)
    if not _SHAPE.fullmatch(matricule):
        raise Refused(
            "Le matricule INS compte 13 caractères suivis d’une clé de 2 chiffres.", field=field, code="ins_shape"
        )
    if ins_key(matricule) == matricule[13:]:
        return InsCheck(matricule, oid)
    if is_test_oid(oid):
        return InsCheck(matricule, oid, warning="La clé de ce matricule de test ne correspond pas au numéro.")
    raise Refused(
        "La clé ne correspond pas au matricule INS\u202f: vérifiez les 15 caractères.", field=field, code="ins_key"
    )
