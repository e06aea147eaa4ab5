"""The order in which likely duplicates are shown."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.patients.rules import Likelihood, Sex, Traits, likeness, rank, same_strict_traits

LOUISE = Traits(
    birth_name="FICTIVE",
    used_name="ESSAI",
    first_name="LOUISE",
    birth_first_names="LOUISE MARIE",
    birth_date=date(1988, 7, 4),
    sex=Sex.FEMALE,
    birth_place="66136",
)
WORDS = st.sampled_from(["", "FICTIVE", "ESSAI", "DUPONT", "DUPOND", "LOUISE", "LOUIS", "DE LA TOUR", "TOUR"])
TRAITS = st.builds(
    Traits,
    birth_name=WORDS,
    used_name=WORDS,
    first_name=WORDS,
    birth_first_names=WORDS,
    birth_date=st.none() | st.sampled_from([date(1988, 7, 4), date(1988, 4, 7), date(1988, 7, 5), date(1950, 1, 1)]),
    birth_year=st.none() | st.integers(1940, 2000),
    sex=st.sampled_from(Sex),
    birth_place=st.sampled_from(["", "66136", "99100"]),
    identifiers=st.frozensets(st.sampled_from([("CH-A", "1"), ("CH-A", "2"), ("CH-B", "1")]), max_size=2),
)


@dataclass(frozen=True)
class Person:
    traits: Traits


def test_the_same_identifier_is_certain() -> None:
    numbers = frozenset({("CH-A", "0004512")})
    found = likeness(Traits(identifiers=numbers), replace(LOUISE, identifiers=numbers))
    assert (found.score, found.likelihood) == (100, Likelihood.CERTAIN)


def test_the_same_number_of_another_authority_says_nothing() -> None:
    one, other = Traits(identifiers=frozenset({("CH-A", "1")})), Traits(identifiers=frozenset({("CH-B", "1")}))
    assert likeness(one, other).score == 0


def test_five_equal_strict_traits_are_certain_accents_apart() -> None:
    other = replace(LOUISE, birth_name="Fictivé", used_name="")
    assert same_strict_traits(LOUISE, other)
    assert likeness(LOUISE, other).likelihood is Likelihood.CERTAIN


@pytest.mark.parametrize(
    "lacking",
    [
        {"birth_name": ""},
        {"first_name": ""},
        {"birth_date": None},
        {"sex": Sex.UNDETERMINED},
        {"birth_place": ""},
    ],
)
def test_a_missing_strict_trait_decides_nothing(lacking: dict[str, object]) -> None:
    partial = replace(LOUISE, **lacking)  # type: ignore[arg-type]
    assert not same_strict_traits(partial, partial)
    assert likeness(partial, partial).score < 100


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"birth_date": date(1988, 4, 7)}, "jour et mois de naissance inversés"),
        ({"birth_name": "ESSAI", "used_name": ""}, "même nom, de naissance ou utilisé"),
        ({"first_name": "LOUISE-MARIE"}, "prénom proche"),
    ],
)
def test_usual_mistakes_stay_likely_and_say_why(change: dict[str, object], reason: str) -> None:
    found = likeness(LOUISE, replace(LOUISE, **change))  # type: ignore[arg-type]
    assert found.likelihood is Likelihood.LIKELY
    assert reason in found.reasons


def test_a_namesake_born_elsewhere_at_another_time_is_no_likely_duplicate() -> None:
    namesake = replace(LOUISE, birth_date=date(1950, 1, 1), birth_place="99100")
    assert likeness(LOUISE, namesake).likelihood not in (Likelihood.LIKELY, Likelihood.CERTAIN)


def test_the_likeliest_come_first_and_strangers_do_not_come() -> None:
    stranger = Person(Traits(birth_name="AUTRE", first_name="PAUL", birth_date=date(1950, 1, 1), sex=Sex.MALE))
    swapped = Person(replace(LOUISE, birth_date=date(1988, 4, 7)))
    same = Person(LOUISE)
    assert [person for person, _ in rank(LOUISE, [stranger, swapped, same])] == [same, swapped]


def test_traits_are_never_quoted_by_their_repr() -> None:
    assert "FICTIVE" not in repr(LOUISE)


@given(TRAITS, TRAITS)
def test_likeness_is_the_same_in_both_directions(one: Traits, other: Traits) -> None:
    assert likeness(one, other) == likeness(other, one)


@given(TRAITS, TRAITS)
def test_certainty_needs_a_common_number_or_five_equal_strict_traits(one: Traits, other: Traits) -> None:
    found = likeness(one, other)
    assert 0 <= found.score <= 100
    certain = bool(one.identifiers & other.identifiers) or same_strict_traits(one, other)
    assert (found.likelihood is Likelihood.CERTAIN) == certain == (found.score == 100)
