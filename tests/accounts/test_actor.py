"""Who a user is at an instant: memberships in force, acting unit, one query."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from osmose.accounts import operations, queries
from osmose.accounts.models import Membership, User
from osmose.kernel.access.actor import Actor, FeedActor, SystemActor
from osmose.kernel.access.roles import Role
from osmose.kernel.base.refused import Refused
from osmose.kernel.base.sensitivity import sensitivity_of
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.organisations import CareUnitFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


def actor(user: User, at: datetime = NOW, unit: object = None) -> Actor:
    return queries.actor_for(user, acting_unit_id=unit, now=at)  # type: ignore[arg-type]


def test_a_person_is_shown_with_function_and_full_surname() -> None:
    user = UserFactory.create(function="IDE", given_name="Claire", family_name="Morel")
    assert str(user) == "IDE Claire Morel"
    assert actor(user).name == "IDE Claire Morel"


def test_the_actor_costs_one_query_however_many_memberships(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = UserFactory.create()
    MembershipFactory.create_batch(7, user=user)
    with django_assert_num_queries(1):
        assert len(actor(user).memberships) == 7


def test_a_membership_counts_from_its_start_included_to_its_end_excluded() -> None:
    user = UserFactory.create()
    row = MembershipFactory.create(user=user, starts_at=NOW, ends_at=NOW + HOUR)
    moments = [NOW - INSTANT, NOW, NOW + HOUR - INSTANT, NOW + HOUR]
    assert [bool(actor(user, at).memberships) for at in moments] == [False, True, True, False]
    assert [row.is_in_force(at) for at in moments] == [False, True, True, False]
    held = actor(user).memberships[0]
    assert [held.is_in_force(at) for at in moments] == [False, True, True, False]


def test_a_membership_of_a_closed_unit_gives_nothing() -> None:
    user = UserFactory.create()
    MembershipFactory.create(user=user, care_unit__ended_on=NOW.date())
    assert actor(user).memberships == ()


def test_a_closed_account_gives_nothing_even_to_a_request_already_identified() -> None:
    user = MembershipFactory.create().user
    with transaction.atomic():
        operations.close_account(user=user, at=NOW)
    assert actor(user).memberships == ()
    assert Membership.objects.get(user=user).ends_at == NOW


def test_the_acting_unit_is_the_chosen_one_else_the_first_by_label() -> None:
    user = UserFactory.create()
    urgences, equipe = (CareUnitFactory.create(short_name=name) for name in ("Urgences", "Équipe mobile"))
    for unit in (urgences, equipe):
        MembershipFactory.create(user=user, care_unit=unit)
    assert actor(user).acting_unit_id == equipe.pk
    assert actor(user, unit=urgences.pk).acting_unit_id == urgences.pk
    assert actor(user, unit=uuid4()).acting_unit_id == equipe.pk


def test_an_acting_unit_left_meanwhile_is_forgotten() -> None:
    user = UserFactory.create()
    left = MembershipFactory.create(user=user, ends_at=NOW)
    kept = MembershipFactory.create(user=user)
    assert actor(user, unit=left.care_unit_id).acting_unit_id == kept.care_unit_id


def test_a_person_without_membership_acts_for_nobody() -> None:
    nobody = actor(UserFactory.create())
    assert (nobody.acting, nobody.role, nobody.acting_unit_id, nobody.unit_label) == (None, None, None, "")
    assert not nobody.has_role()
    assert nobody.unit_ids() == frozenset()


def test_roles_are_held_per_unit() -> None:
    user = UserFactory.create()
    agent = MembershipFactory.create(user=user, role=Role.AGENT)
    manager = MembershipFactory.create(user=user, role=Role.MANAGER)
    someone = actor(user)
    assert someone.unit_ids(Role.AGENT) == {agent.care_unit_id}
    assert someone.unit_ids(Role.MANAGER) == {manager.care_unit_id}
    assert someone.unit_ids() == {agent.care_unit_id, manager.care_unit_id}
    assert someone.establishment_ids(Role.MANAGER) == {manager.care_unit.establishment_id}
    assert not someone.has_role(Role.DPO, Role.AUDITOR)
    found = someone.membership_in(manager.care_unit_id)
    assert found is not None
    assert found.role is Role.MANAGER
    assert someone.membership_in(manager.care_unit_id, Role.AGENT) is None


def test_two_units_of_the_same_name_are_told_apart_by_their_hospital() -> None:
    user = UserFactory.create()
    for hospital in ("CH Nord", "CH Sud"):
        MembershipFactory.create(user=user, care_unit__short_name="SAU", care_unit__establishment__short_name=hospital)
    assert [m.unit_label for m in actor(user).memberships] == ["SAU · CH Nord", "SAU · CH Sud"]
    alone = MembershipFactory.create(care_unit__short_name="SAU").user
    assert actor(alone).unit_label == "SAU"


def test_the_same_role_is_taken_once_and_may_be_taken_again_after_its_end() -> None:
    row = MembershipFactory.create()
    with transaction.atomic():
        with pytest.raises(Refused):
            operations.open_membership(user=row.user, care_unit=row.care_unit, role=Role.AGENT, starts_at=NOW)
        with pytest.raises(Refused):
            operations.open_membership(
                user=row.user, care_unit=row.care_unit, role=Role.MANAGER, starts_at=NOW, ends_at=NOW
            )
        operations.end_membership(membership=row, at=NOW)
        assert operations.end_membership(membership=row, at=NOW + HOUR).ends_at == NOW
        operations.open_membership(user=row.user, care_unit=row.care_unit, role=Role.AGENT, starts_at=NOW)
    assert len(actor(row.user).memberships) == 1


@pytest.mark.parametrize("fault", [{"role": "chief"}, {"ends_at": datetime(2001, 1, 1, tzinfo=UTC)}])
def test_the_database_refuses_a_membership_that_makes_no_sense(fault: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory.create(**fault)


def test_one_person_has_one_account_whatever_the_case_of_the_address() -> None:
    UserFactory.create(email="Claire.Morel@essai.fr")
    assert User.objects.get_by_natural_key(" CLAIRE.morel@essai.fr").email == "claire.morel@essai.fr"
    with transaction.atomic(), pytest.raises(Refused):
        operations.open_account(
            email="CLAIRE.MOREL@essai.fr", password=None, given_name="C", family_name="M", function="IDE"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(email="claire.morel@essai.fr").update(email="Claire.morel@essai.fr")


@pytest.mark.parametrize("table", ["user", "membership"])
def test_the_application_may_not_delete_what_the_journal_names(table: str) -> None:
    name = connection.ops.quote_name(f"accounts_{table}")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM " + name)


def test_names_and_staff_are_found_for_screens() -> None:
    unit = CareUnitFactory.create()
    elise = UserFactory.create(function="Dr", given_name="Élise", family_name="Éluard")
    zoe = UserFactory.create(function="IDE", given_name="Zoé", family_name="Fabre")
    gone = UserFactory.create(family_name="Gone")
    MembershipFactory.create(user=zoe, care_unit=unit)
    MembershipFactory.create(user=elise, care_unit=unit, role=Role.MANAGER)
    MembershipFactory.create(user=gone, care_unit=unit, ends_at=NOW)
    assert queries.staff_of(unit.pk, NOW) == [elise, zoe]
    assert queries.staff_of(unit.pk, NOW, Role.AGENT) == [zoe]
    assert queries.names_of([elise.pk, gone.pk, uuid4()]) == {elise.pk: "Dr Élise Éluard", gone.pk: str(gone)}


def test_every_role_has_a_label_and_a_paragraph_a_dpo_can_read() -> None:
    for role in Role:
        assert role.label
        assert role.paragraph.endswith(".")
        assert len(role.paragraph) > 60
    assert Role("dpo") is Role.DPO
    assert f"{Role.ADMINISTRATOR}" == "administrateur"


def test_a_feed_and_the_system_keep_the_same_identity() -> None:
    assert FeedActor.named("CH-A") == FeedActor.named("CH-A")
    assert FeedActor.named("CH-A").id != SystemActor.named("CH-A").id
    assert (FeedActor.named("CH-A").kind, SystemActor.named("demo").kind) == ("feed", "system")
    assert not FeedActor.named("CH-A").has_role()


def test_every_field_of_accounts_says_how_sensitive_it_is() -> None:
    for model in (User, Membership):
        for field in model._meta.concrete_fields:
            assert sensitivity_of(model, field) is not None, f"{model.__name__}.{field.name}"
