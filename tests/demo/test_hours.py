"""Part of the evening, played on the nights the clocks change: the same rows for the same `now`, each at its hour."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from osmose.demo import evening, seed
from osmose.demo.cases import load
from osmose.encounters.models import Encounter, Movement, ServiceRequest, Tracking
from osmose.handover.models import HandoverNote
from osmose.kernel.base.clock import paris
from osmose.kernel.base.text import fold
from osmose.patients.models import Patient

# Past ones: nothing is recorded in the future.
AUTUMN, SPRING = datetime(2025, 10, 26, 1, 30, tzinfo=UTC), datetime(2025, 3, 30, 1, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Plays:
    """What was written at each of these hours, ids aside."""

    autumn: list[Any]
    autumn_again: list[Any]
    spring: list[Any]


@pytest.fixture(scope="module")
def plays(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Plays:
    """One passage in twelve, played thrice, each time rolled back."""
    with django_db_blocker.unblock():
        found = [_play(now) for now in (AUTUMN, AUTUMN, SPRING)]
        connection.close()
    return Plays(*found)


def _play(now: datetime) -> list[Any]:
    evening_of_tests = transaction.atomic()
    evening_of_tests._from_testcase = True  # type: ignore[attr-defined]
    with evening_of_tests:
        played = seed.prepare(now).play(evening.scenes()[::12])
        rows = Encounter.objects.filter(pk__in=[pec.pk for pec in played]).select_related("patient")
        told = [_row(pec, now) for pec in rows.order_by("arrived_at", "id")]
        transaction.set_rollback(True)
    return told


@dataclass(frozen=True)
class Row:
    """One passage as the database keeps it."""

    words: tuple[Any, ...]
    hours: list[datetime | None]
    born: date | None
    age: str
    said_age: str | None


def _row(pec: Encounter, now: datetime) -> Row:
    noted = Tracking.objects.filter(encounter=pec).first()
    asked = ServiceRequest.objects.filter(encounter=pec).select_related("kind").order_by("kind__code", "requested_at")
    notes = HandoverNote.objects.filter(encounter=pec)
    moves = Movement.objects.filter(encounter=pec).select_related("location", "box").order_by("starts_at", "ends_at")
    patient = pec.patient
    return Row(
        words=(
            patient.birth_name, patient.first_name, patient.identity_status, pec.status, pec.motif, pec.version,
            [m.words for m in moves],
            noted and [noted.stored(name) for name in ("triage", "ccmu", "concern", "company", "allergies")],
            [(r.kind.code, r.status, r.result, r.note) for r in asked],
            [(n.author_words, n.words) for n in sorted(notes, key=lambda n: (n.occurred_at, n.author_words, n.words))],
        ),
        hours=[
            pec.arrived_at, pec.exited_at, pec.closed_at, *(m.starts_at for m in moves),
            *(at for r in asked for at in (r.requested_at, r.started_at, r.done_at)),
        ],
        born=patient.birth_date,
        age=patient.age_on(paris(now).date()),
        said_age=_said_age(patient),
    )  # fmt: skip


def _said_age(patient: Patient) -> str | None:
    """The age that the notes of the file speak of: « adolescente de 17 ans »."""
    known = {(fold(c.person.birth_name), fold(c.person.first_name)): c.person.age for c in load().values()}
    age = known.get((patient.birth_name, patient.first_name or ""))
    return None if age is None or "homonyme" in patient.attributes else f"{age}\u00a0ans"


def test_the_same_rows_come_each_time(plays: Plays) -> None:
    assert plays.autumn == plays.autumn_again
    assert len(plays.autumn) == 12


def test_another_night_shifts_every_hour_and_nothing_else(plays: Plays) -> None:
    apart = SPRING - AUTUMN
    for autumn, spring in zip(plays.autumn, plays.spring, strict=True):
        assert autumn.words == spring.words
        assert [at and at + apart for at in autumn.hours] == spring.hours


def test_ages_are_those_that_the_notes_tell(plays: Plays) -> None:
    told = [row for row in (*plays.autumn, *plays.spring) if row.said_age]
    assert told
    assert all(row.age == row.said_age for row in told)
