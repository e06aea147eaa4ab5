"""Requests: each kind's table, a note apart from the status, and asking again."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.encounters import actions, lifecycle
from osmose.encounters.lifecycle import Meaning, RequestStatus, RequestTable
from osmose.encounters.lifecycle.requests import ENDED
from osmose.encounters.models import ServiceRequest
from osmose.encounters.operations.founding import FOUNDING, FoundingKind
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, current, refused
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db
PAIRS = [
    (kind, source.code, target.code)
    for kind in FOUNDING
    for source in kind.table.statuses
    for target in kind.table.statuses
    if source != target
]


@pytest.mark.parametrize("kind", FOUNDING, ids=lambda kind: kind.code)
def test_a_founding_kind_has_a_sound_table(kind: FoundingKind) -> None:
    assert lifecycle.table_problems(kind.table) == []
    for status in kind.table.statuses:
        if status.meaning in ENDED and status.meaning is not Meaning.NOT_NEEDED:
            assert not kind.table.allows(status.code, kind.table.initial.code), "what was done is never « not asked »"


def test_a_nurse_who_missed_a_step_may_jump_over_it() -> None:
    imaging, biology = (kind.table.transitions for kind in FOUNDING[1:3])
    assert set(imaging["none"]) == {"asked", "running", "done", "refused"}
    assert set(imaging["done"]) == {"asked", "running", "available", "seen"}
    assert set(biology["none"]) == {"asked", "running", "refused", "available"}
    assert set(biology["available"]) == {"asked", "running", "seen"}
    psychiatry = FOUNDING[3].table
    assert {source: set(targets) for source, targets in psychiatry.transitions.items()} == {
        "none": {"asked"}, "asked": {"acknowledged", "deferred", "running", "advised", "cancelled", "none"},
        "acknowledged": {"asked", "deferred", "running", "advised", "cancelled"},
        "deferred": {"asked", "acknowledged", "running", "advised", "cancelled"},
        "running": {"paused", "done"}, "paused": {"running", "done"},
        "done": {"asked"}, "advised": {"asked"}, "cancelled": {"asked"},
    }  # fmt: skip


codes = st.sampled_from(["a", "b", "c", "d"])
tables = st.builds(
    RequestTable,
    st.lists(st.builds(RequestStatus, codes, codes, st.sampled_from(Meaning)), max_size=4).map(tuple),
    st.dictionaries(codes, st.lists(codes, max_size=3).map(tuple), max_size=4),
)


@given(tables)
def test_a_table_without_problems_starts_with_nothing_asked_and_reaches_everything(table: RequestTable) -> None:
    if lifecycle.table_problems(table):
        return
    assert table.initial.meaning is Meaning.NONE
    seen, frontier = {table.initial.code}, [table.initial.code]
    while frontier:
        for target in table.transitions.get(frontier.pop(), ()):
            table.status(target)
            frontier += [target] if target not in seen else []
            seen.add(target)
    assert seen == {s.code for s in table.statuses}


@given(tables, codes, codes)
def test_a_transition_is_required_exactly_where_it_is_allowed(table: RequestTable, source: str, target: str) -> None:
    known = {s.code for s in table.statuses}
    if lifecycle.table_problems(table) or not {source, target} <= known:
        return
    if table.allows(source, target):
        assert table.require(source, target, label="Demande").code == target
    else:
        with refused("impossible de passer de"):
            table.require(source, target, label="Demande")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(FOUNDING),
    st.lists(
        st.sampled_from(
            ["none", "asked", "acknowledged", "deferred", "running", "done", "paused", "advised", "cancelled"]
        ),
        max_size=6,
    ),
)
def test_whatever_is_clicked_the_clocks_stay_in_order(
    claire: Character, hospitals: Hospitals, kind: FoundingKind, clicks: list[str]
) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    at, state = clock.now() - timedelta(minutes=30), "none"
    for wanted in clicks:
        at += timedelta(minutes=1)
        before = state
        try:
            unit = hospitals.emp if kind.is_psychiatric else None
            ask(claire, pec, kind.code, wanted, unit, now=at)
        except actions.Unchanged:
            assert wanted == before
        except Refused as no:
            assert not kind.table.allows(before, wanted), no.sentence  # noqa: PT017 - a property, refused or not
        else:
            assert kind.table.allows(before, wanted)
            state = wanted
    if state == "none" and not ServiceRequest.objects.filter(encounter=pec).exists():
        return
    request = current(pec, kind.code)
    hours = [h for h in (request.requested_at, request.started_at, request.done_at) if h]
    assert (request.status, hours) == (state, sorted(hours))
    meaning = request.state.meaning
    assert (request.requested_at is None) is (meaning is Meaning.NONE)
    assert (request.started_at is not None) is (meaning in (Meaning.RUNNING, Meaning.PAUSED, Meaning.DONE))
    assert (request.done_at is not None) is (meaning in ENDED)


def test_an_impossible_transition_says_what_is_possible(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    ask(claire, pec, "imaging", "done")
    sentence = "Imagerie\u202f: impossible de passer de «\u202fRéalisée\u202f» à «\u202fNon demandée\u202f»."
    with refused(sentence) as caught:
        ask(claire, pec, "imaging", "none")
    assert "Possible\u202f: «\u202fDemandée\u202f», «\u202fEn cours\u202f»" in caught.value.sentence
    with refused("Cet état n’existe pas"):
        ask(claire, pec, "imaging", "paused")
    with refused("Ce type de demande n’existe pas"):
        ask(claire, pec, "scanner", "asked")


def test_a_note_stands_beside_the_status_and_changes_nothing_of_it(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    with refused("rien n’est demandé"):
        click(actions.note_request, claire, pec, kind="imaging", text="Scan cérébral")
    asked = ask(claire, pec, "imaging")
    click(actions.note_request, claire, pec, kind="imaging", text="Scan cérébral en cours")
    noted = current(pec, "imaging")
    assert (noted.note, noted.status, noted.changed_at) == ("Scan cérébral en cours", "asked", asked.changed_at)
    ask(claire, pec, "imaging", "running")
    assert current(pec, "imaging").note == "Scan cérébral en cours"
    click(actions.note_request, claire, pec, kind="imaging", text="")
    assert current(pec, "imaging").note is None
    assert timeline.of(pec.pk)[0].sentence == "Imagerie\u202f: note retirée"


def test_asking_again_after_the_end_makes_a_new_request(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    done = ask(claire, pec, "biology", "available")
    click(actions.note_request, claire, pec, kind="biology", text="Kaliémie basse")
    again = ask(claire, pec, "biology", "asked")
    assert again.pk != done.pk
    assert (again.note, again.started_at, again.done_at) == (None, None, None)
    kept = ServiceRequest.objects.get(pk=done.pk)
    assert (kept.is_current, kept.status, kept.note) == (False, "available", "Kaliémie basse")


def test_correcting_a_finished_exam_goes_on_with_the_same_request(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    done = ask(claire, pec, "biology", "available")
    running = ask(claire, pec, "biology", "running")
    assert (running.pk, running.done_at, running.started_at) == (done.pk, None, done.started_at)


def test_the_timeline_agrees_its_words(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    ask(claire, pec, "biology")
    ask(claire, pec, "imaging", "running")
    ask(claire, pec, "box", "not_needed")
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    told = [(e.sentence, e.detail) for e in timeline.of(pec.pk) if e.kind == "encounters.request_changed"]
    assert told == [
        ("PEC psy demandée", "pour Équipe mobile"),
        ("Box pour évaluation\u202f: non nécessaire", ""),
        ("Imagerie en cours", ""),
        ("Bilan biologique demandé", ""),
    ]


def test_a_request_that_several_teams_receive_names_one(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    with refused("choisissez l’équipe"):
        ask(claire, pec, "psychiatry")
    with refused("ne reçoit pas ce type de demande"):
        ask(claire, pec, "psychiatry", unit=hospitals.uhcd)
    assert ask(claire, pec, "psychiatry", unit=hospitals.psyli).addressed_unit == hospitals.psyli
