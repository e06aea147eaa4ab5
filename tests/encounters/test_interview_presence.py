"""The status of the professional named follows their interview, and never what they said themselves meanwhile."""

from datetime import datetime, timedelta

import pytest

from osmose.accounts.actions import presence as actions
from osmose.accounts.actions.presence import Wanted
from osmose.accounts.models import PresencePeriod
from osmose.accounts.queries import presence
from osmose.accounts.rules.presence import PresenceMeaning
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, begin, end, interrupt, last, note, resume, undo
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db
CRISIS, INTERVIEW, AVAILABLE = PresenceMeaning.CRISIS, PresenceMeaning.INTERVIEW, PresenceMeaning.AVAILABLE


@pytest.fixture
def pec(claire: Character, hospitals: Hospitals) -> Encounter:
    made = pecs.encounter(unit=hospitals.sau)
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    return made


@pytest.fixture
def now() -> datetime:
    return clock.now()


def meaning(who: Character) -> PresenceMeaning | None:
    here = presence.statuses_of_people([who.id]).get(who.id)
    return here.meaning if here else None


def say(who: Character, code: str, at: datetime) -> None:
    actions.say_status(actor=who.actor_at(at), wanted=Wanted(code), now=at)


def test_beginning_is_being_in_an_interview_and_ending_is_being_available(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec)
    assert meaning(martin) is INTERVIEW
    end(martin, pec, interview)
    assert meaning(martin) is AVAILABLE


def test_the_one_who_is_named_is_in_the_interview_whoever_clicked(
    martin: Character, nadia: Character, pec: Encounter
) -> None:
    begin(martin, pec, nadia)
    assert (meaning(martin), meaning(nadia)) == (None, INTERVIEW)


def test_with_a_patient_who_is_of_concern_it_is_a_crisis(martin: Character, claire: Character, pec: Encounter) -> None:
    note(claire, pec, "concern", Concern((ConcernReason.SUICIDAL,)))
    begin(martin, pec)
    assert meaning(martin) is CRISIS


def test_the_person_may_say_that_it_is_a_crisis_and_the_timeline_says_so(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec, is_crisis=True)
    assert meaning(martin) is CRISIS
    assert "crise" in timeline.of(pec.pk)[0].sentence
    interrupt(martin, pec, interview)
    assert meaning(martin) is AVAILABLE
    resume(martin, pec, interview)
    assert meaning(martin) is CRISIS


def test_the_place_of_the_patient_is_never_taken_over(martin: Character, pec: Encounter) -> None:
    begin(martin, pec)
    assert PresencePeriod.objects.get(user=martin.user, ends_at=None).place == ""


def test_what_the_person_says_meanwhile_is_theirs(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec)
    say(martin, "pause", clock.now())
    end(martin, pec, interview)
    assert meaning(martin) is PresenceMeaning.PAUSE


def test_an_interview_renamed_crisis_by_hand_still_ends_with_it(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec)
    say(martin, "crisis", clock.now())
    assert meaning(martin) is CRISIS
    end(martin, pec, interview)
    assert meaning(martin) is AVAILABLE


def test_what_was_said_just_before_beginning_keeps_its_end_and_ends_with_the_interview(
    martin: Character, pec: Encounter, now: datetime
) -> None:
    until = now + timedelta(minutes=50)
    wanted = Wanted("crisis", is_usual=False, until=until, place="Salle 2")
    actions.say_status(actor=martin.actor_at(now), wanted=wanted, now=now)
    interview = begin(martin, pec)
    here = presence.statuses_of_people([martin.id])[martin.id]
    assert (here.meaning, here.expected_at, here.place) == (CRISIS, until, "Salle 2")
    end(martin, pec, interview)
    assert meaning(martin) is AVAILABLE


def test_undoing_the_beginning_puts_the_status_before_it_back(martin: Character, pec: Encounter, now: datetime) -> None:
    say(martin, "phone", now)
    begin(martin, pec)
    undo(martin, pec)
    here = presence.statuses_of_people([martin.id])[martin.id]
    assert (here.meaning, here.since) == (PresenceMeaning.PHONE, now)
    assert PresencePeriod.objects.filter(user=martin.user).count() == 1


def test_undoing_where_nothing_had_been_said_leaves_nothing(martin: Character, pec: Encounter) -> None:
    begin(martin, pec)
    undo(martin, pec)
    assert meaning(martin) is None


def test_undoing_an_interruption_a_return_and_an_end(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec)
    interrupt(martin, pec, interview)
    undo(martin, pec)
    assert meaning(martin) is INTERVIEW
    interrupt(martin, pec, interview)
    resume(martin, pec, interview)
    undo(martin, pec)
    assert meaning(martin) is AVAILABLE
    resume(martin, pec, interview)
    end(martin, pec, interview)
    undo(martin, pec)
    assert meaning(martin) is INTERVIEW


def test_undoing_an_end_that_found_it_interrupted_leaves_its_professional_available(
    martin: Character, pec: Encounter
) -> None:
    interview = begin(martin, pec)
    interrupt(martin, pec, interview)
    end(martin, pec, interview)
    undo(martin, pec)
    assert meaning(martin) is AVAILABLE


def test_undoing_does_not_touch_what_the_person_said_since(martin: Character, pec: Encounter) -> None:
    begin(martin, pec)
    started = last(pec, "encounters.intervention_started")
    say(martin, "moving", clock.now())
    undo(martin, pec, started)
    assert meaning(martin) is PresenceMeaning.MOVING


def test_two_interviews_at_once_free_nobody_before_the_second_ends(
    martin: Character, claire: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    other = pecs.encounter(unit=hospitals.sau)
    ask(claire, other, "psychiatry", unit=hospitals.emp)
    first, second = begin(martin, pec), begin(martin, other)
    end(martin, other, second)
    assert meaning(martin) is INTERVIEW
    end(martin, pec, first)
    assert meaning(martin) is AVAILABLE
