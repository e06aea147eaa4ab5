"""PID, MRG and the CX data type: who the message is about."""

import re
from collections.abc import Iterator
from datetime import date

from osmose.interop.hl7.mapping import (
    ATTRIBUTES,
    BIRTH_NAME_TYPES,
    OTHER_RELIABILITY,
    PROTECTED,
    RELIABILITY,
    SEX,
    USED_NAME_TYPES,
    IdentifierKind,
    Reliability,
)
from osmose.interop.hl7.messages.adt import Identifier, Identity, Name
from osmose.interop.hl7.messages.problem import malformed, missing, unknown_value
from osmose.interop.hl7.messages.segments import Item, Segment
from osmose.interop.hl7.messages.values import birth_date
from osmose.patients.rules import Sex, status_for, transliterate_name
from osmose.patients.rules.ages import OLDEST_YEAR

_INSEE = re.compile(r"(?:\d{5}|2[AB]\d{3})", re.ASCII)
_CLEARABLE = {"birth_date": 7, "sex": 8, "account": 18, "reliability_codes": 32}


def read_identifier(item: Item) -> Identifier | None:
    """A CX; None where it holds no number."""
    value = item.component(1)
    if not value:
        return None
    return Identifier(
        value=value,
        namespace=item.component(4, 1),
        universal_id=item.component(4, 2),
        universal_id_type=item.component(4, 3),
        type_code=item.component(5),
    )


def read_identifiers(segment: Segment, position: int) -> Iterator[Identifier]:
    """The CX of a repeating field."""
    for item in segment.items(position):
        if identifier := read_identifier(item):
            yield identifier


def read_identity(pid: Segment) -> tuple[Identity, tuple[str, ...]]:
    """The identity and what was set aside of it.

    Hl7Problem: no identifier or no name (101), a birth date that can't be read or is before 1900 (102), a sex out of
    its table (103). A birth place or reliability code that we don't know never holds up an arrival: it is a warning.
    """
    identifiers = tuple(read_identifiers(pid, 3))
    if not identifiers:
        raise missing("PID", 3, "L’identifiant du patient manque")
    birth, used = _names(pid)
    born, interpreted = _birth_date(pid)
    codes = tuple(code for item in pid.items(32) if (code := item.component(1)))
    attributes = frozenset(ATTRIBUTES[code] for code in codes if code in ATTRIBUTES)
    place, place_warnings = _birth_place(pid)
    identity = Identity(
        identifiers=identifiers,
        birth_name=birth,
        used_name=used,
        birth_date=born,
        birth_date_is_interpreted=interpreted,
        sex=_sex(pid),
        birth_place=place,
        account=read_identifier(pid.item(18)),
        unknown_flag=pid.value(31) == "Y",
        reliability_codes=codes,
        status=status_for(
            document_checked=any(RELIABILITY.get(code) is Reliability.CHECKED for code in codes),
            ins_fetched=any(identifier.kind is IdentifierKind.INS for identifier in identifiers),
            attributes=attributes,
        ),
        attributes=attributes,
        cleared=_cleared(pid),
    )
    return identity, (*place_warnings, *_unknown_codes(codes))


def _name(item: Item) -> Name | None:
    """An XPN as RNIV writes it; None where no family name is left."""
    family = transliterate_name(item.component(1))
    if not family:
        return None
    return Name(
        family=family,
        given=transliterate_name(item.component(2)),
        given_names=transliterate_name(item.component(3)),
        type_code=item.component(7),
    )


def _names(pid: Segment) -> tuple[Name, Name | None]:
    names = [name for item in pid.items(5) if (name := _name(item))]
    birth = _first_of(names, BIRTH_NAME_TYPES)
    if birth is None:
        raise missing("PID", 5, "Le nom de naissance du patient manque")
    return birth, _first_of(names, USED_NAME_TYPES)


def _first_of(names: list[Name], types: tuple[str, ...]) -> Name | None:
    return next((name for wanted in types for name in names if name.type_code == wanted), None)


def _birth_date(pid: Segment) -> tuple[date | None, bool]:
    value = pid.value(7)
    if not value:
        return None, False
    try:
        read = birth_date(value)
    except ValueError:
        raise malformed("PID", 7, "La date de naissance est illisible\u202f: AAAAMMJJ est attendu") from None
    if read.date.year < OLDEST_YEAR:
        raise malformed("PID", 7, f"La date de naissance est antérieure à {OLDEST_YEAR}")
    return read.date, read.interpreted


def _sex(pid: Segment) -> Sex | None:
    code = pid.value(8)
    if not code:
        return None
    if code not in SEX:
        raise unknown_value("PID", 8, "Le code du sexe n’est pas connu")
    return SEX[code]


def _birth_place(pid: Segment) -> tuple[str, tuple[str, ...]]:
    """The INSEE code of the address of type BDL (birth delivery location)."""
    for item in pid.items(11):
        if item.component(7) == "BDL" and (code := item.component(9).upper()):
            if _INSEE.fullmatch(code):
                return code, ()
            return "", ("Le lieu de naissance n’est pas un code INSEE\u202f: il n’a pas été repris (PID-11).",)
    return "", ()


def _unknown_codes(codes: tuple[str, ...]) -> tuple[str, ...]:
    known = RELIABILITY.keys() | ATTRIBUTES.keys() | OTHER_RELIABILITY | PROTECTED
    if known.issuperset(codes):
        return ()
    return ("Un code de fiabilité de l’identité n’est pas connu\u202f: il n’a pas été repris (PID-32).",)


def _cleared(pid: Segment) -> frozenset[str]:
    """The traits that the sender asks to delete."""
    cleared = {name for name, position in _CLEARABLE.items() if pid.is_null(position)}
    for item in pid.items(5):
        if item.component(7) in USED_NAME_TYPES and item.is_null(1):
            cleared.add("used_name")
    for item in pid.items(11):
        if item.component(7) == "BDL" and item.is_null(9):
            cleared.add("birth_place")
    return frozenset(cleared)
