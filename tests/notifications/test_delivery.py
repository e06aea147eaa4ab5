"""Who is told of what, once, by today's rights."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from osmose.encounters import actions
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Missing
from osmose.encounters.models import Encounter
from osmose.kernel.access.models import Grant
from osmose.kernel.base import clock
from osmose.notifications.models import Notification
from osmose.notifications.rules import Manner
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, begin, click, end, last, note, retime, undo
from tests.factories.patients import acting
from tests.notifications.telling import has_left, notices, row_of, run, run_all, send, told, worry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def test_a_worrying_patient_is_told_to_who_is_in_charge_and_to_the_team_without_anybody_in_charge(
    claire: Character, hugo: Character, ines: Character, martin: Character, pec: Encounter
) -> None:
    click(actions.assign, claire, pec, role=Referent.NURSE, user_id=ines.id)
    run(worry(claire, pec), waited=False)
    assert notices(ines) == ["concern"]
    assert row_of(ines).manner == Manner.ALERT
    assert notices(martin) == ["concern"], "nobody of the mobile team is in charge: all of it"
    assert not notices(hugo), "Inès has the patient"
    assert not notices(claire), "whoever says it knows it"


def test_a_stranger_and_a_unit_that_left_are_told_nothing(
    claire: Character, martin: Character, zoe: Character, pec: Encounter
) -> None:
    event = worry(claire, pec)
    with acting():
        Grant.objects.filter(subject_id=pec.pk, source="guest").update(ends_at=clock.now())
    run(event)
    assert not Notification.objects.filter(user__in=[martin.id, zoe.id]).exists()


def test_what_was_told_is_no_longer_shown_to_who_may_not_read_it_any_more(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    run(worry(claire, pec))
    (shown,) = told(martin)
    assert shown.entry.sentence.startswith("Signalé préoccupant")
    with acting():
        Grant.objects.filter(subject_id=pec.pk, source="guest").update(ends_at=clock.now())
    assert not told(martin)
    assert martin.client().get("/notifications/compte/").content.decode().count("hidden") == 1
    assert "ABELLANOSA" not in martin.client().get("/notifications/").content.decode()


def test_the_same_job_twice_tells_once(claire: Character, martin: Character, pec: Encounter) -> None:
    event = worry(claire, pec)
    for _ in range(3):
        run(event)
    assert Notification.objects.filter(user=martin.id, event_uid=event.uid).count() == 1


def test_a_request_for_psychiatry_reaches_the_team_that_is_asked_once_it_cannot_be_undone(
    claire: Character, martin: Character, hugo: Character, pec: Encounter
) -> None:
    event = last(pec, "encounters.request_changed")
    run(event, waited=False)
    assert not notices(martin)
    run(event)
    assert notices(martin) == ["psychiatry_asked"]
    assert row_of(martin).manner == Manner.INBOX
    assert not notices(hugo)


def test_what_is_undone_in_time_is_never_told(claire: Character, martin: Character, pec: Encounter) -> None:
    event = last(pec, "encounters.request_changed")
    undo(claire, pec, event, after=timedelta(seconds=5))
    run_all(pec)
    assert "psychiatry_asked" not in notices(martin)


def test_an_urgent_one_told_at_once_vanishes_when_it_is_undone(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    event = worry(claire, pec)
    run(event, waited=False)
    assert notices(hugo) == ["concern"]
    undo(claire, pec, event, after=timedelta(seconds=5))
    run(last(pec, "encounters.undone"))
    assert not notices(hugo)


def test_a_click_put_at_another_hour_is_told_once(claire: Character, hugo: Character, pec: Encounter) -> None:
    event = worry(claire, pec)
    run(event)
    retime(claire, pec, event.occurred_at - timedelta(minutes=20), event)
    run_all(pec)
    assert Notification.objects.filter(user=hugo.id, notice="concern").count() == 1


def test_a_note_kept_for_others_is_not_announced(
    claire: Character, hugo: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    send(claire, pec, hugo, for_unit=True, is_urgent=True)
    run_all(pec)
    assert "urgent_note" in notices(hugo)
    assert "urgent_note" not in notices(martin)


def test_each_is_told_by_the_strongest_reason(
    claire: Character, hugo: Character, ines: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    send(claire, pec, hugo, hospitals.sau)
    run(last(pec, "handover.note_signed"))
    assert notices(hugo) == ["mention"]
    assert notices(ines) == ["note_for_unit"]
    assert row_of(hugo).manner == Manner.ALERT
    assert row_of(ines).manner == Manner.INBOX


def test_results_beds_and_ended_interviews_reach_who_is_in_charge(
    claire: Character, hugo: Character, ines: Character, martin: Character, pec: Encounter
) -> None:
    click(actions.assign, claire, pec, role=Referent.NURSE, user_id=ines.id)
    ask(hugo, pec, "biology")
    ask(hugo, pec, "biology", "available")
    ask(hugo, pec, "bed")
    ask(hugo, pec, "bed", "given")
    interview = begin(martin, pec)
    end(martin, pec, interview)
    run_all(pec)
    assert notices(ines) == ["bed_obtained", "interview_ended", "result_available"]
    assert "result_available" not in notices(claire)


def test_a_patient_nobody_finds_is_an_alert_and_precisions_are_none(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    note(claire, pec, "missing", Missing(since=clock.now()))
    run(last(pec, "encounters.missing_changed"))
    note(claire, pec, "missing", Missing(since=clock.now(), place="Parking"))
    run(last(pec, "encounters.missing_changed"))
    assert notices(hugo) == ["missing"]


def test_off_duty_nothing_rings_and_the_feed_goes_on(claire: Character, hugo: Character, pec: Encounter) -> None:
    has_left(hugo)
    run(worry(claire, pec))
    assert row_of(hugo).manner == Manner.INBOX
    assert "hors service" in hugo.client().get("/notifications/compte/").content.decode()


def test_an_event_that_nobody_is_told_of_costs_no_job(claire: Character, pec: Encounter) -> None:
    before = ProcrastinateJob.objects.count()
    click(actions.set_motif, claire, pec, motif="Agitation")
    assert ProcrastinateJob.objects.count() == before
