"""What the tracking may hold: every value says itself, survives its storage, and refuses what contradicts it."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.encounters.lifecycle.tracking import (
    FIELDS,
    Alcohol,
    AlcoholStatus,
    Allergies,
    Ccmu,
    Cognition,
    Company,
    Concern,
    ConcernReason,
    Decision,
    Known,
    Outlook,
    Substance,
    Substances,
    SubstanceSource,
    Tracked,
    Treatment,
    Triage,
    concern_title,
    read_value,
)
from osmose.encounters.presenters import concern_badge
from osmose.kernel.base.refused import Refused
from tests.properties.test_safety_values import VALUES as SAFETY_VALUES

letters = st.characters(codec="utf-8", exclude_categories=("C",))
texts = st.text(letters, min_size=1, max_size=60).filter(lambda text: "None" not in text)
rates = st.decimals("0.01", "5", places=2)
subsets = st.sets(st.sampled_from(Substance), min_size=1).map(lambda s: tuple(x for x in Substance if x in s))
VALUES: dict[str, st.SearchStrategy[Tracked]] = {
    "concern": st.builds(
        Concern, st.sets(st.sampled_from(ConcernReason), min_size=1).map(
            lambda s: tuple(x for x in ConcernReason if x in s)
        ), texts,
    ),
    "triage": st.sampled_from(Triage),
    "ccmu": st.sampled_from(Ccmu),
    "company": st.builds(Company, st.sampled_from(Known), texts, st.just("06 12 34 56 78")),
    "treatment": st.builds(Treatment, st.sampled_from(Known), texts),
    "allergies": st.builds(Allergies, st.just(Known.YES), texts),
    "cognition": st.sampled_from(Cognition),
    "alcohol": st.builds(Alcohol, st.just(AlcoholStatus.POSITIVE), rates, st.just("14:05")),
    "decision": st.builds(Decision, st.sampled_from(Outlook), texts, texts, texts),
    "substances": st.builds(Substances, st.just(Known.YES), subsets, st.sampled_from(SubstanceSource)),
}  # fmt: skip


def test_every_field_is_tried_here_or_with_what_is_noted_for_safety() -> None:
    assert {*VALUES, *SAFETY_VALUES} == set(FIELDS)


@pytest.mark.parametrize("field", VALUES)
@given(data=st.data())
def test_a_value_survives_its_storage_and_says_itself(field: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[field])
    assert read_value(field, json.loads(json.dumps(value.as_json()))) == value
    assert value.words
    assert "None" not in value.words


def test_nothing_noted_is_not_the_same_as_nc() -> None:
    assert all(read_value(field, None) is None for field in FIELDS)
    assert read_value("cognition", "nc") is Cognition.UNKNOWN


@given(rates)
def test_the_rate_in_blood_is_twice_that_of_the_air(rate: Decimal) -> None:
    assert Alcohol(AlcoholStatus.POSITIVE, rate).g_per_l == rate * 2


def test_the_founding_example() -> None:
    said = Alcohol(AlcoholStatus.POSITIVE, Decimal("1.28"), "12:05").words
    assert said == "Positif, 1,28 mg/L (équivalent calculé 2,56 g/L) à 12:05"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2).filter(lambda d: not 0 <= d <= 5))
def test_a_rate_out_of_range_is_refused_in_words(rate: Decimal) -> None:
    with pytest.raises(Refused) as caught:
        Alcohol(AlcoholStatus.POSITIVE, rate)
    assert "entre 0 et 5 mg/L" in caught.value.sentence
    assert caught.value.field == "alcohol"


def test_a_misplaced_comma_gets_a_suggestion() -> None:
    with pytest.raises(Refused) as caught:
        Alcohol(AlcoholStatus.POSITIVE, Decimal("12.8"))
    assert caught.value.sentence.endswith("Vouliez-vous écrire 1,28\u202f?")


@pytest.mark.parametrize(
    ("status", "rate"), [(AlcoholStatus.NEGATIVE, "0.4"), (AlcoholStatus.POSITIVE, "0"), (AlcoholStatus.REFUSED, "0.4")]
)
def test_a_rate_never_contradicts_its_word(status: AlcoholStatus, rate: str) -> None:
    with pytest.raises(Refused):
        Alcohol(status, Decimal(rate))


@given(st.sampled_from((Known.UNKNOWN, Known.NO)), subsets)
def test_nc_and_no_exclude_every_substance(status: Known, taken: tuple[Substance, ...]) -> None:
    with pytest.raises(Refused) as caught:
        Substances(status, taken)
    assert "exclut toute substance" in caught.value.sentence


def test_another_substance_is_named_under_its_own_word() -> None:
    with pytest.raises(Refused):
        Substances(Known.YES, (Substance.THC,), other="kétamine")
    said = Substances(Known.YES, (Substance.THC, Substance.OTHER), SubstanceSource.SCREENED, "kétamine").words
    assert said == "THC, kétamine (dépisté)"


@pytest.mark.parametrize(
    "made",
    [lambda: Allergies(Known.YES), lambda: Concern((), "inquiet"), lambda: Treatment(Known.YES, "x" * 301)],
)
def test_what_says_nothing_or_too_much_is_refused(made: object) -> None:
    with pytest.raises(Refused):
        made()  # type: ignore[operator]


def test_a_minor_is_never_written_preoccupant_alone() -> None:
    """For a minor, « information préoccupante » is a legal report: the words are « Patient préoccupant »."""
    worried = Concern((ConcernReason.RUNAWAY, ConcernReason.VULNERABLE))
    child, adult = concern_badge(worried, is_minor=True), concern_badge(worried, is_minor=False)
    assert child is not None
    assert adult is not None
    assert child.words == "Patient préoccupant\u202f: fugue, vulnérable"
    assert adult.words == "Préoccupant\u202f: fugue, vulnérable"
    assert concern_badge(Concern(), is_minor=False) is None
    assert concern_title(is_minor=True) == "Patient préoccupant"
