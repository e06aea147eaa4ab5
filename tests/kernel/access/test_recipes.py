"""Queries written once: the same rows as the ORM's own query, for whoever asks, whatever was asked before."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.encounters.models import Encounter
from osmose.encounters.policies import OWN_DOMAIN, READ, WRITE
from osmose.kernel.access.actor import Actor, SystemActor
from osmose.kernel.access.models import Grant
from osmose.kernel.access.policy import Policy
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.base import clock
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter

pytestmark = pytest.mark.django_db


def _readable(actor: Actor, now: datetime, policy: Policy[Encounter], *ids: uuid.UUID) -> QuerySet[Encounter]:
    return policy.rows(actor, now).filter(pk__in=ids).select_related("patient", "care_unit").order_by("pk")


readable = Recipe(_readable)


@pytest.fixture
def world(hospitals: Hospitals) -> list[uuid.UUID]:
    units = (hospitals.sau, hospitals.narbonne_sau, hospitals.sau)
    return [encounter(unit=unit).pk for unit in units]


def test_everybody_is_given_their_own_rows_in_turn(
    world: list[uuid.UUID], claire: Character, paul: Character, hospitals: Hospitals
) -> None:
    now = clock.now()
    for who in (claire.actor, paul.actor, claire.actor, Actor(id=uuid.uuid4(), name="personne")):
        for policy in (READ, WRITE):
            wanted = list(_readable(who, now, policy, *world))
            assert readable(who, now, policy, *world) == wanted
    assert {e.care_unit for e in readable(claire.actor, now, READ, *world)} == {hospitals.sau}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picked=st.lists(st.integers(0, 2), max_size=4), hours=st.integers(-48, 48), is_wider=st.booleans())
def test_a_recipe_never_differs_from_its_query(
    world: list[uuid.UUID],
    claire: Character,
    martin: Character,
    picked: list[int],
    hours: int,
    is_wider: bool,
) -> None:
    who, now = (claire if is_wider else martin).actor, clock.now() + timedelta(hours=hours)
    ids = [world[n] for n in picked]
    assert readable(who, now, READ, *ids) == list(_readable(who, now, READ, *ids))


def test_a_membership_that_ended_gives_nothing_even_to_an_actor_kept_for_long(
    world: list[uuid.UUID], claire: Character
) -> None:
    actor, now = claire.actor, clock.now()
    assert readable(actor, now, READ, *world)
    claire.user.memberships.update(ends_at=now + timedelta(minutes=5))
    kept = claire.actor
    assert readable(kept, now, READ, *world)
    assert readable(kept, now + timedelta(minutes=6), READ, *world) == []


def test_lists_of_values_stay_lists_of_values(world: list[uuid.UUID]) -> None:
    def build(pk: uuid.UUID) -> QuerySet[Encounter, tuple[uuid.UUID, str]]:
        return Encounter.objects.filter(pk=pk).values_list("pk", "status")

    recipe = Recipe(build)
    assert [recipe(pk) for pk in world] == [[(pk, "active")] for pk in world]


def test_what_is_computed_from_a_value_is_refused(world: list[uuid.UUID]) -> None:
    def build(now: datetime) -> QuerySet[Grant]:
        return Grant.objects.filter(starts_at__gt=now - timedelta(days=30))

    with pytest.raises(TypeError, match="make it an argument"):
        Recipe(build)(clock.now())


def test_what_holds_values_of_its_own_is_refused(world: list[uuid.UUID]) -> None:
    first = world[0]

    def build(now: datetime) -> QuerySet[Grant]:
        return Grant.objects.filter(subject_id=first)

    with pytest.raises(TypeError, match="takes them all as arguments"):
        Recipe(build)


def test_an_actor_comes_with_the_instant_of_their_memberships(claire: Character) -> None:
    with pytest.raises(TypeError, match="the instant just after its actor"):
        readable(claire.actor, READ)


def test_osmose_itself_is_answered_by_the_query_as_it_is(world: list[uuid.UUID]) -> None:
    nobody = SystemActor.named("test")
    assert readable(nobody, clock.now(), READ, *world) == list(_readable(nobody, clock.now(), READ, *world)) == []


def test_the_relation_of_a_policy_agrees_with_its_rows(world: list[uuid.UUID], claire: Character) -> None:
    now = clock.now()
    for pec in Encounter.objects.filter(pk__in=world):
        is_theirs = READ.rows(claire.actor, now).filter(pk=pec.pk).exists()
        assert READ.allows(claire.actor, pec, now) == is_theirs
        assert OWN_DOMAIN.holds(claire.actor, CLINICAL, pec, now) == is_theirs
