"""The demonstration's evening: like a real one at any hour, the same each time, and nobody's."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from osmose.accounts.models import User
from osmose.demo import cases, evening, people, seed
from osmose.demo.cases import FILE
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.models import Encounter, Movement, RequestKind, ServiceRequest
from osmose.encounters.policies import READ
from osmose.handover.models import HandoverNote
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.base import clock
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import fold
from osmose.kernel.events.models import Event
from osmose.organisations.models import CareUnit
from osmose.patients.models import Patient
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


def board_of(name: str) -> set[Encounter]:
    now = clock.now()
    return set(READ.rows(account(name).actor_at(now), now).filter(status__in=["active", "sortie"]))


def test_the_evening_is_like_a_real_one(shown: list[Encounter]) -> None:
    now = clock.now()
    here = [e for e in shown if e.establishment.finess == people.HOSPITALS[0].finess]
    states = Counter(Encounter.objects.filter(pk__in=[e.pk for e in here]).values_list("status", flat=True))
    assert 25 <= states[EncounterStatus.ACTIVE] + states[EncounterStatus.EXITED] <= 30
    assert states[EncounterStatus.EXITED] >= 3
    assert states[EncounterStatus.CLOSED] >= 5
    elsewhere = Encounter.objects.exclude(establishment=here[0].establishment)
    assert elsewhere.count() == 3
    assert set(elsewhere.values_list("care_unit__establishment__finess", flat=True)) == {people.HOSPITALS[2].finess}
    units = set(Encounter.objects.filter(pk__in=[e.pk for e in here]).values_list("care_unit__code", flat=True))
    assert units == {"SAU", "PED", "UHCD"}
    waits = sorted(now - e.arrived_at for e in here if e.is_open)
    assert timedelta(0) < waits[0] < timedelta(minutes=15)
    assert Counter(e.arrival_mode for e in here).total() == len(here)
    assert len({e.arrival_mode for e in here}) >= 5

    kinds = {k.code for k in RequestKind.objects.filter(establishment=here[0].establishment)}
    assert kinds == {"box", "imaging", "biology", "psychiatry"}
    psychiatry = ServiceRequest.objects.filter(
        kind__code="psychiatry", is_current=True, encounter__status="active", encounter__in=here
    )
    states_of = Counter(psychiatry.values_list("status", flat=True))
    assert all(states_of[s] >= 2 for s in ("asked", "running", "paused", "done")), states_of


def test_nothing_happens_in_the_future_nor_before_the_arrival(shown: list[Encounter]) -> None:
    now = clock.now()
    arrived = {e.pk: e.arrived_at for e in shown}
    for event in Event.objects.filter(subject_id__in=arrived):
        assert arrived[event.subject_id] <= event.occurred_at <= now
        assert now - timedelta(minutes=5) < event.recorded_at <= now, "the database says when it was recorded"


def test_no_two_patients_are_in_one_box(shown: list[Encounter]) -> None:
    taken = Movement.objects.filter(cancelled_at=None).exclude(box=None).select_related("encounter")
    by_box: dict[object, list[Movement]] = {}
    for movement in taken:
        by_box.setdefault(movement.box_id, []).append(movement)
    assert len(by_box) > 8
    horizon = clock.now()
    for stays in by_box.values():
        hours = sorted((m.starts_at, m.ends_at or m.encounter.exited_at or horizon) for m in stays)
        assert all(end <= start for (_, end), (start, _) in pairwise(hours))


def test_who_was_given_a_box_is_or_was_in_one(shown: list[Encounter]) -> None:
    given = ServiceRequest.objects.filter(kind__code="box", status="given", is_current=True)
    assert given
    for request in given:
        assert Movement.objects.filter(encounter=request.encounter).exclude(box=None).exists()


def test_each_psychiatric_team_sees_those_it_was_asked_for_and_only_them(shown: list[Encounter]) -> None:
    for name, code in (("agent9", "EMP"), ("agent10", "PSYLI")):
        asked = ServiceRequest.objects.filter(addressed_unit__code=code).values_list("encounter_id", flat=True)
        seen = board_of(name)
        assert seen
        assert {e.pk for e in seen} == set(asked.filter(encounter__status__in=["active", "sortie"]))
    assert not board_of("agent9") & board_of("agent10")
    assert len(board_of("agent15")) == 3
    assert not Grant.objects.filter(source=Source.GUEST, unit_id=CareUnit.objects.get(name="Urgences pédiatriques").pk)


def test_the_patients_show_what_identities_can_be(shown: list[Encounter]) -> None:
    today = paris(clock.now()).date()
    patients = [e.patient for e in Encounter.objects.filter(pk__in=[e.pk for e in shown]).select_related("patient")]
    assert sum(p.is_unknown for p in patients) == 1
    assert sum(p.is_protected for p in patients) == 1
    assert sum(p.is_minor_on(today) for p in patients) >= 4
    homonyms = [p for p in patients if "homonyme" in p.attributes]
    assert len(homonyms) == 2
    assert len({(p.birth_name, p.first_name) for p in homonyms}) == 1
    assert len({p.birth_date for p in homonyms}) == 2
    assert {p.identity_status for p in patients} == {"provisoire", "recuperee", "validee", "qualifiee"}
    ages = {e.pk: e.patient.age_on(today) for e in Encounter.objects.select_related("patient")}
    assert all(ages.values())


def test_the_cases_say_their_age_exactly(shown: list[Encounter]) -> None:
    """« Adolescente de 17 ans » in a note is 17 on the band."""
    today = paris(clock.now()).date()
    known = {(fold(c.birth_name), fold(c.first_name)): c.age for c in cases.load().values()}
    for patient in Patient.objects.exclude(birth_date=None):
        age = known.get((patient.birth_name, patient.first_name or ""))
        if age is not None and "homonyme" not in patient.attributes:
            assert patient.age_on(today) == f"{age}\u00a0ans"


def test_nobody_bears_the_name_of_somebody_who_works_there(shown: list[Encounter]) -> None:
    staff = {fold(n) for p in people.PEOPLE for n in (p.family_name, p.given_name)}
    names = {n for p in Patient.objects.all() for n in (p.birth_name, p.used_name, p.first_name) if n}
    assert not names & staff


def test_the_notes_are_told_in_french_by_who_would_write_them(shown: list[Encounter]) -> None:
    notes = list(HandoverNote.objects.select_related("care_unit"))
    assert len(notes) >= 35
    assert any("\nDonnées\u202f: " in note.text and "\nActions\u202f: " in note.text for note in notes)
    assert not any("'" in note.text or " :" in note.text for note in notes)
    writers = {note.author_words for note in notes}
    assert {"IDE Claire Morel · SAU", "IDE Martin Diaz · Équipe mobile"} <= writers


def test_the_same_evening_comes_each_time() -> None:
    first, second = (list(evening.scenes(cases.load())) for _ in range(2))
    assert first == second
    assert len({s.key for s in first}) == len(first)
    assert json.loads(FILE.read_text(encoding="utf-8"))["warning_fr"].startswith("Données entièrement fictives")


def test_it_is_never_played_twice(shown: list[Encounter]) -> None:
    with pytest.raises(Refused):
        seed.seed(clock.now())
