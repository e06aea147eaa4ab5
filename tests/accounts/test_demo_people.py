"""The demonstration's people: the accounts the manual promises, and nothing shared with the third hospital."""

from collections import Counter

from osmose.accounts.models import User
from osmose.demo import people
from osmose.kernel.access.roles import Role
from osmose.kernel.base import clock
from osmose.organisations import queries
from tests.cast import Character, Hospitals


def test_every_promised_account_exists_once_with_the_demonstration_password(hospitals: Hospitals) -> None:
    promised = {f"agent{n}" for n in range(1, 16)} | {"admin", "manager-psych", "manager-sau", "dpo"}
    assert set(hospitals.users) == promised
    assert {user.email for user in hospitals.users.values()} == {f"{name}@osmose.fr" for name in promised}
    assert len({user.password for user in hospitals.users.values()}) == 1
    assert User.objects.get(email="agent1@osmose.fr").check_password("osmose")


def test_everybody_has_a_name_of_their_own(hospitals: Hospitals) -> None:
    names = Counter(person.family_name for person in people.PEOPLE)
    assert [name for name, count in names.items() if count > 1] == []
    assert people.exist()


def test_everybody_may_act_somewhere_with_the_announced_role(hospitals: Hospitals) -> None:
    now = clock.now()
    for person in people.PEOPLE:
        actor = Character(hospitals.users[person.account]).actor_at(now)
        assert actor.acting is not None
        assert {membership.role for membership in actor.memberships} == {person.role}


def test_the_cast_is_who_it_says(
    claire: Character, martin: Character, roux: Character, samia: Character, paul: Character, denis: Character,
    zoe: Character, hospitals: Hospitals,
) -> None:  # fmt: skip
    assert (claire.name, martin.name, roux.name) == ("IDE Claire Morel", "IDE Martin Diaz", "Dr Lucie Roux")
    assert claire.actor.unit_ids() == {hospitals.sau.pk}
    assert martin.actor.unit_ids() == {hospitals.emp.pk}
    assert [c.actor.role for c in (samia, paul, denis)] == [Role.MANAGER, Role.ADMINISTRATOR, Role.DPO]
    assert zoe.actor.establishment_ids() == {hospitals.narbonne.pk}
    assert queries.agreements_of(hospitals.narbonne.pk, clock.now()) == []


def test_the_agreement_of_perpignan_and_thuir_is_in_force(hospitals: Hospitals) -> None:
    found = queries.agreement_between(hospitals.thuir.pk, hospitals.perpignan.pk, clock.now())
    assert found == hospitals.agreement
    assert found.host_id == hospitals.perpignan.pk
