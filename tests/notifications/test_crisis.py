"""In a crisis interview one silent line at most; the author learns who was told instead; the rest waits for the end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from osmose.accounts.rules import Profession
from osmose.accounts.rules.presence import PresenceMeaning
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Encounter, Intervention
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.events.models import Event
from osmose.notifications.models import Notification
from osmose.notifications.operations.founding import PASSED_ON
from osmose.notifications.presenters import inbox_page, item
from osmose.notifications.queries.inbox import announced, state_of
from osmose.notifications.queries.standing import standing_of
from osmose.notifications.rules import Manner, bundled
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, begin, end, last
from tests.factories import encounters as pecs
from tests.factories.patients import acting
from tests.factories.sectors import assign
from tests.notifications.telling import is_in_crisis, is_there, notices, row_of, run, send, told, worry
from tests.workspace.patient_page.posts import HTMX

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@pytest.fixture
def roux(hospitals: Hospitals, roux: Character) -> Character:
    """Dr Roux helps the mobile team tonight."""
    roux.joins(hospitals.emp)
    is_there(roux, hospitals.emp)
    return roux


@pytest.fixture
def interviewing(hospitals: Hospitals, martin: Character) -> Character:
    is_in_crisis(martin, hospitals.emp)
    return martin


def lines_of(who: Character) -> list[str]:
    """What shows on the screen of somebody in a crisis interview."""
    now = clock.now()
    found = announced(who.actor, now, since=now, standing=standing_of(who.id))
    return [one.row.notice for one in found]


def test_only_one_silent_line_shows_and_the_rest_is_kept(
    claire: Character, interviewing: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    run(last(pec, "encounters.request_changed"))
    run(worry(claire, pec))
    other = pecs.encounter(unit=hospitals.sau)
    ask(claire, other, "psychiatry", unit=hospitals.emp)
    run(worry(claire, other))
    rows = Notification.objects.filter(user=interviewing.id)
    assert sorted(rows.values_list("notice", "manner")) == [
        ("concern", Manner.HELD), ("concern", Manner.LINE), ("psychiatry_asked", Manner.HELD),
    ]  # fmt: skip
    assert lines_of(interviewing) == ["concern"]
    assert state_of(interviewing.actor, clock.now()).count == 1


def test_the_database_refuses_a_second_line(claire: Character, interviewing: Character, pec: Encounter) -> None:
    run(worry(claire, pec))
    row = row_of(interviewing)
    row.pk, row.event_uid = new_id(), new_id()
    with pytest.raises(IntegrityError), acting(), transaction.atomic():
        row.save(force_insert=True)


def test_a_quiet_notice_never_becomes_the_line(
    claire: Character, interviewing: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    send(claire, pec, interviewing)
    run(last(pec, "handover.note_signed"))
    assert row_of(interviewing).manner == Manner.HELD
    assert not lines_of(interviewing)


def test_the_author_is_told_at_once_to_whom_it_was_passed_on(
    claire: Character, interviewing: Character, roux: Character, pec: Encounter
) -> None:
    send(claire, pec, interviewing, is_urgent=True)
    run(last(pec, "handover.note_signed"), waited=False)
    assert row_of(interviewing).manner == Manner.LINE
    assert notices(roux) == ["urgent_note"], "the next holder of the role"
    (said,) = told(claire)
    assert said.row.notice == PASSED_ON
    assert said.row.manner == Manner.ALERT
    shown = item(bundled([said])[0], standing_of(claire.id), (), clock.now())
    assert shown.first.sentence == f"{interviewing.name} est en entretien de crise, transmis à {roux.name}"


def test_who_comes_next_must_be_allowed_to_read_it(
    claire: Character, interviewing: Character, roux: Character, pec: Encounter
) -> None:
    send(claire, pec, interviewing, is_urgent=True, category=Profession.NURSING.value)
    run(last(pec, "handover.note_signed"))
    assert not notices(roux), "kept for nurses"
    (said,) = told(claire)
    assert roux.id not in said.row.passed_ids


def test_a_whole_team_in_crisis_is_passed_on_too(
    claire: Character, interviewing: Character, roux: Character, pec: Encounter
) -> None:
    run(worry(claire, pec), waited=False)
    assert "concern" in notices(roux)
    (said,) = told(claire)
    assert (said.row.away_ids, said.row.passed_ids) == ([interviewing.id], [roux.id])


def test_one_click_from_the_line_tells_everybody(
    claire: Character, hugo: Character, interviewing: Character, pec: Encounter
) -> None:
    run(worry(claire, pec))
    line = row_of(interviewing)
    at = clock.now() + timedelta(minutes=20)
    answer = interviewing.client().post(f"/notifications/{line.pk}/reponse/", {"arriving": f"{clock.paris(at):%H:%M}"})
    assert answer.status_code == 302
    event = last(pec, "notifications.answered")
    assert event.actor_id == interviewing.id
    page = hugo.client().get(f"/pec/{pec.pk}/").content.decode()
    assert f"Vu, j’arrive vers {clock.paris(at):%H:%M}" in page
    run(event, waited=False)
    assert "answered" in notices(claire), "whoever worried knows"
    line.refresh_from_db()
    assert line.read_at is not None
    assert not lines_of(interviewing)


def test_whoever_is_in_an_interview_with_the_patient_is_told_even_where_another_is_in_charge(
    claire: Character, martin: Character, roux: Character, pec: Encounter
) -> None:
    assign(roux, pec, role=Referent.PSYCHIATRY)
    begin(martin, pec)
    run(worry(claire, pec))
    assert row_of(martin, "concern").manner == Manner.ALERT, "an ordinary interview does not silence"
    assert "concern" in notices(roux)


def test_in_a_crisis_interview_about_that_very_patient_it_is_the_one_silent_line(
    claire: Character, martin: Character, roux: Character, pec: Encounter
) -> None:
    assign(roux, pec, role=Referent.PSYCHIATRY)
    begin(martin, pec, is_crisis=True)
    run(worry(claire, pec))
    assert row_of(martin, "concern").manner == Manner.LINE
    assert lines_of(martin) == ["concern"]
    end(martin, pec, Intervention.objects.get(professional=martin.id))
    run(worry(claire, pec, "de nouveau"))
    assert Notification.objects.filter(user=martin.id, notice="concern").count() == 1, "over: those in charge are told"


def test_the_summary_comes_after_the_interview(
    claire: Character, interviewing: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    run(last(pec, "encounters.request_changed"))
    run(worry(claire, pec))
    send(claire, pec, hospitals.emp)
    run(last(pec, "handover.note_signed"))
    before = interviewing.client().get("/notifications/compte/", headers=HTMX).content.decode()
    state = before.split("vu=")[1].split('"')[0]
    assert state.split("-")[2] == "crise"
    during = inbox_page(told(interviewing), standing_of(interviewing.id), (), clock.now())
    assert (len(during.unread), during.held_count) == (1, 0)
    is_there(interviewing, hospitals.emp)
    after = inbox_page(told(interviewing), standing_of(interviewing.id), (), clock.now())
    assert (len(after.held), after.held_count) == (1, 2)
    badge = interviewing.client().get(f"/notifications/compte/?vu={state}", headers=HTMX).content.decode()
    assert "bilan=1" in badge
    address = badge.split('hx-get="/notifications/annonce/')[1].split('"')[0].replace("&amp;", "&")
    toast = interviewing.client().get(f"/notifications/annonce/{address}", headers=HTMX).content.decode()
    assert "Pendant votre entretien de crise" in toast


def test_an_ordinary_interview_does_not_silence(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    is_there(martin, hospitals.emp, PresenceMeaning.INTERVIEW)
    run(worry(claire, pec))
    assert row_of(martin).manner == Manner.ALERT
    assert not Event.objects.filter(kind=PASSED_ON).exists()
