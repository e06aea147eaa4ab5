"""Who is there, read afresh from the database: sessions, what each may see, and until when that holds."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from osmose.accounts import queries as accounts
from osmose.accounts.models import User
from osmose.accounts.rules import ACTING_UNIT_KEY
from osmose.encounters.policies import READ
from osmose.kernel.access.actor import Actor, Membership
from osmose.kernel.access.models import Grant
from osmose.kernel.access.roles import Role
from osmose.kernel.base.clock import PARIS, paris

_NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True)
class Sight:
    """What people who see exactly the same have in common: where they care, and who they are if that opens more."""

    places: frozenset[tuple[uuid.UUID, uuid.UUID]]  # unit, establishment
    user_id: uuid.UUID | None = None

    @property
    def establishments(self) -> frozenset[uuid.UUID]:
        return frozenset(establishment for _, establishment in self.places)

    @property
    def units(self) -> frozenset[uuid.UUID]:
        return frozenset(unit for unit, _ in self.places)

    @property
    def reader(self) -> Actor:
        """Whoever sees so: the policies' rows are asked for them. The ends of memberships are each viewer's own."""
        held = tuple(
            Membership(
                unit_id=unit,
                establishment_id=establishment,
                role=Role.AGENT,
                unit_label="",
                unit_kind="",
                starts_at=datetime.min.replace(tzinfo=UTC),
            )
            for unit, establishment in sorted(self.places)
        )
        return Actor(id=self.user_id or _NOBODY, name="", memberships=held, acting=next(iter(held), None))


@dataclass(frozen=True)
class Viewer:
    """Somebody whose session is open: the actor they are, what they see, and when the clock alone changes it."""

    actor: Actor
    sight: Sight
    until: datetime


def look(sessions: Iterable[tuple[str, uuid.UUID]], now: datetime) -> dict[str, Viewer]:
    """The viewer of each session that is still open for that user; three queries for all of them, four at most."""
    wanted = dict(sessions)
    stored = {s.session_key: s for s in Session.objects.filter(session_key__in=list(wanted), expire_date__gt=now)}
    users = accounts.known_users(wanted[key] for key in stored) if stored else {}
    favoured = favoured_among(users, now)
    store = SessionStore()
    found: dict[str, Viewer] = {}
    for key, session in stored.items():
        user, held = users.get(wanted[key]), store.decode(session.session_data)
        if user is None or not user.is_active or not _is_of(held, user):
            continue
        unit = held.get(ACTING_UNIT_KEY)
        actor = accounts.actor_for(user, acting_unit_id=uuid.UUID(unit) if unit else None, now=now)
        sight = sight_of(actor, is_favoured=user.pk in favoured)
        instants = (accounts.next_change_of(user, now), session.expire_date)
        found[key] = Viewer(actor, sight, min(at for at in instants if at is not None))
    return found


def sight_of(actor: Actor, *, is_favoured: bool) -> Sight:
    """`is_favoured`: some grant names them, and not only a unit of theirs."""
    cares = frozenset((m.unit_id, m.establishment_id) for m in actor.memberships if m.role in READ.roles)
    return Sight(cares, actor.id if is_favoured else None)


def _is_of(held: dict[str, object], user: User) -> bool:
    """The session is this user's, under the password of today."""
    said = str(held.get(HASH_SESSION_KEY, ""))
    return held.get(SESSION_KEY) == str(user.pk) and constant_time_compare(said, user.get_session_auth_hash())


def favoured_among(users: Collection[uuid.UUID], now: datetime) -> set[uuid.UUID]:
    """Those of these users whom some grant in force names."""
    rows = Grant.objects.in_force(now).filter(user_id__in=list(users)) if users else Grant.objects.none()
    return {user_id for user_id in rows.values_list("user_id", flat=True) if user_id}


def midnight_after(at: datetime) -> datetime:
    """When the next day begins in a French ward, whatever the length of this one."""
    return datetime.combine(paris(at).date() + timedelta(days=1), datetime.min.time(), PARIS)
