"""Birth dates and ages, exact to the day.

An anniversary is reached on the first day whose (month, day) is not before the birth's: whoever is born on a
29 February turns 18 on the 1st of March of a common year, which keeps a minor protected one day more, never less.
"""

from dataclasses import dataclass
from datetime import date

from osmose.kernel.base.refused import Refused

MAJORITY_YEARS = 18
OLDEST_YEAR = 1900
_UNIT_SPACE = "\u00a0"  # « 17 ans » is never cut between two lines


@dataclass(frozen=True, order=True)
class Age:
    """Whole years, whole months (of the whole life, not of the year) and whole days lived."""

    years: int
    months: int
    days: int


@dataclass(frozen=True)
class InterpretedDate:
    """A birth date and whether RNIV's replacement rules made up its day or month."""

    date: date
    interpreted: bool


def check_birth_date(value: date, *, today: date, field: str = "birth_date") -> None:
    """Refused: a birth date in the future or before 1900."""
    if value > today:
        raise Refused(
            "La date de naissance est dans le futur\u202f: vérifiez l’année.", field=field, code="birth_date_future"
        )
    if value.year < OLDEST_YEAR:
        raise Refused(
            f"La date de naissance est antérieure à {OLDEST_YEAR}\u202f: vérifiez l’année.",
            field=field,
            code="birth_date_too_old",
        )


def interpret_birth_date(year: int, month: int | None, day: int | None) -> InterpretedDate:
    """The date RNIV stores for a birth known in part: unknown day → 1st, unknown month → January, both → 31 December.

    A `ValueError` tells an impossible date.
    """
    if not month and not day:
        return InterpretedDate(date(year, 12, 31), interpreted=True)
    return InterpretedDate(date(year, month or 1, day or 1), interpreted=not (month and day))


def age(birth_date: date, on: date) -> Age:
    """The age reached on that day; zero before birth."""
    if on <= birth_date:
        return Age(0, 0, 0)
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month - (on.day < birth_date.day)
    return Age(months // 12, months, (on - birth_date).days)


def age_in_french(birth_date: date, on: date) -> str:
    """« 12 jours » before one month, « 4 mois » before two years, then « 17 ans »: the habit of paediatric wards."""
    reached = age(birth_date, on)
    if reached.months < 1:
        return f"{reached.days}{_UNIT_SPACE}jour{'s' if reached.days > 1 else ''}"
    if reached.years < 2:
        return f"{reached.months}{_UNIT_SPACE}mois"
    return f"{reached.years}{_UNIT_SPACE}ans"


def is_minor(birth_date: date, on: date) -> bool:
    """Whether the person is under 18 on that day (code civil, art. 388)."""
    return age(birth_date, on).years < MAJORITY_YEARS


def estimated_birth_year(estimated_age: int, on: date) -> int:
    """The birth year searched by when only an age is known."""
    return on.year - estimated_age


def estimated_age_in_french(birth_year: int, on: date) -> str:
    """« environ 40 ans », from a birth year alone."""
    years = max(0, on.year - birth_year)
    return f"environ {years}{_UNIT_SPACE}an{'s' if years > 1 else ''}"


def birth_date_variants(typed: date) -> tuple[date, ...]:
    """The dates a search looks up: the one typed, then the one with day and month swapped where it exists."""
    if typed.day > 12 or typed.day == typed.month:
        return (typed,)
    return (typed, date(typed.year, typed.day, typed.month))
