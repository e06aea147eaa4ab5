"""Changes to accounts and memberships; each needs an open transaction and never opens one."""

from datetime import datetime

from django.db import connection

from osmose.accounts.models import Membership, User
from osmose.kernel.access.roles import Role
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import tell
from osmose.organisations.models import CareUnit


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("An operation needs an open transaction: its caller says what belongs together.")


def open_account(*, email: str, password: str | None, given_name: str, family_name: str, function: str) -> User:
    """A new account, without any right until a membership gives one. Refused: an address already used."""
    _require_transaction()
    if User.objects.filter(email=email.strip().lower()).exists():
        raise Refused("Un compte porte déjà cette adresse.", field="email")
    return User.objects.create_user(email, password, given_name=given_name, family_name=family_name, function=function)


def close_account(*, user: User, at: datetime) -> User:
    """The account no longer logs in, its open sessions stop at their next request, its memberships end."""
    _require_transaction()
    user.is_active = False
    user.save(update_fields=["is_active"])
    tell("session", user.pk)
    for membership in Membership.objects.select_for_update().filter(user=user):
        end_membership(membership=membership, at=at)
    return user


def open_membership(
    *, user: User, care_unit: CareUnit, role: Role, starts_at: datetime, ends_at: datetime | None = None
) -> Membership:
    """The user takes a role in a unit. Refused: a role already held there, or an end before the start."""
    _require_transaction()
    if ends_at is not None and ends_at <= starts_at:
        raise Refused("La fin de l’affectation doit suivre son début.", field="ends_at")
    if Membership.objects.filter(user=user, care_unit=care_unit, role=role, ends_at=None).exists():
        raise Refused("Cette personne a déjà ce rôle dans cette unité.", field="role")
    tell("session", user.pk)
    return Membership.objects.create(user=user, care_unit=care_unit, role=role, starts_at=starts_at, ends_at=ends_at)


def end_membership(*, membership: Membership, at: datetime) -> Membership:
    """The membership gives nothing from this instant on, in the very next query. It is never deleted."""
    _require_transaction()
    if membership.ends_at is None or membership.ends_at > at:
        membership.ends_at = max(at, membership.starts_at)
        membership.save(update_fields=["ends_at"])
        tell("session", membership.user_id)
    return membership
