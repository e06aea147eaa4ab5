"""Dates as a French reader expects them."""

from datetime import UTC, date, datetime

from osmose.kernel.base import french


def test_the_day_of_an_instant_is_that_of_paris() -> None:
    """At half past midnight in a French ward, it is still the day before in London."""
    assert french.numeric_date(datetime(2026, 11, 25, 23, 35, tzinfo=UTC)) == "26/11/2026"
    assert french.numeric_date(date(1981, 3, 12)) == "12/03/1981"
