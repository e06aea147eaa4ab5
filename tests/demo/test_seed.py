"""The demonstration in the database: what each screen counts, by the rules and under the eyes of the application."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoDbBlocker

from osmose.accounts.models import User
from osmose.demo import people, seed
from osmose.encounters import queries
from osmose.encounters.events import (
    EncounterClosed,
    OwnerChanged,
    PlaceChanged,
)
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.people import Referent, may_be
from osmose.encounters.lifecycle.tracking import (
    FIELDS,
    Alcohol,
    Concern,
    ConcernReason,
    Decision,
    Outlook,
    Substance,
    Substances,
    Triage,
)
from osmose.encounters.models import (
    Assignment,
    Encounter,
    Interruption,
    Movement,
    RequestKind,
    ServiceRequest,
    Tracking,
)
from osmose.encounters.operations import interventions, tracking
from osmose.encounters.policies import READ
from osmose.encounters.queries.delays import delays_of
from osmose.handover.models import HandoverNote
from osmose.handover.policies import READ as READ_NOTES
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.audit.models import AccessEntry, Outcome
from osmose.kernel.base import clock
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.notifications.models import Escalation, Notification
from osmose.organisations.models import CareUnit
from osmose.patients.models import Patient, PatientIdentifier, StandingInstruction
from osmose.patients.rules.ins import DEMO_OID
from tests.cast import Character


@pytest.fixture(scope="module")
def shown(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Encounter]]:
    """Played once for all the tests of this file, which only look; rolled back at the end."""
    evening_of_tests = transaction.atomic()
    evening_of_tests._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        with evening_of_tests:
            yield seed.seed(clock.now())
            transaction.set_rollback(True)
        connection.close()


def account(name: str) -> Character:
    return Character(User.objects.get(email=f"{name}@{people.DOMAIN}"))


def board_of(name: str) -> Counter[str]:
    now = clock.now()
    rows = READ.rows(account(name).actor_at(now), now).exclude(status="annulee")
    return Counter(rows.values_list("status", flat=True))


def here() -> list[Encounter]:
    """Those who are at Perpignan now."""
    rows = Encounter.objects.filter(status="active", establishment__finess=people.HOSPITALS[0].finess)
    return list(rows.select_related("patient", "tracking", "care_unit"))


def requests_of(kind: str) -> list[ServiceRequest]:
    """The current requests of those who are here."""
    rows = ServiceRequest.objects.filter(kind__code=kind, is_current=True, encounter__in=here())
    return list(rows.select_related("kind", "encounter__patient"))


def test_the_nurse_of_the_emergencies_counts_44_active_65_open_130_in_all(shown: list[Encounter]) -> None:
    assert board_of("agent1") == {"active": 44, "sortie": 21, "cloturee": 65}
    assert board_of("manager-sau") == board_of("agent1")
    assert Counter(e.care_unit.code for e in here()) == {"SAU": 34, "PED": 7, "UHCD": 3}
    assert board_of("agent15") == {"active": 3}


def test_two_patients_are_expected_one_of_them_late_and_three_calls_were_noted(shown: list[Encounter]) -> None:
    now, names = clock.now(), ("agent1", "agent9", "agent15")
    awaited = {name: queries.announcements(account(name).actor_at(now), now) for name in names}
    assert [len(rows) for rows in awaited.values()] == [2, 1, 0]
    assert [row.expected_at < now for row in awaited["agent1"]] == [True, False]
    assert {row.reason for row in awaited["agent9"]} == {"Agitation, refuse tout contact"}
    days = {paris(now).date(), paris(now - timedelta(hours=3)).date()}
    calls = {name: sum(len(queries.calls_of(account(name).actor_at(now), now, day)) for day in days) for name in names}
    assert calls == {"agent1": 2, "agent9": 2, "agent15": 0}


def test_each_psychiatric_team_sees_those_it_was_asked_for_and_only_them(shown: list[Encounter]) -> None:
    now = clock.now()
    for name, code in (("agent9", "EMP"), ("agent10", "PSYLI")):
        asked = ServiceRequest.objects.filter(addressed_unit__code=code).values_list("encounter_id", flat=True)
        seen = set(READ.rows(account(name).actor_at(now), now).values_list("pk", flat=True))
        assert seen == set(asked)
    assert board_of("agent9")["active"] >= 12
    assert board_of("agent10")["active"] >= 4
    assert board_of("agent5").total() == Encounter.objects.filter(care_unit__code="PED").count()
    assert not Grant.objects.filter(source=Source.GUEST, unit_id=CareUnit.objects.get(code="PED").pk)


def test_psychiatry_is_awaited_eight_times_running_three_done_nine(shown: list[Encounter]) -> None:
    states = Counter(r.status for r in requests_of("psychiatry"))
    assert states == {"asked": 4, "acknowledged": 1, "deferred": 1, "paused": 2, "running": 3, "done": 9}
    unmet = ("asked", "acknowledged", "deferred")
    waiting = {r.encounter_id for r in requests_of("psychiatry") if r.status in (*unmet, "paused")}
    worrying = [e for e in here() if (noted := queries.tracking_of(e)) and noted.is_of_concern]
    assert 8 <= len(worrying) <= 10
    waiting_first = [r for r in requests_of("psychiatry") if r.status in unmet]
    assert sum(r.encounter_id in {e.pk for e in worrying} for r in waiting_first) == 2
    assert max(waiting_first, key=lambda r: clock.now() - r.since).encounter_id in {e.pk for e in worrying}
    assert len(waiting) == 8


def test_interviews_are_named_interrupted_with_a_reason_and_held_by_two(shown: list[Encounter]) -> None:
    requests = {r.pk: r for r in requests_of("psychiatry")}
    held = {pk: interventions.of(request) for pk, request in requests.items()}
    met = [pk for pk, request in requests.items() if request.status in ("running", "paused", "done")]
    assert all(held[pk] for pk in met), "somebody is named wherever somebody came"
    two = [pk for pk in met if len(held[pk]) == 2]
    assert [requests[pk].status for pk in two] == ["running"]
    assert requests[two[0]].expected_at, "one of the two comes back at an hour"
    open_ = Interruption.objects.filter(ends_at=None, intervention__request__in=requests)
    assert all(pause.reason for pause in open_)
    assert len(open_) == 3
    assert all(r.expected_at for r in requests.values() if r.status in ("acknowledged", "deferred"))


def test_every_delay_of_the_evening_is_computed_from_events_alone(shown: list[Encounter]) -> None:
    """Domain §8: each delay is known of several passages, and agrees with the rows."""
    found = {pec.pk: delays_of(timeline.of(pec.pk, limit=500), psychiatric={"psychiatry"}) for pec in shown}
    for name in ("triage", "medical", "request", "decision", "bed", "boarding", "total"):
        assert sum(getattr(one, name) is not None for one in found.values()) >= 10, name
    psychiatry = {one.request: one for told in found.values() for one in told.psychiatry}
    for name in ("response", "gross", "net", "promise"):
        assert any(getattr(one, name) is not None for one in psychiatry.values()), name
    assert any(one.net != one.gross for one in psychiatry.values() if one.net)
    assert not any(one.is_contradictory for one in found.values())
    for request in requests_of("psychiatry"):
        one = psychiatry[str(request.pk)]
        assert (one.asked_at, one.started_at, one.ended_at) == (
            request.requested_at, request.started_at, request.done_at,
        )  # fmt: skip


def test_boxes_are_asked_for_and_waited_for(shown: list[Encounter]) -> None:
    now = clock.now()
    waits = sorted((now - r.since) // timedelta(minutes=1) for r in requests_of("box") if r.status == "asked")
    assert [any(abs(wait - told) <= 15 for wait in waits) for told in (20, 31, 50)] == [True] * 3
    for request in ServiceRequest.objects.filter(kind__code="box", status="given", is_current=True):
        assert Movement.objects.filter(encounter=request.encounter).exclude(box=None).exists()


def test_no_two_patients_are_in_one_box_but_two_children_with_a_reason(shown: list[Encounter]) -> None:
    taken = Movement.objects.filter(cancelled_at=None).exclude(box=None).select_related("encounter__patient", "box")
    by_box: dict[object, list[Movement]] = {}
    for movement in taken:
        by_box.setdefault(movement.box_id, []).append(movement)
    assert len(by_box) > 15
    horizon, together = clock.now(), set()
    for stays in by_box.values():
        hours = sorted(((m.starts_at, m.ends_at or m.encounter.exited_at or horizon, m) for m in stays),
                       key=lambda stay: stay[:2])  # fmt: skip
        together |= {(a, b) for (_, end, a), (start, _, b) in pairwise(hours) if end > start}
    [(first, second)] = together
    assert first.encounter.patient.birth_name == second.encounter.patient.birth_name
    reasons = [e.payload["what"]["reason"] for e in Event.objects.filter(kind=PlaceChanged.name)]
    assert [reason for reason in reasons if reason] == ["Frère et sœur, même gastro-entérite, un seul parent présent"]


def test_results_say_what_they_are(shown: list[Encounter]) -> None:
    biology = Counter((r.status, r.result) for r in requests_of("biology"))
    assert biology["available", "anormal"] >= 2, "abnormal, and nobody has seen it yet"
    assert biology["seen", "normal"] >= 3
    assert biology["seen", "anormal"] >= 3
    assert biology["refused", None] >= 1
    imaging = Counter(r.status for r in requests_of("imaging"))
    assert all(imaging[status] for status in ("asked", "running", "done", "seen")), imaging
    assert "Scan cérébral en cours" in {r.note for r in requests_of("imaging")}


def test_everything_that_the_screens_note_is_there_at_least_once(shown: list[Encounter]) -> None:
    noted = list(Tracking.objects.all())
    for name in FIELDS:
        assert sum(row.value(name) is not None for row in noted) >= 3, name
    worries = [v for row in noted if isinstance(v := row.value("concern"), Concern)]
    assert {reason for worry in worries for reason in worry.reasons} == set(ConcernReason)
    assert any(not worry.is_set for worry in worries), "somebody is not worrying any more"
    assert {row.triage for row in noted if row.triage} == set(Triage)
    tests = [v for row in noted if isinstance(v := row.value("alcohol"), Alcohol)]
    assert {test.status.value for test in tests} >= {"positif", "negatif", "refus"}
    taken = [v for row in noted if isinstance(v := row.value("substances"), Substances)]
    assert {substance for found in taken for substance in found.taken} == set(Substance)
    modes = set(Encounter.objects.values_list("arrival_mode", flat=True))
    assert modes >= {"seul", "famille", "ambulance", "pompiers", "smur", "police", "gendarmerie"}
    roles = Counter(Assignment.objects.filter(encounter__in=here(), ends_at=None).values_list("role", flat=True))
    assert all(roles[role.value] >= 10 for role in Referent), roles
    held = Assignment.objects.filter(ends_at=None).select_related("user", "encounter__care_unit")
    works = {u.pk: {m.care_unit.kind for m in u.memberships.select_related("care_unit")} for u in User.objects.all()}
    for one in held:
        role = Referent(one.role)
        assert may_be(role, one.user.function, works[one.user_id], one.encounter.care_unit.kind), (str(one.user), role)
    kinds = {k.code for k in RequestKind.objects.filter(establishment=shown[0].establishment)}
    assert kinds == {"box", "imaging", "biology", "psychiatry", "somatic", "bed", "transport"}
    decisions = {v.choice for row in noted if isinstance(v := row.value("decision"), Decision)}
    assert decisions == set(Outlook)


def test_exits_and_closures_are_of_all_kinds(shown: list[Encounter]) -> None:
    gone = Encounter.objects.exclude(exited_at=None)
    assert set(gone.values_list("exit_mode", flat=True)) == {"6", "7", "8", "9"}
    assert set(gone.values_list("destination", flat=True)) >= {"1", "4", "7", ""}
    assert set(gone.values_list("orientation", flat=True)) >= {"MED", "CHIR", "HDT", "PSA", "SCAM", "REO", ""}
    closures = Counter(e.payload["what"]["is_automatic"] for e in Event.objects.filter(kind=EncounterClosed.name))
    assert closures[True] > 5
    assert closures[False] > 20
    now = clock.now()
    assert not [e for e in gone.exclude(closed_at=None) if not now - timedelta(days=30) < e.closed_at <= now]  # type: ignore[operator]
    running = ServiceRequest.objects.filter(status="running", kind__code="psychiatry", is_current=True)
    assert not running.filter(encounter__status=EncounterStatus.CLOSED)


def test_what_follows_psychiatry_is_shown_at_every_step(shown: list[Encounter]) -> None:
    """« Décision attendue », a bed awaited, one obtained, a transport asked: each on a patient who is here."""
    asked = Counter(
        ServiceRequest.objects.filter(encounter__in=here(), is_current=True).values_list("kind__code", "status")
    )
    assert asked["bed", "asked"] >= 3
    assert asked["bed", "given"] >= 3
    assert asked["transport", "asked"] >= 1
    seen = ServiceRequest.objects.filter(
        encounter__in=here(), is_current=True, kind__code="psychiatry", status="done"
    ).values("encounter_id")
    undecided = Tracking.objects.filter(encounter_id__in=seen, decision=None)
    assert undecided.exists()
    assert Event.objects.filter(kind=OwnerChanged.name, subject_id__in=[e.pk for e in here()]).exists()


def test_some_came_before_within_thirty_days(shown: list[Encounter]) -> None:
    passages = Counter(Encounter.objects.values_list("patient_id", flat=True))
    active = {e.patient_id for e in here()}
    assert sorted(times for patient, times in passages.items() if times > 1 and patient in active) == [2, 2, 2, 4]
    for patient, _ in passages.most_common(4):
        states = [e.status for e in Encounter.objects.filter(patient_id=patient).order_by("-arrived_at")]
        assert states[0] == "active"
        assert set(states[1:]) == {"cloturee"}


def test_nothing_happens_in_the_future_nor_before_the_arrival(shown: list[Encounter]) -> None:
    now = clock.now()
    arrived = {e.pk: e.arrived_at for e in shown}
    for event in Event.objects.filter(subject_id__in=arrived):
        assert arrived[event.subject_id] <= event.occurred_at <= now  # type: ignore[index]
        assert now - timedelta(minutes=15) < event.recorded_at <= now, "the database says when it was recorded"


def test_each_deed_left_its_line_in_the_journal(shown: list[Encounter]) -> None:
    doors = Counter(AccessEntry.objects.values_list("door", flat=True))
    events = Counter(Event.objects.values_list("kind", flat=True))
    assert doors["encounters.actions.exits.exit_encounter"] == events["encounters.exited"] == 86
    assert doors["encounters.actions.exits.close_encounter"] == 65
    # One was signed once, and put in the right record.
    assert doors["handover.actions.notes.sign_note"] == HandoverNote.objects.filter(misfiling=None).count()
    kinds = {kind.name for kind in (*tracking.EVENTS.values(), *tracking.STEPS.values())}
    tracked = sum(n for kind, n in events.items() if kind in kinds)
    assert doors["encounters.actions.tracking.set_tracking"] == tracked > 500
    assert not AccessEntry.objects.exclude(outcome=Outcome.ALLOWED)


def test_confidential_notes_stay_in_their_unit(shown: list[Encounter]) -> None:
    now = clock.now()
    kept = HandoverNote.objects.exclude(confidential_unit=None)
    assert Counter(kept.values_list("confidential_unit__code", flat=True)) == {"EMP": 3, "PED": 1}
    for name, expected in (("agent1", 0), ("agent9", 3), ("agent5", 1), ("agent10", 0)):
        may_read = READ_NOTES.rows(account(name).actor_at(now), now)
        assert may_read.exclude(confidential_unit=None).count() == expected


def test_the_patients_show_what_identities_can_be(shown: list[Encounter]) -> None:
    today = paris(clock.now()).date()
    patients = list(Patient.objects.filter(pk__in={e.patient_id for e in shown}))
    assert sum(p.is_unknown for p in patients) == 1
    assert sum(p.is_protected for p in patients) == 1
    homonyms = [p for p in patients if "homonyme" in p.attributes]
    assert len(homonyms) == 2
    assert len({(p.birth_name, p.first_name) for p in homonyms}) == 1
    assert len({p.birth_date for p in homonyms}) == 2
    assert {p.identity_status for p in patients} == {"provisoire", "recuperee", "validee", "qualifiee"}
    assert all(p.age_on(today) for p in patients)
    for encounter in Encounter.objects.select_related("patient", "care_unit"):
        assert encounter.patient.is_minor_on(today) is (encounter.care_unit.code == "PED")


def test_identifiers_are_the_demonstrations_own(shown: list[Encounter]) -> None:
    for number in PatientIdentifier.objects.all():
        if number.kind == "INS":
            assert number.oid == DEMO_OID
            assert number.value[5:10] == "66999", "of a commune that does not exist"
        else:
            assert number.value.startswith("90000")


def test_the_notes_are_told_by_who_would_write_them(shown: list[Encounter]) -> None:
    notes = list(HandoverNote.objects.all())
    assert len(notes) >= 200
    assert {note.kind for note in notes} == {"plain", "focus", "saed", "macro"}
    assert any(set(note.parts or ()) == {"data", "action"} for note in notes), "a cible without its result yet"
    assert all(note.recipients.exists() for note in notes if note.answer_by)
    writers = {note.author_words for note in notes}
    assert {"IDE Claire Morel · SAU", "IDE Martin Diaz · Équipe mobile", "AS Théo Lambert · SAU"} <= writers


def test_it_is_never_played_twice(shown: list[Encounter]) -> None:
    with pytest.raises(Refused):
        seed.seed(clock.now())


def test_the_fourth_visit_finds_what_was_left_at_the_others(shown: list[Encounter]) -> None:
    """Whoever tries the demonstration sees a known patient, a plan, and an instruction past its review."""
    today = paris(clock.now()).date()
    rows = StandingInstruction.objects.all()
    assert Counter(row.kind for row in rows) == {
        "conduct": 1, "helps": 1, "team": 1, "precautions": 2, "protection_plan": 1,
    }  # fmt: skip
    (overdue,) = [row for row in rows if row.review_on < today]
    assert overdue.patient.identifiers.exists()
    known = {row.patient_id for row in rows if row.kind in ("conduct", "helps", "team")}
    assert len(known) == 1
    assert Encounter.objects.filter(patient_id__in=known).count() == 4


def test_the_last_minutes_wait_in_the_inboxes_and_no_job_is_left(shown: list[Encounter]) -> None:
    told = Notification.objects.filter(cleared_at=None, read_at=None)
    for account in ("agent1", "agent9"):
        assert 2 <= told.filter(user__email=f"{account}@osmose.fr").values("subject_id").distinct().count() <= 12
    assert not ProcrastinateJob.objects.filter(task_name__startswith="notifications.").exists()
    assert not Escalation.objects.filter(settled_at=None).exists()
