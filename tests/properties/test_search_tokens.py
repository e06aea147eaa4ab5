"""The blind index: every spelling finds, and no token is frequent enough to tell a name."""

import functools
import random
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.kernel.base.text import fold
from osmose.patients.queries import tokens
from osmose.patients.rules import Traits, name_tokens

DOMAIN = uuid.UUID("01890000-0000-7000-8000-000000000001")
OTHER = uuid.UUID("01890000-0000-7000-8000-000000000002")

# Syllables that accents, ligatures, hyphens and apostrophes make hard.
_syllables = st.sampled_from(
    ["DU", "Œ", "élo", "ÇA", "mar", "tin", "Y", "hu", "ÏS", "xav", "gné", "Llo", "zé", "SCH", "lec"]
)
_words = st.lists(_syllables, min_size=2, max_size=4).map("".join).filter(lambda word: len(fold(word)) >= 3)
_names = st.lists(_words, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from([" ", "-", "'"]).map(lambda joint: joint.join(words))
)
_dates = st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1))
_people = st.builds(Traits, birth_name=_names, used_name=_names, first_name=_names, birth_date=_dates)


def _spellings(name: str) -> list[str]:
    folded = fold(name)
    compact = folded.replace(" ", "")
    return [name, name.lower(), folded, folded.lower(), compact, folded.replace(" ", "-"), compact[:3], f"  {name} "]


@given(_people, st.sampled_from(tokens.NAMES), st.integers(0, 7), st.booleans())
def test_any_spelling_of_any_name_finds_the_patient(
    person: Traits, field: str, spelling: int, is_swapped: bool
) -> None:
    assert person.birth_date is not None
    born = person.birth_date
    if is_swapped and born.day <= 12:
        born = date(born.year, born.day, born.month)
    typed = _spellings(getattr(person, field))[spelling]
    asked = set(tokens.asked(DOMAIN, birth_date=born, letters=typed))
    assert asked & tokens.indexed(DOMAIN, person)
    assert tokens.names_agree(person, typed) > 0


@given(_people)
def test_the_birth_date_alone_finds_the_patient_and_a_likely_duplicate(person: Traits) -> None:
    assert person.birth_date is not None
    indexed = tokens.indexed(DOMAIN, person)
    assert set(tokens.asked(DOMAIN, birth_date=person.birth_date)) & indexed
    assert set(tokens.alike(DOMAIN, person)) & indexed


@given(_people, st.sampled_from(["day", "month", "year"]), st.integers(1, 28))
def test_one_mistyped_part_of_the_date_still_shows_a_likely_duplicate(person: Traits, part: str, number: int) -> None:
    assert person.birth_date is not None
    other = {"day": number, "month": (number - 1) % 12 + 1, "year": person.birth_date.year + number % 10}[part]
    try:
        mistyped = person.birth_date.replace(**{part: other})
    except ValueError:
        return
    asked = Traits(birth_name=person.birth_name, first_name=person.first_name, birth_date=mistyped)
    assert set(tokens.alike(DOMAIN, asked)) & tokens.indexed(DOMAIN, person)


@given(_people, st.integers(-5, 5))
def test_an_estimated_age_finds_within_five_years(person: Traits, error: int) -> None:
    assert person.birth_date is not None
    about = Traits(birth_name=person.birth_name, birth_year=person.birth_date.year + error)
    asked = tokens.asked(DOMAIN, birth_date=person.birth_date, letters=person.birth_name)
    assert set(asked) & tokens.indexed(DOMAIN, about)


@given(_people)
def test_two_domains_share_no_token(person: Traits) -> None:
    assert not tokens.indexed(DOMAIN, person) & tokens.indexed(OTHER, person)
    assert not set(tokens.alike(DOMAIN, person)) & tokens.indexed(OTHER, person)


@given(_people, _dates)
def test_a_name_under_another_birth_date_has_other_tokens(person: Traits, other: date) -> None:
    if other == person.birth_date:
        return
    elsewhere = Traits(birth_name=person.birth_name, first_name=person.first_name, birth_date=other)
    assert not tokens.indexed(DOMAIN, person) & tokens.indexed(DOMAIN, elsewhere)


def test_without_date_nor_age_nobody_is_indexed_nor_are_the_unknown() -> None:
    assert tokens.indexed(DOMAIN, Traits(birth_name="MARTIN", first_name="PAUL")) == frozenset()
    assert tokens.indexed(DOMAIN, Traits(birth_name="INCONNU H 1", birth_year=1980)) == frozenset()


# --- frequency

PATIENTS = 100_000
# No name token may belong to more patients than this, nor a birth date alone to more than that.
MOST_PER_NAME_TOKEN = 8
MOST_PER_BIRTH_DATE = 40


# The commonest names of France with about their share, in thousandths (INSEE); the others are made of syllables.
def _shares(text: str) -> dict[str, int]:
    return {name: int(share) for name, share in (entry.split() for entry in text.split(","))}


_FAMILY = _shares(
    """
    MARTIN 4, BERNARD 2, THOMAS 2, PETIT 2, ROBERT 2, RICHARD 2, DURAND 2, DUBOIS 2, MOREAU 2, LAURENT 2,
    SIMON 2, MICHEL 2, LEFEBVRE 2, LEROY 2, ROUX 2, DAVID 2, BERTRAND 1, MOREL 1, FOURNIER 1, GIRARD 1, BONNET 1,
    DUPONT 1, LAMBERT 1, FONTAINE 1, GARCIA 3, MARTINEZ 2, LOPEZ 2, SANCHEZ 2, FERNANDEZ 2, PEREZ 2, MARIN 1,
    MARCHAND 1
    """
)
_GIVEN = _shares(
    """
    MARIE 45, JEAN 35, MICHEL 20, PIERRE 20, PHILIPPE 18, NATHALIE 15, ISABELLE 15, CATHERINE 15, NICOLAS 14,
    MARTINE 12, JEAN-PIERRE 10, MARIE-CHRISTINE 5, CHRISTOPHE 12, SYLVIE 12, PATRICK 12, MOHAMED 10, LEA 8,
    EMMA 8, LUCAS 8, MANON 8, HUGO 6
    """
)
_SYLLABLES = re.findall(
    r"\w+",
    "BA BEL BER BON CAR CHA COS DAL DEL DU FA FER GAL GAU GI HA LA LE LOR "
    "MA MAR MER MO NI PA PE PO RAN RI RO SA SER SO TAN TE TOU VA VER VI ZA",
)


def _population(rng: random.Random) -> Iterator[Traits]:
    family = [*_FAMILY, *sorted({"".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(9_000)})]
    given_names = [*_GIVEN, *sorted({"".join(rng.choices(_SYLLABLES, k=rng.randint(2, 3))) for _ in range(500)})]
    family_weights = [*_FAMILY.values(), *[1000 / len(family)] * (len(family) - len(_FAMILY))]
    given_weights = [*_GIVEN.values(), *[650 / len(given_names)] * (len(given_names) - len(_GIVEN))]
    births, firsts = (
        rng.choices(family, family_weights, k=PATIENTS),
        rng.choices(given_names, given_weights, k=PATIENTS),
    )
    for birth_name, first_name in zip(births, firsts, strict=True):
        born: date | None = date(1935, 1, 1) + timedelta(days=rng.randrange(90 * 365))
        year, luck = None, rng.random()
        if luck < 0.01 and born is not None:
            born = date(born.year, 12, 31)  # day and month unknown, by RNIV's rule
        elif luck < 0.02 and born is not None:
            born, year = None, born.year  # only an age is known
        used = rng.choice(births) if rng.random() < 0.3 else ""
        yield Traits(birth_name=birth_name, used_name=used, first_name=first_name, birth_date=born, birth_year=year)


@pytest.mark.slow
def test_no_token_is_frequent_enough_to_tell_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "name_tokens", functools.cache(name_tokens))
    names: Counter[bytes] = Counter()
    dates: Counter[date] = Counter()
    for person in _population(random.Random(7)):
        names.update(tokens.indexed(DOMAIN, person))
        if person.birth_date is not None:
            dates[person.birth_date] += 1
    for born in dates:
        del names[tokens.birth_date_token(DOMAIN, born)]
    assert len(names) > PATIENTS
    assert names.most_common(1)[0][1] <= MOST_PER_NAME_TOKEN
    assert dates.most_common(1)[0][1] <= MOST_PER_BIRTH_DATE
