"""Hours to come, as they are told on the phone."""

from datetime import datetime

import pytest

from osmose.encounters.forms.coming import read_coming
from osmose.encounters.lifecycle.expected import require_coming
from osmose.kernel.base.clock import PARIS, paris
from osmose.kernel.base.refused import Refused


def at(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=PARIS, fold=fold)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("now", "typed", "when"),
    [
        (at(2026, 11, 25, 14, 0), "14:30", "25/11 14:30"),
        (at(2026, 11, 25, 14, 0), "14h30", "25/11 14:30"),
        (at(2026, 11, 25, 23, 50), "00:20", "26/11 00:20"),
        (at(2026, 11, 25, 14, 30), "14:05", "25/11 14:05"),
        (at(2026, 11, 25, 14, 0, 40), "20 min", "25/11 14:20"),
        (at(2026, 11, 25, 14, 0), "dans 20 minutes", "25/11 14:20"),
        (at(2026, 11, 25, 14, 0), "20", "25/11 14:20"),
        (at(2026, 11, 25, 14, 0), "26/11/2026 09:00", "26/11 09:00"),
        (at(2026, 10, 25, 1, 50), "20 min", "25/10 02:10"),
        (at(2026, 10, 25, 2, 50), "20 min", "25/10 02:10"),
        (at(2026, 3, 29, 1, 50), "20 min", "29/03 03:10"),
    ],
)
def test_an_hour_is_the_next_one_of_the_clock(now: datetime, typed: str, when: str) -> None:
    found = read_coming(typed, now=now)
    assert f"{paris(found):%d/%m %H:%M}" == when


@pytest.mark.parametrize("typed", ["bientôt", "25:00", "14:3", "-5 min", "9999 min", "31/02/2026 10:00", "²0 min"])
def test_what_is_no_hour_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        read_coming(typed, now=at(2026, 11, 25, 14, 0))


def test_an_hour_that_happens_twice_says_which() -> None:
    with pytest.raises(Refused) as refused:
        read_coming("02:30", now=at(2026, 10, 25, 1, 0))
    assert "deux fois" in refused.value.sentence


def test_an_hour_just_passed_is_past_and_the_current_minute_is_not() -> None:
    now = at(2026, 11, 25, 14, 30, 40)
    require_coming(read_coming("14:30", now=now), now)
    with pytest.raises(Refused):
        require_coming(read_coming("14:05", now=now), now)
