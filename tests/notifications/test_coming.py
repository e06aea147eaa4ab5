"""« Vu, j’arrive vers 14:40 » shows to everybody on the row and on the PEC, until somebody is with the patient."""

from datetime import datetime, timedelta

import pytest

from osmose.encounters.models import Encounter
from osmose.encounters.presenters import coming_of
from osmose.kernel.base import clock, french
from osmose.kernel.events.models import Event
from osmose.notifications import actions
from osmose.notifications.tasks import escalate
from tests.cast import Character, Hospitals
from tests.encounters.clicks import begin, click, fresh, interrupt, last, refused, resume, undo
from tests.notifications.telling import is_there, notices, row_of, run, send, worry
from tests.workspace.board.reading import board
from tests.workspace.patient_page.posts import HTMX, page, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
DENSITIES = ("vue=tableau", "vue=fiches")


@pytest.fixture
def worried(claire: Character, martin: Character, pec: Encounter) -> Encounter:
    """Martin was told that the patient is préoccupant."""
    run(worry(claire, pec))
    assert row_of(martin).notice == "concern"
    return pec


def answer(who: Character, pec: Encounter, arriving_at: datetime | None) -> Event:
    """One click on the alert."""
    click(actions.answer_alert, who, fresh(pec), notification=row_of(who), arriving_at=arriving_at)
    return last(pec, "notifications.answered")


def in_minutes(minutes: int) -> datetime:
    return clock.now() + timedelta(minutes=minutes)


def announced(pec: Encounter) -> str:
    found = coming_of(fresh(pec), clock.paris(clock.now()).date())
    return found.words if found else ""


@pytest.mark.parametrize("density", DENSITIES)
def test_everybody_sees_who_comes_and_about_when(
    hugo: Character, martin: Character, worried: Encounter, density: str
) -> None:
    at = in_minutes(20)
    assert "arrive vers" not in board(hugo.client(), density).words_of(worried)
    answer(martin, worried, at)
    words = f"IDE Diaz arrive vers {french.time(at)}"
    assert words in board(hugo.client(), density).words_of(worried)
    assert words in page(hugo, worried)


def test_it_goes_when_an_interview_begins_and_comes_back_with_its_undoing(
    martin: Character, nadia: Character, worried: Encounter
) -> None:
    answer(martin, worried, in_minutes(20))
    words = announced(worried)
    begin(nadia, worried)
    assert not announced(worried), "somebody is with the patient"
    undo(nadia, worried, last(worried, "encounters.intervention_started"))
    assert announced(worried) == words


def test_it_goes_when_an_interrupted_interview_goes_on(martin: Character, nadia: Character, worried: Encounter) -> None:
    interview = begin(nadia, worried)
    interrupt(nadia, worried, interview)
    answer(martin, worried, in_minutes(20))
    assert announced(worried)
    resume(nadia, worried, interview)
    assert not announced(worried)
    undo(nadia, worried)
    assert announced(worried)


def test_the_last_to_say_so_is_shown_and_undoing_gives_the_former_back(
    hugo: Character, martin: Character, worried: Encounter
) -> None:
    answer(martin, worried, in_minutes(20))
    martins = announced(worried)
    answered = answer(hugo, worried, in_minutes(5))
    assert announced(worried).startswith("Dr Ferrer arrive")
    undo(hugo, worried, answered)
    assert announced(worried) == martins


def test_taking_care_of_it_now_announces_no_hour_and_takes_none_away(
    hugo: Character, martin: Character, worried: Encounter
) -> None:
    answer(martin, worried, in_minutes(20))
    words = announced(worried)
    answer(hugo, worried, None)
    assert announced(worried) == words


def test_the_answer_is_undone_from_its_toast_and_only_by_its_author(
    claire: Character, martin: Character, worried: Encounter
) -> None:
    notification, at = row_of(martin), french.time(in_minutes(20))
    path = f"/notifications/{notification.pk}/reponse/"
    toast = said(martin.client().post(path, {"arriving": at}, headers=HTMX))
    assert f"Vu, j’arrive vers {at}" in toast
    event = last(worried, "notifications.answered")
    assert f'value="{event.uid}"' in toast
    run(event, waited=False)
    assert "answered" in notices(claire)
    stranger = claire.client().post(f"{path}annuler/", {"event": event.uid}, headers=HTMX)
    assert stranger.status_code == 404
    assert "Réponse annulée" in said(martin.client().post(f"{path}annuler/", {"event": event.uid}, headers=HTMX))
    assert not announced(worried)
    run(last(worried, "encounters.undone"), waited=False)
    assert "answered" not in notices(claire), "what it told vanishes"


def test_after_ten_seconds_another_hour_is_said_instead(martin: Character, worried: Encounter) -> None:
    event = answer(martin, worried, in_minutes(20))
    with refused("10 secondes"):
        undo(martin, worried, event, after=timedelta(seconds=13))
    later = in_minutes(45)
    answer(martin, worried, later)
    assert announced(worried) == f"IDE Diaz arrive vers {french.time(later)}"


def test_an_escalation_that_was_taken_by_mistake_goes_on(
    claire: Character, martin: Character, roux: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    roux.joins(hospitals.emp)
    is_there(roux, hospitals.emp)
    send(claire, pec, martin, is_urgent=True)
    run(last(pec, "handover.note_signed"))
    escalate(clock.now() + timedelta(minutes=11))
    assert notices(martin) == ["urgent_note"]
    event = answer(roux, pec, in_minutes(5))
    assert not notices(martin)
    undo(roux, pec, event)
    run(last(pec, "encounters.undone"), waited=False)
    assert notices(martin) == ["urgent_note"]
    assert escalate(clock.now() + timedelta(minutes=1)) > 0, "and to the manager next"


def test_an_hour_of_yesterday_says_its_day_and_then_nothing(martin: Character, worried: Encounter) -> None:
    at = in_minutes(20)
    answer(martin, worried, at)
    pec, day = fresh(worried), clock.paris(at).date()
    assert coming_of(pec, day + timedelta(days=1)).words == f"IDE Diaz arrive vers {french.day_time(at)}"  # type: ignore[union-attr]
    assert coming_of(pec, day + timedelta(days=2)) is None
