"""Doses as they are typed, and which ones are asked again."""

from decimal import Decimal

import pytest

from osmose.handover.rules.doses import dose_words, question, read_dose
from osmose.kernel.base.refused import Refused


@pytest.mark.parametrize(
    ("typed", "dose"),
    [("0,5", "0.5"), ("1 000", "1000"), ("1\u202f000,25", "1000.25"), ("2.5", "2.5"), (" 50 ", "50")],
)
def test_a_dose_is_read_as_a_french_nurse_writes_it(typed: str, dose: str) -> None:
    assert read_dose(typed) == Decimal(dose)


def test_no_dose_is_no_fault() -> None:
    assert read_dose("  ") is None


@pytest.mark.parametrize("typed", ["cinq", "0", "-5", "nan", "1e99", "1/2", "0,00001", "10000000", "inf", "1,5,0"])
def test_anything_else_is_refused_with_a_remedy(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        read_dose(typed)
    assert caught.value.field == "dose"


def test_a_dose_is_said_with_its_unit() -> None:
    assert dose_words(Decimal("2.50"), "mg") == "2,5\u00a0mg"
    assert dose_words(Decimal(1000), "ug") == "1\u202f000\u00a0µg"
    assert dose_words(None, "mg") == ""


@pytest.mark.parametrize(
    ("dose", "unit", "asks"),
    [
        ("5", "mg", ""),
        ("20", "mg", ""),
        ("5", "g", "1\u202f000 fois la dose habituelle"),
        ("50", "mg", "10 fois la dose habituelle"),
        ("5", "ug", "divisée par 1\u202f000"),
        ("5000", "ug", ""),
        ("0.005", "g", ""),
        ("5000", "gouttes", ""),
    ],
)
def test_a_dose_far_from_the_usual_is_asked_again_across_units(dose: str, unit: str, asks: str) -> None:
    asked = question(Decimal(dose), unit, Decimal(5), "mg")
    assert asks in asked
    assert bool(asked) == bool(asks)
