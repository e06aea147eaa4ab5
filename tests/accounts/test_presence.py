"""Statuses of activity: one at a time, said by their person, over with the shift, forgotten the next day."""

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from osmose.accounts import tasks
from osmose.accounts.actions import presence as actions
from osmose.accounts.actions.presence import Wanted
from osmose.accounts.models import PresenceHour, PresencePeriod
from osmose.accounts.operations import presence as operations
from osmose.accounts.queries import presence
from osmose.accounts.rules.presence import PresenceMeaning, Status
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import CareUnit
from tests.cast import Character, Hospitals

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now()


def say(who: Character, code: str, at: datetime, **more: object) -> None:
    actions.say_status(actor=who.actor_at(at), wanted=Wanted(code=code, **more), now=at)  # type: ignore[arg-type]


def status(who: Character) -> presence.Here | None:
    return presence.statuses_of_people([who.id]).get(who.id)


def in_job(deed: Callable[..., object], **more: object) -> object:
    with declared_transaction(actor_id=uuid.uuid4()):
        return deed(**more)


# Said


def test_one_click_says_a_status_until_its_usual_end(martin: Character, now: datetime) -> None:
    say(martin, "crisis", now)
    here = status(martin)
    assert here is not None
    assert (here.label, here.since, here.expected_at) == ("Entretien de crise", now, now + timedelta(minutes=60))
    assert presence.in_crisis([martin.id]) == {martin.id: presence.Crisis(now, now + timedelta(minutes=60))}


def test_an_end_that_is_said_wins_over_the_usual_one(martin: Character, now: datetime) -> None:
    say(martin, "crisis", now, is_usual=False, until=now + timedelta(minutes=20), place="  Salle\u202e 2 ")
    here = status(martin)
    assert here is not None
    assert (here.expected_at, here.place) == (now + timedelta(minutes=20), "Salle 2")


def test_a_new_status_ends_the_one_before_at_the_same_instant(martin: Character, now: datetime) -> None:
    say(martin, "available", now)
    say(martin, "pause", now + timedelta(minutes=5))
    first, second = PresencePeriod.objects.filter(user=martin.user).order_by("starts_at")
    assert (first.ends_at, second.starts_at, second.ends_at) == (second.starts_at, now + timedelta(minutes=5), None)


def test_the_same_status_again_keeps_its_hour(martin: Character, now: datetime) -> None:
    say(martin, "phone", now)
    say(martin, "phone", now + timedelta(minutes=5), is_usual=False, until=now + timedelta(minutes=30))
    here = status(martin)
    assert here is not None
    assert (here.since, here.expected_at) == (now, now + timedelta(minutes=30))


def test_a_clock_that_is_behind_breaks_nothing(martin: Character, now: datetime) -> None:
    say(martin, "phone", now)
    say(martin, "pause", now - timedelta(seconds=3))
    here = status(martin)
    assert here is not None
    assert (here.label, here.since) == ("Pause", now)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"is_usual": False, "until": timedelta(0)}, "past"),
        ({"is_usual": False, "until": timedelta(hours=17)}, "far"),
        ({"place": "x" * 41}, "place-long"),
    ],
)
def test_what_makes_no_sense_is_refused(martin: Character, now: datetime, more: dict[str, object], code: str) -> None:
    if isinstance(more.get("until"), timedelta):
        more = {**more, "until": now + more["until"]}  # type: ignore[operator]
    with pytest.raises(Refused) as refused:
        say(martin, "pause", now, **more)
    assert refused.value.code == code
    assert status(martin) is None


def test_a_status_of_another_unit_is_not_offered(martin: Character, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        say(martin, str(uuid.uuid4()), now)
    assert refused.value.code == "status"


def test_the_database_holds_one_open_status_a_person(martin: Character, hospitals: Hospitals, now: datetime) -> None:
    say(martin, "pause", now)
    row = PresencePeriod(
        user=martin.user, care_unit=hospitals.emp, label="Pause", meaning="pause", starts_at=now + timedelta(hours=1)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        in_savepoint(row)


def in_savepoint(row: PresencePeriod) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('osmose.actor', %s, true)", [str(uuid.uuid4())])
    row.save(force_insert=True)


def test_nobody_writes_a_status_without_saying_who_they_are(
    martin: Character, hospitals: Hospitals, now: datetime
) -> None:
    row = PresencePeriod(user=martin.user, care_unit=hospitals.emp, label="Pause", meaning="pause", starts_at=now)
    with pytest.raises(ProgrammingError), transaction.atomic():
        row.save(force_insert=True)


# Who is where


def test_who_left_the_unit_is_not_there(martin: Character, hospitals: Hospitals, now: datetime) -> None:
    say(martin, "available", now)
    assert presence.who_is_where([hospitals.emp.pk], now)[hospitals.emp.pk][0].user_id == martin.id
    martin.leaves(hospitals.emp, at=now)
    assert presence.who_is_where([hospitals.emp.pk], now + timedelta(seconds=1)) == {}


def test_absent_is_not_on_duty(martin: Character, roux: Character, now: datetime) -> None:
    say(martin, "absent", now)
    say(roux, "pause", now)
    assert presence.on_duty([martin.id, roux.id]) == {roux.id}


def test_what_was_meant_for_somebody_in_crisis_goes_to_a_peer_then_to_on_call_then_to_the_manager(
    martin: Character, nadia: Character, hospitals: Hospitals, now: datetime
) -> None:
    julien, maud = (Character(hospitals.users[account]) for account in ("agent11", "agent12"))
    say(martin, "crisis", now)
    actions.say_status(actor=maud.actor_at(now, unit=hospitals.emp), wanted=Wanted("available"), now=now)
    say(julien, "phone", now)
    found = presence.next_holders(martin.id, hospitals.emp.pk, now)
    assert [(holder.user_id, holder.rank) for holder in found] == [
        (julien.id, presence.Rank.PEER),
        (maud.id, presence.Rank.COLLEAGUE),
        (nadia.id, presence.Rank.MANAGER),
    ]


def test_who_is_in_an_interview_is_nobodys_next_holder(
    martin: Character, nadia: Character, hospitals: Hospitals, now: datetime
) -> None:
    julien = Character(hospitals.users["agent11"])
    say(martin, "crisis", now)
    say(julien, "interview", now)
    assert [h.user_id for h in presence.next_holders(martin.id, hospitals.emp.pk, now)] == [nadia.id]


# Log-in, log-out, another unit


def test_logging_in_is_being_available_and_logging_out_is_leaving(martin: Character) -> None:
    client = martin.client()
    client.logout()
    client.post("/login", {"login": martin.email, "password": "osmose"})
    here = status(martin)
    assert here is not None
    assert here.meaning is PresenceMeaning.AVAILABLE
    client.post("/logout")
    assert status(martin) is None


def test_logging_in_again_changes_nothing_of_what_was_said(martin: Character, now: datetime) -> None:
    say(martin, "crisis", now)
    martin.client().logout()
    martin.client().post("/login", {"login": martin.email, "password": "osmose"})
    assert presence.in_crisis([martin.id])


def test_an_administrator_who_gives_no_care_has_no_status(paul: Character) -> None:
    client = paul.client()
    client.logout()
    client.post("/login", {"login": paul.email, "password": "osmose"})
    assert status(paul) is None


def test_who_works_for_another_unit_is_seen_there(hospitals: Hospitals, now: datetime) -> None:
    maud = Character(hospitals.users["agent12"])
    actions.say_status(actor=maud.actor_at(now, unit=hospitals.emp), wanted=Wanted("pause"), now=now)
    maud.client().post("/compte/unite/", {"unit": hospitals.psyli.pk, "next": "/equipe/"})
    here = status(maud)
    assert here is not None
    assert (here.unit_id, here.label) == (hospitals.psyli.pk, "Pause")


# Over with the shift


def at_shift(unit: CareUnit, *, hours: int, minutes: int = 0) -> datetime:
    """That hour yesterday, on the wall clock."""
    day = clock.paris(clock.now()) - timedelta(days=1)
    return day.replace(hour=hours, minute=minutes, second=0, microsecond=0)


def test_a_status_ends_an_hour_after_the_shift_it_was_said_in(martin: Character, hospitals: Hospitals) -> None:
    said = at_shift(hospitals.emp, hours=9)  # shifts begin at 7, 14 and 21
    say(martin, "available", said)
    assert tasks.close_due(said.replace(hour=14, minute=59)) == 0
    assert tasks.close_due(said.replace(hour=17)) == 1
    assert PresencePeriod.objects.get(user=martin.user).ends_at == said.replace(hour=15)


def test_a_status_said_as_the_next_shift_gathers_belongs_to_it(martin: Character, hospitals: Hospitals) -> None:
    said = at_shift(hospitals.emp, hours=13, minutes=40)
    say(martin, "available", said)
    assert tasks.close_due(said.replace(hour=21, minute=59)) == 0
    assert tasks.close_due(said.replace(hour=22, minute=0)) == 1


def test_somebody_who_said_a_later_end_is_still_with_the_patient(martin: Character, hospitals: Hospitals) -> None:
    said = at_shift(hospitals.emp, hours=12, minutes=30)
    say(martin, "crisis", said, is_usual=False, until=said.replace(hour=16, minute=0))
    assert tasks.close_due(said.replace(hour=15, minute=30)) == 0
    assert tasks.close_due(said.replace(hour=16, minute=5)) == 1


@pytest.mark.parametrize(
    ("starts", "said", "due"),
    [
        # A shift that begins at midnight: said before it, over with it or with the one before.
        ((0, 8, 16), "2027-01-12 22:30+01:00", "2027-01-13 01:00+01:00"),
        ((0, 8, 16), "2027-01-12 23:10+01:00", "2027-01-13 09:00+01:00"),
        ((0, 8, 16), "2027-01-13 00:05+01:00", "2027-01-13 09:00+01:00"),
        # The night that loses an hour and the one that gains one: an hour after the shift on the ward's clock.
        ((7, 14, 21), "2027-03-27 21:30+01:00", "2027-03-28 08:00+02:00"),
        ((0, 8, 16), "2027-03-28 00:05+01:00", "2027-03-28 09:00+02:00"),
        ((7, 14, 21), "2026-10-24 21:30+02:00", "2026-10-25 08:00+01:00"),
        ((0, 8, 16), "2026-10-25 00:05+02:00", "2026-10-25 09:00+01:00"),
        # In the hour that comes twice, before a shift that begins at its end: an hour and a half, then half an hour.
        ((3, 11, 19), "2026-10-25 02:30+02:00", "2026-10-25 04:00+01:00"),
        ((3, 11, 19), "2026-10-25 02:30+01:00", "2026-10-25 12:00+01:00"),
        ((3, 11, 19), "2026-10-24 20:00+02:00", "2026-10-25 04:00+01:00"),
    ],
)
def test_midnight_and_the_nights_the_clocks_change_clear_a_status_at_its_instant_and_once(
    martin: Character, hospitals: Hospitals, starts: tuple[int, ...], said: str, due: str
) -> None:
    hospitals.emp.shift_starts = [time(hour) for hour in starts]
    with transaction.atomic():
        hospitals.emp.save()
    at, instant = datetime.fromisoformat(said), datetime.fromisoformat(due)
    martin.user.memberships.update(starts_at=at - timedelta(days=30))
    say(martin, "available", at)
    assert tasks.close_due(instant - timedelta(seconds=1)) == 0
    assert tasks.close_due(instant + timedelta(minutes=5)) == 1
    assert PresencePeriod.objects.get(user=martin.user).ends_at == instant
    assert tasks.close_due(instant + timedelta(minutes=10)) == 0


# Forgotten


def test_past_days_become_counts_and_nobodys_history(
    martin: Character, roux: Character, hospitals: Hospitals, now: datetime
) -> None:
    julien = Character(hospitals.users["agent11"])
    begins = at_shift(hospitals.emp, hours=9, minutes=30)
    for who in (martin, julien):
        say(who, "crisis", begins)
        say(who, "available", begins + timedelta(minutes=45))
        in_job(operations.leave, user_id=who.id, at=begins + timedelta(minutes=90))
    say(roux, "available", now)
    assert tasks.reduce(now) == 4
    assert tasks.reduce(now) == 0
    hours = PresenceHour.objects.filter(care_unit=hospitals.emp, meaning="crisis").order_by("hour_at")
    assert [(h.hour_at, h.periods, h.seconds) for h in hours] == [
        (begins.replace(minute=0), 2, 3600),
        (begins.replace(hour=10, minute=0), 2, 1800),
    ]
    assert list(PresencePeriod.objects.values_list("user", flat=True)) == [roux.id]
    assert "user" not in {field.name for field in PresenceHour._meta.get_fields()}


def test_what_ended_today_waits_for_tomorrow(martin: Character, now: datetime) -> None:
    say(martin, "pause", now)
    in_job(operations.leave, user_id=martin.id, at=now)
    assert tasks.reduce(now) == 0


# Told


def test_a_change_is_told_to_the_strip_of_the_unit_and_to_the_screens_of_the_person_in_ids_only(
    martin: Character, hospitals: Hospitals, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(operations, "tell", lambda *said: told.append(said))
    say(martin, "pause", now)
    in_job(operations.leave, user_id=martin.id, at=now)
    assert told == [("presence", hospitals.emp.pk, martin.id)] * 2


def test_a_new_unit_gets_the_founding_statuses(hospitals: Hospitals) -> None:
    operations.create_founding_statuses([hospitals.emp])
    operations.create_founding_statuses([hospitals.emp])
    offered = presence.statuses_of(hospitals.emp.pk)
    assert [s.label for s in offered] == [m.label for m in PresenceMeaning]
    assert all(isinstance(s, Status) for s in offered)
