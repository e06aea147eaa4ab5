"""The sixty seconds: counted for a unit, told to whoever runs it, and of nobody."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.indicators.actions import note_opening
from osmose.indicators.models import Opening, Way
from osmose.indicators.operations import count, monday_of
from osmose.indicators.queries import OpeningTime, opening_times
from osmose.indicators.tasks import forget_old, forget_old_openings
from osmose.kernel.base import clock
from osmose.kernel.base.clock import PARIS
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.notifications.models import Notification
from tests.cast import Character, Hospitals
from tests.factories import encounters
from tests.factories.patients import acting
from tests.notifications.telling import is_there, row_of, run, worry
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


def test_how_long_an_alert_waited_is_counted_beside_it_when_it_is_opened(
    claire: Character, hugo: Character, samia: Character, hospitals: Hospitals
) -> None:
    for who in (claire, hugo):
        is_there(who, hospitals.sau)
    run(worry(claire, encounters.encounter(unit=hospitals.sau)))
    row = row_of(hugo)
    with acting():
        Notification.objects.filter(pk=row.pk).update(told_at=clock.now() - timedelta(hours=3))
    hugo.client().post(f"/notifications/{row.pk}/ouvrir/")
    kept = Opening.objects.get()
    assert (kept.unit_id, kept.way, kept.seconds) == (hospitals.sau.pk, Way.TOLD, 3600), "an hour stands for more"
    this_monday = monday_of(clock.now())
    with acting():
        Opening.objects.bulk_create(
            Opening(unit=hospitals.sau, week=this_monday, hour=3, way=Way.TOLD, seconds=seconds)
            for seconds in [30] * 10
        )
    found = opening_times(samia.actor, clock.now(), since=this_monday, until=this_monday)
    assert found == [OpeningTime(hospitals.sau.pk, Way.TOLD, 11, 30.0)]


def counted(hospitals: Hospitals, now: datetime) -> None:
    with acting():
        count(unit_id=hospitals.sau.pk, way=Way.DIRECT, seconds=5, now=now)


def test_openings_are_forgotten_after_the_weeks_that_are_set(settings: Any, hospitals: Hospitals) -> None:
    settings.OPENINGS_KEPT_WEEKS = 2
    for weeks in (0, 1, 2, 3, 60):
        counted(hospitals, NIGHT - timedelta(weeks=weeks))
    assert forget_old(NIGHT) == 2
    assert [str(week) for week in Opening.objects.order_by("week").values_list("week", flat=True)] == [
        "2026-11-09", "2026-11-16", "2026-11-23",
    ]  # fmt: skip
    assert forget_old(NIGHT) == 0


def test_the_worker_forgets_by_itself(hospitals: Hospitals) -> None:
    counted(hospitals, clock.now() - timedelta(weeks=200))
    counted(hospitals, clock.now())
    forget_old_openings(timestamp=0)
    assert Opening.objects.count() == 1


@pytest.mark.parametrize(("way", "seconds"), [(Way.TOLD, 12), ("ailleurs", 12), (Way.DIRECT, -1), (Way.DIRECT, 3601)])
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
