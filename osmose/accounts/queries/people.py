"""Who is who: the actor of a request, and the names behind the ids of journal and events."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from osmose.accounts.models import Membership, SavedView, User
from osmose.accounts.rules import profession_of
from osmose.kernel.access import actor as kernel
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.access.roles import Role
from osmose.kernel.base.clock import paris
from osmose.kernel.base.text import fold

_LOADED = "_osmose_memberships"


def actor_for(user: User, *, acting_unit_id: uuid.UUID | None, now: datetime) -> kernel.Actor:
    """The actor that this user is at this instant, in one query (none after `known_user`).

    A membership that has ended, or not yet begun, or of a closed unit, gives nothing. The acting membership is the
    chosen unit's when it is still held, else the first by label.
    """
    held = tuple(sorted(_memberships(user, now), key=lambda m: (fold(m.unit_label), str(m.unit_id), m.role.label)))
    chosen = [membership for membership in held if membership.unit_id == acting_unit_id]
    return kernel.Actor(
        id=user.pk,
        name=str(user),
        memberships=held,
        acting=next(iter(chosen or held), None),
        profession=profession_of(user.function) or "",
        function=user.function,
    )


def _memberships(user: User, now: datetime) -> list[kernel.Membership]:
    if not user.is_active:
        return []
    today = paris(now).date()
    rows = [row for row in _held(user) if row.is_in_force(now) and not _is_closed(row.care_unit.ended_on, today)]
    units = {row.care_unit_id: row.care_unit for row in rows}
    namesakes = Counter(unit.short_name for unit in units.values())
    return [
        kernel.Membership(
            unit_id=row.care_unit_id,
            establishment_id=row.care_unit.establishment_id,
            role=Role(row.role),
            # The hospital is said only where the short name would not tell which.
            unit_label=row.care_unit.label if namesakes[row.care_unit.short_name] > 1 else row.care_unit.short_name,
            unit_kind=row.care_unit.kind,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        for row in rows
    ]


def _is_closed(ended_on: date | None, today: date) -> bool:
    return ended_on is not None and ended_on <= today


def _held(user: User) -> list[Membership]:
    loaded: list[Membership] | None = getattr(user, _LOADED, None)
    if loaded is not None:
        return loaded
    return list(Membership.objects.filter(user=user).select_related("care_unit__establishment"))


def known_user(user_id: uuid.UUID) -> User | None:
    """The account of a session, its memberships read with it: one query for both, afresh at each request."""
    rows = _memberships_of(user_id)
    if not rows:
        return User.objects.filter(pk=user_id).first()
    user = rows[0].user
    setattr(user, _LOADED, rows)
    return user


def known_users(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, User]:
    """The accounts behind several sessions, each with its memberships, afresh: one query, two for those without any."""
    wanted = set(user_ids)
    rows: dict[uuid.UUID, list[Membership]] = {}
    for row in Membership.objects.filter(user_id__in=wanted).select_related("user", "care_unit__establishment"):
        rows.setdefault(row.user_id, []).append(row)
    found = {user_id: held[0].user for user_id, held in rows.items()}
    for user_id, user in found.items():
        setattr(user, _LOADED, rows[user_id])
    if without := wanted - found.keys():
        found |= {user.pk: user for user in User.objects.filter(pk__in=without)}
    return found


def next_change_of(user: User, now: datetime) -> datetime | None:
    """When a membership of a known user next begins or ends by the clock alone; the end of a unit comes at midnight."""
    instants = (at for row in _held(user) for at in (row.starts_at, row.ends_at) if at is not None and at > now)
    return min(instants, default=None)


@Recipe
def _memberships_of(user_id: uuid.UUID) -> QuerySet[Membership]:
    return Membership.objects.filter(user_id=user_id).select_related("user", "care_unit__establishment")


def actors_of(user_ids: Iterable[uuid.UUID], now: datetime) -> dict[uuid.UUID, kernel.Actor]:
    """The actors that these people are at this instant, closed accounts left out: two queries for all of them."""
    users = {user.pk: user for user in User.objects.filter(pk__in=set(user_ids), is_active=True)}
    held: dict[uuid.UUID, list[Membership]] = {pk: [] for pk in users}
    for row in Membership.objects.filter(user__in=list(users)).select_related("care_unit__establishment"):
        held[row.user_id].append(row)
    for pk, user in users.items():
        setattr(user, _LOADED, held[pk])
    return {pk: actor_for(user, acting_unit_id=None, now=now) for pk, user in users.items()}


def names_of(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """« IDE Claire Morel » for each id, accounts closed since included; unknown ids are left out."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(user_ids))}


def staff_of(unit_id: uuid.UUID, now: datetime, *roles: Role) -> list[User]:
    """The people of the unit at this instant, by name; of these roles only when some are given."""
    held = Membership.objects.in_force(now).filter(care_unit=unit_id)
    if roles:
        held = held.filter(role__in=[role.value for role in roles])
    people = User.objects.filter(pk__in=held.values("user_id"), is_active=True)
    return sorted(people, key=lambda user: (fold(user.family_name), fold(user.given_name)))


def staff_of_units(unit_ids: Iterable[uuid.UUID], now: datetime, *roles: Role) -> dict[uuid.UUID, list[User]]:
    """The people of each unit at this instant who hold one of these roles there, by name: one query."""
    held = Membership.objects.in_force(now).filter(
        care_unit__in=list(unit_ids),
        role__in=[role.value for role in roles],
        user__is_active=True,
    )
    found: dict[uuid.UUID, dict[uuid.UUID, User]] = {}
    for membership in held.select_related("user"):
        found.setdefault(membership.care_unit_id, {})[membership.user_id] = membership.user
    return {
        unit: sorted(people.values(), key=lambda user: (fold(user.family_name), fold(user.given_name)))
        for unit, people in found.items()
    }


def views_of(actor: kernel.Actor) -> list[SavedView]:
    """The views of the board that the actor keeps, by name: theirs, and nobody else's. One query."""
    return sorted(_views(actor.id), key=lambda view: fold(view.name))


@Recipe
def _views(user_id: uuid.UUID) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user_id=user_id)
