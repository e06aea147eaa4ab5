"""Who is where, until about when; who comes next when somebody can't; who is on call.

Identifiers in, facts about the staff out: nothing here knows a patient. What a screen shows goes through
`policies.SEE_TEAM` first (`units_shown`).
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from osmose.accounts.models import Membership, OnCall, PresencePeriod, PresenceStatus, User
from osmose.accounts.policies import SEE_TEAM, TEAM_ON_WALL
from osmose.accounts.queries.people import staff_of
from osmose.accounts.rules import profession_of
from osmose.accounts.rules.presence import FOUNDING, OnCallKind, PresenceMeaning, Status
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.kernel.base.clock import paris
from osmose.kernel.base.text import fold
from osmose.organisations.models import CareUnit, UnitKind
from osmose.organisations.queries import by_label


@dataclass(frozen=True)
class Here:
    """What somebody says that they are doing: the word, what it means, since when, until about when, where."""

    user_id: uuid.UUID
    name: str
    unit_id: uuid.UUID
    label: str
    meaning: PresenceMeaning
    since: datetime
    expected_at: datetime | None = None
    place: str = ""

    def over_by(self, now: datetime) -> timedelta | None:
        """How long the expected end has been past; None where it isn't, or none was said."""
        return now - self.expected_at if self.expected_at is not None and self.expected_at < now else None


@dataclass(frozen=True)
class Crisis:
    """Somebody is in a crisis interview: since when, until about when (None: nobody knows)."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class CalledLine:
    """One line of who is on call: whom to call, at which number, from and to."""

    id: uuid.UUID
    unit_id: uuid.UUID
    kind: OnCallKind
    user_id: uuid.UUID | None
    name: str
    number: str
    starts_at: datetime
    ends_at: datetime


class Rank(StrEnum):
    """Why somebody comes next: of the same profession in the unit, of the unit, on call for it, or running it."""

    PEER = "peer"
    COLLEAGUE = "colleague"
    ON_CALL = "on_call"
    MANAGER = "manager"


@dataclass(frozen=True)
class Holder:
    """Who comes next. `user_id` is None for a function on call, which is reached by its number only."""

    user_id: uuid.UUID | None
    name: str
    rank: Rank
    number: str = ""


def who_is_where(unit_ids: Iterable[uuid.UUID], now: datetime) -> dict[uuid.UUID, list[Here]]:
    """Who has said a status in each unit, the free first, then by name; a unit without anybody is left out. One query.

    Who is of the unit no more is not there, whatever they said. A status whose shift is over counts until the worker
    has closed it, at most a few minutes.
    """
    found: dict[uuid.UUID, list[Here]] = {}
    held = Membership.objects.in_force(now).filter(user=OuterRef("user"), care_unit=OuterRef("care_unit"))
    for here in _open(PresencePeriod.objects.filter(Exists(held), care_unit__in=set(unit_ids))):
        found.setdefault(here.unit_id, []).append(here)
    return found


def statuses_of_people(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Here]:
    """The status of each of these people; who has said none is off duty, and left out. One query."""
    return {here.user_id: here for here in _open(PresencePeriod.objects.filter(user__in=set(user_ids)))}


def in_crisis(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Crisis]:
    """Those of these people who are in a crisis interview: nothing rings for them. One query."""
    people = statuses_of_people(user_ids)
    return {
        user_id: Crisis(here.since, here.expected_at)
        for user_id, here in people.items()
        if here.meaning is PresenceMeaning.CRISIS
    }


def on_duty(user_ids: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of these people who are at work: a status, and not « absent ». One query."""
    return frozenset(user for user, here in statuses_of_people(user_ids).items() if here.meaning.is_on_site)


def next_holders(user_id: uuid.UUID, unit_id: uuid.UUID, now: datetime) -> list[Holder]:
    """Who takes what was meant for this person in this unit, in order; never that person.

    Those of the unit at work and in no interview, the same profession first and among them the available ones; then
    who is on call for the unit now; then its managers, whatever they do. Five queries at most. Nobody: an empty list.
    """
    staff = {user.pk: user for user in staff_of(unit_id, now, *CLINICAL)}
    own = staff.pop(user_id, None) or User.objects.filter(pk=user_id).first()
    profession = profession_of(own.function) if own is not None else None
    here = statuses_of_people(staff)
    free = [h for h in here.values() if h.meaning.is_on_site and not h.meaning.is_with_a_patient]
    peers = [h for h in free if profession_of(staff[h.user_id].function) is profession]
    others = [h for h in free if h not in peers]
    called = [line for line in on_call([unit_id], now).get(unit_id, []) if line.user_id != user_id]
    managers = [user for user in staff_of(unit_id, now, Role.MANAGER) if user.pk != user_id]
    ranked = [
        *(Holder(h.user_id, h.name, Rank.PEER) for h in sorted(peers, key=_freest)),
        *(Holder(h.user_id, h.name, Rank.COLLEAGUE) for h in sorted(others, key=_freest)),
        *(Holder(line.user_id, line.name, Rank.ON_CALL, line.number) for line in called),
        *(Holder(user.pk, str(user), Rank.MANAGER) for user in managers),
    ]
    known: dict[object, Holder] = {}
    for holder in ranked:
        known.setdefault(holder.user_id or (holder.name, holder.number), holder)
    return list(known.values())


def on_call(unit_ids: Iterable[uuid.UUID], now: datetime) -> dict[uuid.UUID, list[CalledLine]]:
    """Who is on call at this instant for each unit, « garde » first. One query."""
    rows = OnCall.objects.filter(care_unit__in=set(unit_ids), cancelled_at=None, starts_at__lte=now, ends_at__gt=now)
    return _lines(rows)


def on_call_from(unit_ids: Iterable[uuid.UUID], now: datetime) -> dict[uuid.UUID, list[CalledLine]]:
    """Who is or will be on call for each unit, by hour. One query."""
    return _lines(OnCall.objects.filter(care_unit__in=set(unit_ids), cancelled_at=None, ends_at__gt=now))


def usual_numbers(unit_id: uuid.UUID) -> dict[OnCallKind, str]:
    """The number last typed for each kind of call of a unit: typed once, it is that of the lines that say none."""
    rows = OnCall.objects.filter(care_unit=unit_id, cancelled_at=None).order_by("kind", "-pk").distinct("kind")
    return {OnCallKind(kind): number for kind, number in rows.values_list("kind", "number")}


def working_unit(actor: Actor) -> uuid.UUID:
    """The unit in whose name the actor has a status: the acting one, else the first where they give care."""
    given = [m.unit_id for m in actor.memberships if m.role in CLINICAL]
    return actor.acting.unit_id if actor.acting is not None and actor.acting.unit_id in given else given[0]


def people_on_status() -> list[uuid.UUID]:
    """Everybody who has a status now: those whose shift may be over. One query."""
    return list(PresencePeriod.objects.filter(ends_at=None).order_by("user_id").values_list("user_id", flat=True))


def statuses_of(unit_id: uuid.UUID) -> tuple[Status, ...]:
    """The statuses that the unit offers, in its order; the founding ones until it has its own. One query."""
    return tuple(row.status for row in _statuses(unit_id)) or FOUNDING


def units_shown(actor: Actor, now: datetime) -> list[CareUnit]:
    """The units whose people the actor may see: those of their hospitals, and of the partners of these. One query."""
    today = paris(now).date()
    return by_label(unit for unit in _shown(actor, now) if unit.ended_on is None or unit.ended_on > today)


def units_on_wall(screen: Actor, now: datetime) -> list[CareUnit]:
    """The units whose people the screen of a staff room counts: its own, and the psychiatric ones among partners.

    One query.
    """
    today = paris(now).date()
    rows = TEAM_ON_WALL.rows(screen, now).filter(Q(ended_on=None) | Q(ended_on__gt=today))
    counted = rows.filter(Q(pk__in=screen.unit_ids()) | Q(kind=UnitKind.PSYCHIATRY))
    return by_label(counted.select_related("establishment"))


def _open(rows: QuerySet[PresencePeriod]) -> list[Here]:
    found = [
        Here(
            user_id=row.user_id,
            name=str(row.user),
            unit_id=row.care_unit_id,
            label=row.label,
            meaning=PresenceMeaning(row.meaning),
            since=row.starts_at,
            expected_at=row.expected_at,
            place=row.place,
        )
        for row in rows.filter(ends_at=None, user__is_active=True).select_related("user")
    ]
    return sorted(found, key=_freest)


_ORDER = {meaning: place for place, meaning in enumerate(PresenceMeaning)}


def _freest(here: Here) -> tuple[int, str]:
    return (_ORDER[here.meaning], fold(here.name))


def _lines(rows: QuerySet[OnCall]) -> dict[uuid.UUID, list[CalledLine]]:
    found: dict[uuid.UUID, list[CalledLine]] = {}
    for row in rows.select_related("user").order_by("starts_at", "-kind", "id"):
        line = CalledLine(
            id=row.pk,
            unit_id=row.care_unit_id,
            kind=OnCallKind(row.kind),
            user_id=row.user_id,
            name=str(row),
            number=row.number,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        found.setdefault(row.care_unit_id, []).append(line)
    return found


@Recipe
def _statuses(unit_id: uuid.UUID) -> QuerySet[PresenceStatus]:
    return PresenceStatus.objects.filter(care_unit_id=unit_id, ended_at=None).order_by("order", "label")


@Recipe
def _shown(actor: Actor, now: datetime) -> QuerySet[CareUnit]:
    return SEE_TEAM.rows(actor, now).select_related("establishment")
