"""Over random worlds, nobody is notified of what they may not read, nor shown it once they may not any more."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.accounts.models import Membership
from osmose.accounts.queries import actors_of
from osmose.encounters.models import Encounter
from osmose.encounters.policies import ASK, READ
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.access.notices import registry
from osmose.kernel.base import clock
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.events.models import Event
from osmose.notifications.models import Notification
from osmose.notifications.operations import delivery
from osmose.notifications.queries.inbox import inbox
from osmose.organisations.models import CareUnit, DataCategory
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask
from tests.factories import encounters as pecs
from tests.factories.accounts import UserFactory
from tests.kernel.world import MAKER
from tests.notifications.telling import worry

SCOPES = (DataCategory.TRACKING.value, DataCategory.REQUESTS.value, DataCategory.NOTES.value)
ROLES = ("agent", "manager", "administrateur", "dpo")
HOURS = st.integers(-3, 3).filter(bool)


@dataclass(frozen=True)
class World:
    now: datetime
    units: list[CareUnit]
    users: list[uuid.UUID]
    pec: Encounter
    events: list[Event]


@pytest.fixture
def world(hospitals: Hospitals, claire: Character) -> World:
    pec = pecs.encounter(unit=hospitals.sau)
    worry(claire, pec)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    ask(claire, pec, "biology")
    ask(claire, pec, "biology", "available")
    events = list(Event.objects.filter(subject_id=pec.pk).order_by("id"))
    units = [hospitals.sau, hospitals.emp, hospitals.psyli, hospitals.narbonne_sau]
    return World(clock.now(), units, [user.pk for user in UserFactory.create_batch(3)], pec, events)


@dataclass(frozen=True)
class Held:
    user: int
    unit: int
    role: str
    starts: int
    lasts: int


@dataclass(frozen=True)
class Given:
    unit: int | None
    scope: frozenset[str]
    starts: int
    lasts: int


held = st.builds(
    Held,
    user=st.integers(0, 2),
    unit=st.integers(0, 3),
    role=st.sampled_from(ROLES),
    starts=HOURS,
    lasts=st.integers(1, 5),
)
granted = st.builds(
    Given, unit=st.none() | st.integers(0, 3), scope=st.frozensets(st.sampled_from(SCOPES)), starts=HOURS,
    lasts=st.integers(1, 5),
)  # fmt: skip


def _write(world: World, memberships: list[Held], grants: list[Given]) -> None:
    hour = timedelta(hours=1)
    Notification.objects.all().delete()
    Membership.objects.filter(user__in=world.users).update(
        starts_at=world.now - 99 * hour, ends_at=world.now - 98 * hour
    )
    once = {(one.user, one.unit, one.role): one for one in memberships}
    Membership.objects.bulk_create(
        Membership(
            user_id=world.users[one.user], care_unit=world.units[one.unit], role=one.role,
            starts_at=world.now + one.starts * hour, ends_at=world.now + (one.starts + one.lasts) * hour,
        )
        for one in once.values()
    )  # fmt: skip
    Grant.objects.filter(subject_id=world.pec.pk).update(starts_at=world.now - 99 * hour, ends_at=world.now - 98 * hour)
    Grant.objects.bulk_create(
        Grant(
            subject_id=world.pec.pk, person_id=world.pec.patient_id, source=Source.GUEST, scope=sorted(one.scope),
            unit_id=None if one.unit is None else world.units[one.unit].pk,
            user_id=world.users[0] if one.unit is None else None,
            starts_at=world.now + one.starts * hour, ends_at=world.now + (one.starts + one.lasts) * hour,
        )
        for one in grants
    )  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(memberships=st.lists(held, max_size=6), grants=st.lists(granted, max_size=5), later=st.integers(0, 4))
def test_nobody_is_notified_of_what_they_may_not_read(
    world: World, memberships: list[Held], grants: list[Given], later: int
) -> None:
    with declared_transaction(actor_id=MAKER.id):
        _write(world, memberships, grants)
        for event in world.events:
            for has_waited in (False, True):
                delivery.deliver(event=event, now=world.now, has_waited=has_waited)
    actors = actors_of(world.users, world.now)
    rows = Notification.objects.filter(user__in=world.users)
    for row in rows:
        needed = [READ] if registry()[row.notice].name not in ("psychiatry_asked", "result_available") else [READ, ASK]
        for policy in needed:
            assert policy.rows(actors[row.user_id], world.now).filter(pk=world.pec.pk).exists(), row.notice
    then = world.now + timedelta(hours=later, minutes=1)
    for user_id, actor in actors_of(world.users, then).items():
        may = READ.rows(actor, then).filter(pk=world.pec.pk).exists()
        shown = inbox(actor, then)
        assert may or not shown, "nothing is shown without the right of that very instant"
        if not ASK.rows(actor, then).filter(pk=world.pec.pk).exists():
            assert not [t for t in shown if t.row.notice in ("psychiatry_asked", "result_available")], user_id
