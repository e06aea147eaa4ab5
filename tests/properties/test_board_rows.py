"""Over random worlds: the order of a board is one order, and no row says what its audience may not see."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.encounters import actions
from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason
from osmose.encounters.lifecycle.waiting import (
    NEVER,
    Asked,
    Waits,
    by_attention,
    is_over,
    is_to_see,
    psychiatric_meanings,
)
from osmose.encounters.models import Encounter
from osmose.encounters.queries import open_of
from osmose.handover.actions import sign_note
from osmose.handover.models import HandoverNote
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.base import clock
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import DataCategory
from osmose.workspace.board import drawing
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, move, note
from tests.factories.encounters import changing, encounter
from tests.factories.patients import REGISTRAR, a_patient

T0 = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the night the clocks change
instants = st.integers(-300, 300).map(lambda minutes: T0 + timedelta(minutes=minutes))
zones = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-11)), clock.PARIS])
requests = st.builds(
    Asked,
    meaning=st.sampled_from(Meaning),
    is_psychiatric=st.booleans(),
    requested_at=st.none() | instants,
    changed_at=instants,
)


@dataclass(frozen=True)
class Waiting:
    id: uuid.UUID
    has_exited: bool
    is_missing: bool
    is_of_concern: bool
    arrived_at: datetime
    requests: tuple[Asked, ...]

    def key(self, zone: object = UTC) -> tuple[object, ...]:
        def there(at: datetime) -> datetime:
            return at.astimezone(zone)  # type: ignore[arg-type]

        moved = tuple(
            Asked(r.meaning, r.is_psychiatric, r.requested_at and there(r.requested_at), there(r.changed_at))
            for r in self.requests
        )
        return by_attention(
            has_exited=self.has_exited,
            is_missing=self.is_missing,
            is_of_concern=self.is_of_concern,
            waits=Waits.of(moved),
            arrived_at=there(self.arrived_at),
            tie=self.id,
        )


patients = st.builds(
    Waiting,
    id=st.uuids(),
    has_exited=st.booleans(),
    is_missing=st.booleans(),
    is_of_concern=st.booleans(),
    arrived_at=instants,
    requests=st.lists(requests, max_size=4).map(tuple),
)


@given(rows=st.lists(patients, max_size=12, unique_by=lambda p: p.id), zone=zones, turned=st.randoms())
def test_the_order_is_total_and_the_same_from_any_time_zone(rows: list[Waiting], zone: object, turned: object) -> None:
    ordered = sorted(rows, key=Waiting.key)
    again = list(rows)
    turned.shuffle(again)  # type: ignore[attr-defined]
    assert sorted(again, key=lambda p: p.key(zone)) == ordered
    assert len({p.key() for p in rows}) == len(rows)


@given(rows=st.lists(patients, min_size=2, max_size=12, unique_by=lambda p: p.id))
def test_who_leads_and_who_comes_last(rows: list[Waiting]) -> None:
    ordered = sorted(rows, key=Waiting.key)
    here = [p for p in ordered if not p.has_exited]
    assert ordered == here + [p for p in ordered if p.has_exited]
    lost = [p for p in here if p.is_missing]
    assert here[: len(lost)] == lost
    found = here[len(lost) :]
    worrying = [p for p in found if p.is_of_concern]
    assert found[: len(worrying)] == worrying
    for group in (worrying, found[len(worrying) :]):
        waits = [Waits.of(p.requests) for p in group]
        assert [w.psychiatry or NEVER for w in waits] == sorted(w.psychiatry or NEVER for w in waits)
        assert not group or min((w.psychiatry or NEVER for w in waits), default=NEVER) == (waits[0].psychiatry or NEVER)


@given(asked=st.lists(requests, max_size=5))
def test_who_waits_for_psychiatry_is_to_see_and_never_over(asked: list[Asked]) -> None:
    meanings = psychiatric_meanings(asked)
    waits = Waits.of(asked)
    assert is_to_see(meanings) == (waits.psychiatry is not None)
    assert not (is_to_see(meanings) and is_over(meanings))
    for since in (waits.psychiatry, waits.other):
        assert since is None or since in {r.requested_at or r.changed_at for r in asked}


SECRETS = {
    DataCategory.IDENTITY: ("ABELLANOSA", "Rachid", "Prov."),
    DataCategory.REQUESTS: ("emandé", "Lithiémie"),
    DataCategory.NOTES: ("Accepte un café",),
}
NEVER_SHOWN = ("Confidence", "csrf", "_token")
OWN_SIDE_ONLY = ("· partagé", "2 PEC ouvertes")


@dataclass(frozen=True)
class World:
    pec: Encounter
    claire: Character
    martin: Character
    hospitals: Hospitals


@pytest.fixture
def world(claire: Character, martin: Character, hospitals: Hospitals) -> Iterator[World]:
    """A patient of whom there is something to hide in every category."""
    patient = a_patient(hospitals.perpignan, birth_name="ABELLANOSA", first_name="RACHID")
    pec = encounter(unit=hospitals.sau, patient=patient, motif="Idées délirantes")
    encounter(unit=hospitals.sau, patient=patient)
    move(claire, pec, hospitals.place("SAS"), hospitals.place("BOX-3"))
    ask(claire, pec, "biology")
    click(actions.note_request, claire, pec, kind="biology", text="Lithiémie haute")
    ask(claire, pec, "imaging")
    note(claire, pec, "concern", Concern((ConcernReason.SUICIDAL,)))
    click(sign_note, claire, pec, text="Accepte un café")
    with changing(pec) as row:
        HandoverNote.objects.create(
            encounter=row, data_key_id=row.data_key_id, text="Confidence à sa psychiatre", author_id=claire.id,
            author_words="x", care_unit=hospitals.sau, confidential_unit=hospitals.sau, occurred_at=clock.now(),
            recorded_at=clock.now(),
        )  # fmt: skip
    drawing.cache.clear()
    yield World(pec, claire, martin, hospitals)
    drawing.cache.clear()


def _share(world: World, scope: frozenset[str], *, is_protected: bool) -> None:
    """What the partner is shown from now on, and whether the identity is protected."""
    now = clock.now()
    with declared_transaction(actor_id=REGISTRAR.id):
        Grant.objects.filter(subject_id=world.pec.pk, unit_id=world.hospitals.emp.pk).update(ends_at=now)
        Grant.objects.create(
            subject_id=world.pec.pk,
            person_id=world.pec.patient_id,
            unit_id=world.hospitals.emp.pk,
            scope=sorted({*scope, "tracking"}),
            source=Source.GUEST,
            starts_at=now,
        )
        patient = world.pec.patient
        patient.refresh_from_db()
        patient.is_protected, patient.version = is_protected, patient.version + 1
        patient.save(update_fields=["is_protected", "version"])


def _row(world: World, who: Character, density: str) -> str:
    now = clock.now()
    actor = who.actor_at(now)
    rows = [row for row in open_of(actor, now) if row.id == world.pec.pk]
    return b"".join(drawing.draw(rows, actor, now, density)).decode()


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.frozensets(st.sampled_from([c.value for c in DataCategory])),
            st.booleans(),
            st.sampled_from(["tableau", "fiches"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_row_says_what_its_audience_may_not_see(
    world: World, steps: list[tuple[frozenset[str], bool, str, bool]]
) -> None:
    """Whoever looked before, whatever is kept drawn: owner and partner take turns on one cache."""
    for scope, is_protected, density, owner_first in steps:
        _share(world, scope, is_protected=is_protected)
        turns = (world.claire, world.martin) if owner_first else (world.martin, world.claire)
        seen = {who.id: _row(world, who, density) for who in turns}
        ours, theirs = seen[world.claire.id], seen[world.martin.id]
        assert "uicidaire" in ours
        assert "uicidaire" in theirs
        for category, words in SECRETS.items():
            if category.value not in scope:
                assert not [word for word in words if word in theirs], (category, density)
        assert not [word for word in NEVER_SHOWN if word in ours + theirs]
        assert all(word in ours for word in OWN_SIDE_ONLY[1:])
        assert not [word for word in OWN_SIDE_ONLY if word in theirs]
        if is_protected:
            assert not [w for w in ("ABELLANOSA", "Rachid", "délirantes", "café") if w in ours + theirs]
        else:
            assert "ABELLANOSA" in ours
            assert ("ABELLANOSA" in theirs) is ("identity" in scope)
