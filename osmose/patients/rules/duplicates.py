"""How much two sets of traits look like the same person: it orders what is shown before a creation, decides nothing.

The only decision taken here without a human is `same_strict_traits`, for the feeds: five strict traits, all present,
all equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from osmose.kernel.base.text import fold
from osmose.patients.rules.ages import birth_date_variants
from osmose.patients.rules.names import PREFIX_LETTERS, phonetic
from osmose.patients.rules.statuses import Sex


@dataclass(frozen=True, kw_only=True, repr=False)
class Traits:
    """What is known of a person, or typed by whoever registers an arrival."""

    birth_name: str = ""
    used_name: str = ""
    first_name: str = ""
    birth_first_names: str = ""
    birth_date: date | None = None
    birth_year: int | None = None  # where only the age is known
    sex: Sex = Sex.UNDETERMINED
    birth_place: str = ""
    identifiers: frozenset[tuple[str, str]] = frozenset()  # (authority, number): IPP, INS


class Likelihood(StrEnum):
    """Three words for the reader; « certain » needs a common identifier or five equal strict traits."""

    CERTAIN = "certain"
    LIKELY = "probable"
    POSSIBLE = "possible"
    UNLIKELY = "peu probable"


@dataclass(frozen=True)
class Likeness:
    """A score from 0 to 100, its word, and the reasons to show."""

    score: int
    likelihood: Likelihood
    reasons: tuple[str, ...]


class HasTraits(Protocol):
    """Anything that can be ranked."""

    @property
    def traits(self) -> Traits: ...


Candidate = TypeVar("Candidate", bound=HasTraits)


def same_strict_traits(one: Traits, other: Traits) -> bool:
    """Whether the five strict traits of RNIV are all known and all equal, accents and hyphens apart."""
    mine, theirs = _strict(one), _strict(other)
    return mine is not None and mine == theirs


def _strict(traits: Traits) -> tuple[object, ...] | None:
    name, first, place = fold(traits.birth_name), fold(traits.first_name), traits.birth_place.strip().upper()
    if not (name and first and place and traits.birth_date) or traits.sex is Sex.UNDETERMINED:
        return None
    return name, first, place, traits.birth_date, traits.sex


def _compact(name: str) -> str:
    return fold(name).replace(" ", "")


def _name_points(one: str, other: str) -> int:
    """0 to 100: equal, same sound, one inside the other, same three first letters."""
    mine, theirs = _compact(one), _compact(other)
    if not mine or not theirs:
        return 0
    if mine == theirs:
        return 100
    if phonetic(mine) == phonetic(theirs):
        return 75
    if set(fold(one).split()) & set(fold(other).split()):
        return 65
    return 40 if mine[:PREFIX_LETTERS] == theirs[:PREFIX_LETTERS] else 0


def _family(one: Traits, other: Traits) -> tuple[int, str | None]:
    birth = _name_points(one.birth_name, other.birth_name)
    crossed = max(
        _name_points(mine, theirs)
        for mine in (one.birth_name, one.used_name)
        for theirs in (other.birth_name, other.used_name)
    )
    points = max(birth, crossed * 85 // 100)
    if birth == 100:
        return points, "même nom de naissance"
    if crossed == 100:
        return points, "même nom, de naissance ou utilisé"
    return points, "nom proche" if points else None


def _given(one: Traits, other: Traits) -> tuple[int, str | None]:
    first = _name_points(one.first_name, other.first_name)
    listed = max(
        _name_points(one.first_name, other.birth_first_names), _name_points(one.birth_first_names, other.first_name)
    )
    points = max(first, listed * 85 // 100)
    if first == 100:
        return points, "même prénom"
    return points, "prénom proche" if points else None


def _birth(one: Traits, other: Traits) -> tuple[int, str | None]:
    if one.birth_date and other.birth_date:
        if one.birth_date == other.birth_date:
            return 100, "même date de naissance"
        if other.birth_date in birth_date_variants(one.birth_date):
            return 75, "jour et mois de naissance inversés"
        equal = sum(
            getattr(one.birth_date, part) == getattr(other.birth_date, part) for part in ("year", "month", "day")
        )
        return (35, "date de naissance proche") if equal == 2 else (0, None)
    years = [traits.birth_date.year if traits.birth_date else traits.birth_year for traits in (one, other)]
    if years[0] is None or years[1] is None or abs(years[0] - years[1]) > 5:
        return 0, None
    return 35, "âge proche"


def _agreement(one: str, other: str, weight: int) -> int:
    """Equal adds, different subtracts, unknown says nothing."""
    if not one or not other:
        return 0
    return weight if one == other else -weight


def likeness(one: Traits, other: Traits) -> Likeness:
    """How much two people look alike; the same in both directions."""
    if one.identifiers & other.identifiers:
        return Likeness(100, Likelihood.CERTAIN, ("même identifiant",))
    family, family_reason = _family(one, other)
    given, given_reason = _given(one, other)
    birth, birth_reason = _birth(one, other)
    sexes = ["" if traits.sex is Sex.UNDETERMINED else traits.sex.value for traits in (one, other)]
    places = [traits.birth_place.strip().upper() for traits in (one, other)]
    points = (family * 35 + given * 25 + birth * 30) // 100
    if points:
        points += _agreement(sexes[0], sexes[1], 5) + _agreement(places[0], places[1], 5)
    score = max(0, min(100, points))
    reasons = tuple(reason for reason in (family_reason, given_reason, birth_reason) if reason)
    if same_strict_traits(one, other):
        return Likeness(100, Likelihood.CERTAIN, reasons)
    return Likeness(min(score, 99), _word(score), reasons)


def _word(score: int) -> Likelihood:
    if score >= 70:
        return Likelihood.LIKELY
    return Likelihood.POSSIBLE if score >= 45 else Likelihood.UNLIKELY


def rank(asked: Traits, candidates: Iterable[Candidate], *, at_least: int = 45) -> list[tuple[Candidate, Likeness]]:
    """The candidates worth showing, the likeliest first, equal ones in the order they came."""
    scored = [(candidate, likeness(asked, candidate.traits)) for candidate in candidates]
    kept = [pair for pair in scored if pair[1].score >= at_least]
    return sorted(kept, key=lambda pair: -pair[1].score)
