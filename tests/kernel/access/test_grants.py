"""The one table of grants holds its own rules: one owner, a unit or a user, a period that makes sense."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from osmose.kernel.access.models import Grant, Source
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from tests.kernel.world import writing

pytestmark = pytest.mark.django_db
SUBJECT = new_id()


def give(**given: Any) -> Grant:
    about = {"subject_id": SUBJECT, "person_id": new_id(), "scope": ["suivi"], "starts_at": clock.now()}
    with writing(), transaction.atomic():
        return Grant.objects.create(**{**about, "source": Source.GUEST, **given})


def refused(constraint: str, **given: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        give(**given)


def test_a_subject_has_one_owner_at_a_time() -> None:
    owner = give(source=Source.OWNER, unit_id=new_id())
    refused("grant_one_owner", source=Source.OWNER, unit_id=new_id())
    give(source=Source.OWNER, unit_id=new_id(), subject_id=new_id())
    with writing():
        owner.ends_at = clock.now()
        owner.save(update_fields=["ends_at"])
    give(source=Source.OWNER, unit_id=new_id())


def test_a_grant_is_for_a_unit_or_for_a_user() -> None:
    refused("grant_unit_or_user")
    refused("grant_unit_or_user", unit_id=new_id(), user_id=new_id())
    give(user_id=new_id(), source=Source.BREAK_GLASS)


def test_a_grant_does_not_end_before_it_starts() -> None:
    now = clock.now()
    refused("grant_period", unit_id=new_id(), starts_at=now, ends_at=now - timedelta(seconds=1))
    give(unit_id=new_id(), starts_at=now, ends_at=now)


def test_in_force_from_the_start_included_to_the_end_excluded() -> None:
    now = clock.now()
    grant = give(unit_id=new_id(), starts_at=now, ends_at=now + timedelta(hours=1))
    for at, is_in_force in (
        (now - timedelta(microseconds=1), False),
        (now, True),
        (now + timedelta(minutes=59), True),
        (now + timedelta(hours=1), False),
    ):
        assert Grant.objects.in_force(at).filter(pk=grant.pk).exists() is is_in_force
    assert list(Grant.objects.of(SUBJECT)) == [grant]
