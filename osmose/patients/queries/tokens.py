"""The blind index: what is stored of a name, and what a search looks up. Nothing here gives a name back.

A name token is HMAC(key of the identity domain, field ‖ birth date ‖ three folded letters, whole name or sound), for
birth, used and first name; the birth year takes the place of the date where only an age is known. Bound to the birth
date, the tokens of « MARTIN » differ from one day of birth to the next: without the key, counting them gives nothing.

The birth date has a token of its own, since RNIV searches by birth date first and by letters only to narrow. It is
about as rare as a day of birth (a few patients in 100,000), like the rarest of the name tokens; a test counts both.
There is no token of a birth year alone, nor of a name alone: a name without a date is compared in memory with the
patients one already sees (`names_agree`). « INCONNU » is not a name and is not indexed.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date

from osmose.kernel.base.text import fold
from osmose.kernel.crypto.blind import token
from osmose.patients.rules import (
    Traits,
    birth_date_variants,
    is_unknown_name,
    name_tokens,
    phonetic,
    search_tokens,
)
from osmose.patients.rules.registration import Identifier, IdentifierKind, readings_of

NAMES = ("birth_name", "used_name", "first_name")
AGE_MARGIN_YEARS = 5  # an estimated age is rarely better


def identifier_token(establishment_id: uuid.UUID, kind: IdentifierKind, value: str) -> bytes:
    """The exact token of a number (as stored) in a domain, whoever gave it."""
    return token(establishment_id, f"identifier.{kind.value}", value)


def number_tokens(establishment_id: uuid.UUID, typed: str) -> list[bytes]:
    """What a typed number may be: IPP, stay, INS."""
    return [identifier_token(establishment_id, kind, value) for kind, value in readings_of(typed)]


def tokens_of(establishment_id: uuid.UUID, identifiers: Iterable[Identifier]) -> list[bytes]:
    """The tokens of normalised identifiers."""
    return [identifier_token(establishment_id, number.kind, number.value) for number in identifiers]


def indexed(establishment_id: uuid.UUID, traits: Traits) -> frozenset[bytes]:
    """Every token under which a patient with these traits is found in the domain."""
    birth = _birth(traits)
    if birth is None:
        return frozenset()
    found = {_name(establishment_id, field, birth, word) for field, word in _words(traits)}
    if traits.birth_date is not None:
        found.add(birth_date_token(establishment_id, traits.birth_date))
    return frozenset(found)


def birth_date_token(establishment_id: uuid.UUID, born: date) -> bytes:
    return token(establishment_id, "search.birth_date", born.isoformat())


def asked(establishment_id: uuid.UUID, *, birth_date: date, letters: str = "") -> list[bytes]:
    """What a search by birth date looks up: the date and its swapped variant, narrowed by letters when there are."""
    variants = birth_date_variants(birth_date)
    words = search_tokens(letters) if is_narrowing(letters) else frozenset()
    if not words:
        return [birth_date_token(establishment_id, born) for born in variants]
    births = [born.isoformat() for born in variants] + _years_around(birth_date.year)
    return _all(establishment_id, births, words)


def alike(establishment_id: uuid.UUID, traits: Traits) -> list[bytes]:
    """What a person about to be created again may be found by.

    Anybody of that birth date (swapped too); the same names with an estimated age; the same whole name with one of
    day, month or year mistyped.
    """
    words = {word for _, word in _words(traits)}
    if traits.birth_date is None:
        year = traits.birth_year
        return [] if year is None else _all(establishment_id, _years_around(year), words)
    whole = {word for word in words if word.startswith("f:")}
    near = [born.isoformat() for born in _mistyped(traits.birth_date)]
    return [
        *asked(establishment_id, birth_date=traits.birth_date),
        *_all(establishment_id, _years_around(traits.birth_date.year), words),
        *_all(establishment_id, near, whole),
    ]


def is_narrowing(letters: str) -> bool:
    """Whether there are enough letters for the index (3); fewer are compared in memory."""
    return len(fold(letters).replace(" ", "")) >= 3


def names_agree(traits: Traits, letters: str) -> int:
    """How well typed letters agree with the names: 0 not at all, more is better. For ranking, and for names alone."""
    typed = fold(letters).split()
    if not typed:
        return 0
    names = (traits.birth_name, traits.used_name, traits.first_name, traits.birth_first_names)
    parts = {part for name in names for part in (*fold(name).split(), fold(name).replace(" ", "")) if part}
    if any(part.startswith("".join(typed)) for part in parts):
        return 2 * len(typed) + 1
    sounds = {phonetic(part) for part in parts}
    return sum(
        2 if any(part.startswith(word) for part in parts) else int(len(word) > 2 and phonetic(word) in sounds)
        for word in typed
    )


def _words(traits: Traits) -> Iterator[tuple[str, str]]:
    """Field and word of each name token."""
    for field in NAMES:
        name: str = getattr(traits, field)
        if name and not (field == "birth_name" and is_unknown_name(name)):
            for word in name_tokens(name):
                yield field, word


def _birth(traits: Traits) -> str | None:
    if traits.birth_date is not None:
        return traits.birth_date.isoformat()
    return None if traits.birth_year is None else str(traits.birth_year)


def _name(establishment_id: uuid.UUID, field: str, birth: str, word: str) -> bytes:
    return token(establishment_id, f"search.{field}", birth, word)


def _all(establishment_id: uuid.UUID, births: Iterable[str], words: Iterable[str]) -> list[bytes]:
    """Any of the words in any of the names, used and birth names crossed."""
    asked_words = list(words)
    return [_name(establishment_id, field, birth, word) for birth in births for field in NAMES for word in asked_words]


def _years_around(year: int) -> list[str]:
    return [str(near) for near in range(year - AGE_MARGIN_YEARS, year + AGE_MARGIN_YEARS + 1)]


def _mistyped(born: date) -> Iterator[date]:
    """The dates that share two of day, month and year with this one (ten years around)."""
    wanted = [
        *((year, born.month, born.day) for year in range(born.year - 10, born.year + 11)),
        *((born.year, month, born.day) for month in range(1, 13)),
        *((born.year, born.month, day) for day in range(1, 32)),
    ]
    for year, month, day in wanted:
        try:
            near = date(year, month, day)
        except ValueError:
            continue
        if near != born:
            yield near
