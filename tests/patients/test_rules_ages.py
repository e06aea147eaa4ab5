"""Ages exact to the day, birth dates in part."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from osmose.kernel.base.refused import Refused
from osmose.patients.rules import (
    age,
    age_in_french,
    birth_date_variants,
    check_birth_date,
    estimated_age_in_french,
    interpret_birth_date,
    is_minor,
)

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("born", "on", "read"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), "0 jour"),
        (date(2026, 3, 1), date(2026, 3, 2), "1 jour"),
        (date(2026, 3, 1), date(2026, 3, 13), "12 jours"),
        (date(2026, 1, 31), date(2026, 2, 28), "28 jours"),
        (date(2026, 1, 31), date(2026, 3, 1), "1 mois"),
        (date(2025, 11, 1), date(2026, 3, 1), "4 mois"),
        (date(2024, 3, 2), date(2026, 3, 1), "23 mois"),
        (date(2024, 3, 1), date(2026, 3, 1), "2 ans"),
        (date(2008, 3, 2), date(2026, 3, 1), "17 ans"),
        (date(2008, 3, 1), date(2026, 3, 1), "18 ans"),
        (date(1912, 5, 5), date(2026, 3, 1), "113 ans"),
    ],
)
def test_an_age_is_told_as_wards_tell_it(born: date, on: date, read: str) -> None:
    assert age_in_french(born, on) == read.replace(" ", NBSP)


def test_whoever_is_born_on_a_29_february_grows_up_on_the_1st_of_march() -> None:
    born = date(2008, 2, 29)
    assert is_minor(born, date(2026, 2, 28))
    assert not is_minor(born, date(2026, 3, 1))
    assert age_in_french(born, date(2028, 2, 29)) == f"20{NBSP}ans"


def test_a_minor_is_adult_on_the_day_of_18_years() -> None:
    assert is_minor(date(2008, 3, 2), date(2026, 3, 1))
    assert not is_minor(date(2008, 3, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("value", "code"), [(date(2026, 3, 2), "birth_date_future"), (date(1899, 12, 31), "birth_date_too_old")]
)
def test_an_impossible_birth_date_is_refused_on_its_field(value: date, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_birth_date(value, today=date(2026, 3, 1))
    assert (refused.value.field, refused.value.code) == ("birth_date", code)


@pytest.mark.parametrize("value", [date(1900, 1, 1), date(2026, 3, 1)])
def test_the_bounds_themselves_are_accepted(value: date) -> None:
    check_birth_date(value, today=date(2026, 3, 1))


def test_a_birth_known_in_part_follows_the_national_rule() -> None:
    assert interpret_birth_date(1980, None, None).date == date(1980, 12, 31)
    assert interpret_birth_date(1980, 5, None).date == date(1980, 5, 1)
    assert interpret_birth_date(1980, None, 17).date == date(1980, 1, 17)
    assert interpret_birth_date(1980, None, None).interpreted
    assert not interpret_birth_date(1980, 5, 17).interpreted


def test_an_estimated_age_says_so() -> None:
    assert estimated_age_in_french(1986, date(2026, 3, 1)) == f"environ 40{NBSP}ans"
    assert estimated_age_in_french(2025, date(2026, 3, 1)) == f"environ 1{NBSP}an"


def test_swapped_day_and_month_are_looked_up_where_they_exist() -> None:
    assert birth_date_variants(date(1988, 7, 4)) == (date(1988, 7, 4), date(1988, 4, 7))
    assert birth_date_variants(date(1988, 7, 14)) == (date(1988, 7, 14),)
    assert birth_date_variants(date(1988, 7, 7)) == (date(1988, 7, 7),)


@given(DAYS, st.integers(0, 40_000), st.integers(0, 40_000))
def test_nobody_grows_younger(born: date, first: int, second: int) -> None:
    sooner, later = sorted((first, second))
    assert age(born, born + timedelta(sooner)) <= age(born, born + timedelta(later))


@given(DAYS, DAYS)
def test_years_change_exactly_on_the_anniversary(born: date, on: date) -> None:
    assume(on > born)
    expected = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    assert age(born, on).years == expected
    assert is_minor(born, on) == (expected < 18)


@given(DAYS)
def test_a_swap_of_the_swap_gives_the_date_back(typed: date) -> None:
    for variant in birth_date_variants(typed):
        assert typed in birth_date_variants(variant)
