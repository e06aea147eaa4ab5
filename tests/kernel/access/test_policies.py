"""Relation first, role second; one definition answers « which ones? » and « this one? »."""

from dataclasses import replace
from datetime import timedelta

import pytest

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor, FeedActor, SystemActor
from osmose.kernel.access.models import Source
from osmose.kernel.access.policy import Everywhere, InEstablishments, InUnits, Policy, registry
from osmose.kernel.access.roles import Role
from osmose.kernel.base import clock
from osmose.organisations.models import CareUnit
from tests.factories.organisations import CareUnitFactory
from tests.kernel.world import READ, invite, member_of

UNIT: Policy[CareUnit] = Policy(
    name="tests.unit", label="Essai", roles=frozenset({Role.AGENT}), relation=InUnits(), model=lambda: CareUnit
)
SITE: Policy[CareUnit] = Policy(
    name="tests.site",
    label="Essai",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("establishment_id", kinds=frozenset({"emergency"})),
    model=lambda: CareUnit,
)
FEED: Policy[Encounter] = Policy(
    name="tests.feed", label="Essai", roles=frozenset({Role.AGENT}), relation=Everywhere(), feeds=True
)


def sees(actor: Actor, pec: Encounter, after: timedelta = timedelta(0)) -> bool:
    at = clock.now() + after
    one, many = READ.allows(actor, pec, at), list(READ.rows(actor, at))
    assert (pec in many) is one
    return one


@pytest.mark.django_db
def test_the_unit_in_charge_sees_and_a_stranger_does_not(pec: Encounter, nurse: Actor, stranger: Actor) -> None:
    assert sees(nurse, pec)
    assert not sees(stranger, pec)


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_a_role_alone_opens_nothing_and_only_clinical_ones_use_a_relation(
    pec: Encounter, unit: CareUnit, role: Role
) -> None:
    assert sees(member_of(unit, role=role), pec) is (role in {Role.AGENT, Role.MANAGER})
    assert not sees(member_of(CareUnitFactory(establishment=unit.establishment), role=role), pec)


@pytest.mark.django_db
def test_a_guest_sees_from_the_invitation_to_its_end_and_within_its_scope(pec: Encounter) -> None:
    guest = CareUnitFactory()
    martin = member_of(guest)
    invite(pec, guest, ends_at=clock.now() + timedelta(hours=1))
    assert sees(martin, pec)
    assert not sees(martin, pec, timedelta(hours=2))
    assert not sees(martin, pec, -timedelta(hours=2))
    other = CareUnitFactory()
    invite(pec, other, scope=["notes"])
    assert not sees(member_of(other), pec)


@pytest.mark.django_db
def test_a_membership_that_ended_since_opens_nothing(pec: Encounter, unit: CareUnit) -> None:
    nurse = member_of(unit, ends_at=clock.now() + timedelta(minutes=5))
    assert sees(nurse, pec)
    assert not sees(nurse, pec, timedelta(minutes=5))
    assert nurse.at(clock.now() + timedelta(minutes=5)).acting is None


@pytest.mark.django_db
def test_a_grant_to_one_person_serves_that_person_and_only_staff(pec: Encounter, stranger: Actor) -> None:
    invite(pec, CareUnitFactory(), unit_id=None, user_id=stranger.id, source=Source.BREAK_GLASS)
    assert sees(stranger, pec)
    assert not sees(replace(stranger, memberships=(), acting=None), pec)
    assert not sees(member_of(CareUnitFactory()), pec)


@pytest.mark.django_db
def test_units_and_establishments_are_relations_too(unit: CareUnit) -> None:
    now = clock.now()
    ward = CareUnitFactory(establishment=unit.establishment, kind="ward")
    agent, admin, ward_admin = (
        member_of(unit),
        member_of(unit, role=Role.ADMINISTRATOR),
        member_of(ward, role=Role.ADMINISTRATOR),
    )
    assert list(UNIT.rows(agent, now)) == [unit]
    assert not UNIT.rows(admin, now).exists()
    assert set(SITE.rows(admin, now)) == {unit, ward}
    assert not SITE.rows(ward_admin, now).exists()
    assert SITE.allows(admin, ward, now)
    assert not SITE.allows(agent, ward, now)


def test_connectors_act_only_where_a_policy_says_so() -> None:
    now = clock.now()
    for actor in (FeedActor.named("GAM"), SystemActor.named("jobs")):
        assert FEED.allows(actor, None, now)
        assert not UNIT.allows(actor, None, now)
        assert actor.id == type(actor).named(actor.name).id


def test_a_policy_without_roles_or_named_twice_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="roles"):
        Policy(name="tests.none", label="x", roles=frozenset(), relation=Everywhere())
    with pytest.raises(TypeError, match="twice"):
        Policy(name="tests.read", label="x", roles=frozenset(Role), relation=Everywhere())
    with pytest.raises(TypeError, match="no table"):
        FEED.rows(SystemActor.named("jobs"), clock.now())
    assert registry()["tests.read"] is READ


@pytest.mark.django_db
def test_the_acting_membership_is_preferred() -> None:
    first, second = CareUnitFactory(), CareUnitFactory()
    both = (*member_of(first).memberships, *member_of(second).memberships)
    actor = Actor(id=member_of(first).id, name="x", memberships=both, acting=both[1])
    assert actor.membership_in(second.pk) == both[1]
    assert actor.membership_in(first.pk, Role.MANAGER) is None
    assert actor.unit_ids(Role.AGENT) == {first.pk, second.pk}
    assert (actor.role, actor.acting_unit_id) == (Role.AGENT, second.pk)
