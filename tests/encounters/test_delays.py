"""The delays of a passage (domain §8), from its events alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.encounters import actions
from osmose.encounters.lifecycle.delays import Delays, PsychiatricDelays, Step, Told, delays
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Triage
from osmose.encounters.models import Encounter
from osmose.encounters.queries.delays import delays_of
from osmose.kernel.base import clock
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, begin, click, end, interrupt, note, resume, retime, undo
from tests.factories import encounters as pecs

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def at(number: int) -> datetime:
    return START + minutes(number)


def psy(step: Step, minute: int, interview: str = "") -> Told:
    return Told(step, at(minute), "r", interview)


def only(found: Delays) -> PsychiatricDelays:
    (one,) = found.psychiatry
    return one


def test_every_delay_that_hospitals_measure() -> None:
    found = delays(
        [
            Told(Step.ARRIVED, at(0)),
            Told(Step.TRIAGED, at(8)),
            Told(Step.MEDICAL, at(30)),
            psy(Step.ASKED, 40),
            psy(Step.ACKNOWLEDGED, 50),
            psy(Step.STARTED, 70, "a"),
            psy(Step.INTERRUPTED, 80, "a"),
            psy(Step.RESUMED, 100, "a"),
            psy(Step.ENDED, 130, "a"),
            Told(Step.DECIDED, at(145)),
            Told(Step.EXITED, at(200)),
        ]
    )
    assert (found.triage, found.medical, found.request) == (minutes(8), minutes(30), minutes(10))
    assert (found.decision, found.boarding, found.total) == (minutes(15), minutes(55), minutes(200))
    one = only(found)
    assert (one.promise, one.response, one.gross, one.net) == (minutes(10), minutes(30), minutes(60), minutes(40))
    assert (one.interruptions, one.professionals) == (1, 1)
    assert not found.is_contradictory


def test_net_of_interruptions_counts_while_at_least_one_professional_is_there() -> None:
    story = [
        psy(Step.ASKED, 0), psy(Step.STARTED, 10, "a"), psy(Step.STARTED, 20, "b"), psy(Step.INTERRUPTED, 25, "a"),
        psy(Step.INTERRUPTED, 30, "b"), psy(Step.RESUMED, 45, "b"), psy(Step.ENDED, 50, "a"), psy(Step.ENDED, 60, "b"),
    ]  # fmt: skip
    one = only(delays(story))
    assert (one.response, one.gross, one.net, one.interruptions) == (minutes(10), minutes(50), minutes(35), 2)
    assert one.professionals == 2


def test_what_is_noted_without_a_name_counts_too_until_somebody_named_takes_over() -> None:
    story = [psy(Step.ASKED, 0), psy(Step.STARTED, 5), psy(Step.INTERRUPTED, 10), psy(Step.RESUMED, 20)]
    one = only(delays([*story, psy(Step.ENDED, 30)]))
    assert (one.response, one.gross, one.net) == (minutes(5), minutes(25), minutes(15))
    one = only(delays([*story, psy(Step.STARTED, 25, "a"), psy(Step.ENDED, 40, "a")]))
    assert (one.response, one.gross, one.net, one.professionals) == (minutes(5), minutes(35), minutes(25), 1)


def test_what_is_not_over_has_no_duration_and_what_is_missing_is_never_zero() -> None:
    one = only(delays([psy(Step.ASKED, 0), psy(Step.STARTED, 5, "a")]))
    assert (one.response, one.gross, one.net, one.ended_at) == (minutes(5), None, None, None)
    nothing = delays([])
    assert (nothing.triage, nothing.total, nothing.psychiatry) == (None, None, ())
    advised = only(delays([psy(Step.ASKED, 0), psy(Step.ADVISED, 12)]))
    assert (advised.response, advised.net, advised.was_advised) == (None, None, True)


def test_a_request_withdrawn_then_made_again_waits_from_the_second_time() -> None:
    one = only(delays([psy(Step.ASKED, 0), psy(Step.WITHDRAWN, 5), psy(Step.ASKED, 20), psy(Step.STARTED, 30, "a")]))
    assert one.response == minutes(10)


def test_hours_that_contradict_one_another_are_left_out_and_said() -> None:
    found = delays([Told(Step.ARRIVED, at(10)), Told(Step.TRIAGED, at(5))])
    assert (found.triage, found.is_contradictory) == (None, True)


def test_the_night_the_clocks_change_loses_and_invents_no_hour() -> None:
    paris = [clock.paris(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)]  # 02:30, then 02:30 again
    assert delays([Told(Step.ARRIVED, paris[0]), Told(Step.EXITED, paris[1])]).total == timedelta(hours=1)


stories = st.lists(
    st.builds(
        psy,
        st.sampled_from([Step.ASKED, Step.STARTED, Step.INTERRUPTED, Step.RESUMED, Step.ENDED, Step.DEFERRED]),
        st.integers(0, 300),
        st.sampled_from(["", "a", "b"]),
    ),
    max_size=14,
)


@given(stories)
def test_whatever_is_told_no_duration_is_negative_and_net_never_exceeds_gross(told: list[Told]) -> None:
    for one in delays(told).psychiatry:
        for span in (one.promise, one.response, one.gross, one.net):
            assert span is None or span >= timedelta()
        if one.net is not None and one.gross is not None:
            assert one.net <= one.gross


# From the clicks themselves.


@pytest.fixture
def pec(claire: Character, hospitals: Hospitals) -> Encounter:
    """Arrived two hours ago."""
    return pecs.encounter(unit=hospitals.sau, arrived_at=clock.now() - minutes(120))


def told(pec: Encounter) -> Delays:
    return delays_of(timeline.of(pec.pk), psychiatric={"psychiatry"})


@pytest.mark.django_db
def test_the_clicks_of_a_passage_say_its_delays(
    claire: Character, hugo: Character, martin: Character, nadia: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    def when(minute: int) -> datetime:
        return pec.arrived_at + minutes(minute)

    note(claire, pec, "triage", Triage.TWO, now=when(6))
    click(actions.assign, hugo, pec, role=Referent.PHYSICIAN, user_id=hugo.id, now=when(20))
    ask(hugo, pec, "psychiatry", unit=hospitals.emp, now=when(25))
    ask(martin, pec, "psychiatry", "acknowledged", now=when(30), expected_at=clock.now() + minutes(5))
    first = begin(martin, pec, now=when(40))
    second = begin(martin, pec, nadia, now=when(45))
    interrupt(martin, pec, first, now=when(50))
    interrupt(martin, pec, second, now=when(60))
    resume(martin, pec, first, now=when(75))
    end(martin, pec, second, now=when(80))
    end(martin, pec, first, "Retour à domicile", now=when(90))
    found = told(pec)
    one = only(found)
    assert (found.triage, found.medical, found.request) == (minutes(6), minutes(20), minutes(5))
    assert (one.promise, one.response, one.gross, one.net) == (minutes(5), minutes(15), minutes(50), minutes(35))
    assert (one.interruptions, one.professionals) == (2, 2)


@pytest.mark.django_db
def test_a_click_undone_or_said_at_another_hour_counts_once_as_it_is_said_now(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp, now=pec.arrived_at + minutes(30))
    begin(martin, pec)
    undo(martin, pec)
    assert only(told(pec)).response is None
    begin(martin, pec)
    retime(martin, pec, pec.arrived_at + minutes(50))
    assert only(told(pec)).response == minutes(20)
    click(actions.set_arrival_time, claire, pec, at=pec.arrived_at - minutes(10))
    pecs.exited(pec)
    total = told(pec).total
    assert total is not None
    assert total >= minutes(130)
    click(actions.cancel_exit, claire, pec)
    assert told(pec).total is None
