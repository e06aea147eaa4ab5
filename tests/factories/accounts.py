"""Accounts and memberships for tests."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from osmose.accounts.models import Membership, User
from osmose.kernel.access.roles import Role
from tests.factories.organisations import SINCE, CareUnitFactory

PASSWORD = "cheval-agrafe-pile"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"soignant{n}@essai.fr")
    given_name = "Camille"
    family_name = factory.Sequence(lambda n: f"Essai {n}")
    function = "IDE"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        password = kwargs.pop("password", PASSWORD)
        return model_class.objects.create_user(kwargs.pop("email"), password, **kwargs)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    care_unit = factory.SubFactory(CareUnitFactory)
    role = Role.AGENT
    starts_at = SINCE
