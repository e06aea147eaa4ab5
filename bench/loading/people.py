"""Who the patients are: French names and birth dates, all invented, with their tokens in the blind index."""

import functools
import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TypeVar
from unittest import mock

from faker.providers.person.fr_FR import Provider

from osmose.kernel.crypto import keyset
from osmose.patients.queries import tokens
from osmose.patients.rules import Sex, Traits, name_tokens, transliterate_name
from osmose.patients.rules.registration import IdentifierKind

_T = TypeVar("_T")
_FAMILIES = [transliterate_name(name) for name in Provider.last_names]
_GIVEN = {
    Sex.MALE: [transliterate_name(name) for name in Provider.first_names_male],
    Sex.FEMALE: [transliterate_name(name) for name in Provider.first_names_female],
}
_sounds = functools.cache(name_tokens)
_COMMUNES = ("66136", "66137", "66171", "11262", "11069", "34172", "34032", "31555", "09122")


@contextmanager
def remembered() -> Iterator[None]:
    """Inside, how each name sounds and where the keysets are is worked out once: a few hundred names, a million times.

    Here only: the application keeps no name in memory, and reads a rotated keyset again.
    """
    keysets = functools.cache(keyset.current)
    with mock.patch.object(tokens, "name_tokens", _sounds), mock.patch.object(keyset, "current", keysets):
        yield


def pick(dice: random.Random, choices: Sequence[_T]) -> _T:
    """One of them; `choice` takes three times as long."""
    return choices[int(dice.random() * len(choices))]


def person(dice: random.Random, today: date, *, is_child: bool = False) -> Traits:
    """Somebody of an age that comes to that unit."""
    sex = Sex.MALE if dice.random() < 0.5 else Sex.FEMALE
    given = pick(dice, _GIVEN[sex])
    years = dice.random() * 17 if is_child else 16 + 79 * dice.random() ** 1.4
    family = pick(dice, _FAMILIES)
    return Traits(
        birth_name=family,
        used_name=pick(dice, _FAMILIES) if sex is Sex.FEMALE and not is_child and dice.random() < 0.4 else "",
        first_name=given,
        birth_first_names=given,
        birth_date=today - timedelta(days=1 + int(years * 365.25)),
        sex=sex,
        birth_place=pick(dice, _COMMUNES),
    )


def index(establishment_id: str, traits: Traits) -> frozenset[bytes]:
    """The tokens under which that person is found."""
    return tokens.indexed(_domain(establishment_id), traits)


def number_token(establishment_id: str, value: str) -> bytes:
    """The token of an IPP."""
    return tokens.identifier_token(_domain(establishment_id), IdentifierKind.IPP, value)


@functools.cache
def _domain(establishment_id: str) -> uuid.UUID:
    return uuid.UUID(establishment_id)
