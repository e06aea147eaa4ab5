"""The sixty seconds: counted for a unit, told to whoever runs it, and of nobody."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.indicators.actions import note_opening
from osmose.indicators.models import Opening, Way
from osmose.indicators.queries import OpeningTime, opening_times
from osmose.kernel.base.clock import PARIS
from osmose.kernel.base.refused import NotVisible, Refused
from tests.cast import Character, Hospitals
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
# A Wednesday, at a quarter past three at night.
NIGHT = datetime(2026, 11, 25, 3, 15, tzinfo=PARIS)
MONDAY = date(2026, 11, 23)


def noted(who: Character, *seconds: int, way: str = Way.APPLICATION, now: datetime = NIGHT) -> None:
    for one in seconds:
        note_opening(actor=who.actor, way=way, seconds=one, now=now)


def told(who: Character, since: date = MONDAY, until: date = MONDAY) -> list[OpeningTime]:
    return opening_times(who.actor, NIGHT, since=since, until=until)


def test_a_page_tells_how_long_it_took(claire: Character, hospitals: Hospitals) -> None:
    browser = StrictClient()
    browser.force_login(claire.user)
    assert browser.post("/ouvertures/", {"way": "notification", "seconds": "12"}).status_code == 204
    kept = Opening.objects.get()
    assert (kept.unit_id, kept.way, kept.seconds) == (hospitals.sau.pk, Way.NOTIFICATION, 12)


def test_nothing_kept_tells_whose_it_was(claire: Character) -> None:
    noted(claire, 41)
    row: dict[str, Any] = Opening.objects.values().get()
    assert row.pop("id").version == 4  # no order, no instant
    assert row == {
        "unit_id": claire.actor.acting_unit_id,
        "week": MONDAY,
        "hour": 3,
        "way": Way.APPLICATION,
        "seconds": 41,
    }


def test_the_median_of_each_way_is_read_by_who_runs_the_unit(
    claire: Character, martin: Character, samia: Character, nadia: Character, hospitals: Hospitals
) -> None:
    noted(claire, *range(20, 31))
    noted(claire, *[5] * 10, way=Way.NOTIFICATION)
    noted(martin, *[50] * 12)
    manager = samia.actor
    with CaptureQueriesContext(connection) as asked:
        found = opening_times(manager, NIGHT, since=MONDAY, until=MONDAY)
    assert len(asked) == 1
    assert found == [
        OpeningTime(hospitals.sau.pk, Way.APPLICATION, 11, 25.0),
        OpeningTime(hospitals.sau.pk, Way.NOTIFICATION, 10, 5.0),
    ]
    assert [one.median_seconds for one in told(nadia)] == [50.0]
    assert told(claire) == []


def test_few_openings_say_nothing(claire: Character, samia: Character) -> None:
    noted(claire, *[5] * 9)
    assert told(samia) == []
    noted(claire, 5, now=NIGHT + timedelta(days=7))
    assert told(samia) == []
    assert [one.count for one in told(samia, until=MONDAY + timedelta(days=7))] == [10]


@pytest.mark.parametrize(("way", "seconds"), [("ailleurs", 12), (Way.DIRECT, -1), (Way.DIRECT, 3601)])
def test_what_makes_no_sense_is_not_counted(claire: Character, way: str, seconds: int) -> None:
    with pytest.raises(Refused):
        note_opening(actor=claire.actor, way=way, seconds=seconds, now=NIGHT)
    browser = StrictClient()
    browser.force_login(claire.user)
    answer = browser.post("/ouvertures/", {"way": way, "seconds": str(seconds)}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not Opening.objects.exists()


def test_who_works_for_no_unit_is_not_counted(claire: Character, hospitals: Hospitals) -> None:
    claire.leaves(hospitals.sau)
    with pytest.raises(NotVisible):
        noted(claire, 12)
    assert not Opening.objects.exists()
