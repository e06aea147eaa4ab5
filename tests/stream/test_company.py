"""Who is with whom on a record, and the length of days: what needs no server."""

from datetime import UTC, datetime

import pytest

from osmose.kernel.base.ids import new_id
from osmose.stream.company import READING, WRITING, Company
from osmose.stream.looking import midnight_after


def test_writing_hides_reading_until_the_hand_rests() -> None:
    company, record, claire = Company(), new_id(), new_id()
    assert company.note(record, claire, READING, 0)
    assert not company.note(record, claire, READING, 60)  # nothing new to tell
    assert company.note(record, claire, WRITING, 70)
    assert not company.note(record, claire, READING, 80)
    assert company.at(record) == {claire: WRITING}
    assert company.sweep(101) == {record}
    assert company.at(record) == {claire: READING}


def test_a_silent_page_is_forgotten_and_a_record_without_anybody_too() -> None:
    company, record, claire, hugo = Company(), new_id(), new_id(), new_id()
    company.note(record, claire, READING, 0)
    company.note(record, hugo, READING, 80)
    assert company.sweep(95) == {record}
    assert company.at(record) == {hugo: READING}
    assert company.lose(record, {hugo})
    assert company.at(record) == {}
    assert not company.leave(record, hugo)


@pytest.mark.parametrize(
    ("at", "midnight"),
    [
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),  # 23 hours long
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),  # 25 hours long
        (datetime(2026, 11, 26, 12, 0, tzinfo=UTC), datetime(2026, 11, 26, 23, 0, tzinfo=UTC)),
    ],
)
def test_the_day_changes_at_midnight_of_the_ward(at: datetime, midnight: datetime) -> None:
    assert midnight_after(at) == midnight
