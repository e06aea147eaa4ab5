"""Whether people may be disturbed, what they want, and who comes next: asked when it is needed, never kept."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from osmose.accounts.queries import presence
from osmose.accounts.rules.presence import PresenceMeaning
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.notices import Need, Notice
from osmose.notifications.models import Channels, Choice, Mute, Notification
from osmose.notifications.rules import FREE, Manner, Standing, Wanted

# The unit's people are asked one after the other: beyond the first few nobody is waiting to be the eleventh.
MOST_HOLDERS = 10


def standings(user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """Who is off duty (no status, or « absent »), in a crisis interview, or may be disturbed. One query.

    Logging in gives a status, logging out and the end of the shift take it away: nobody has to click to be reached.
    """
    said = presence.statuses_of_people(user_ids)
    found = {}
    for user_id in user_ids:
        here = said.get(user_id)
        if here is None or not here.meaning.is_on_site:
            found[user_id] = Standing(is_off=True)
        elif here.meaning is PresenceMeaning.CRISIS:
            found[user_id] = Standing(crisis_since=here.since, crisis_until=here.expected_at)
        else:
            found[user_id] = FREE
    return found


def standing_of(user_id: uuid.UUID) -> Standing:
    """Whether this person may be disturbed: one query."""
    return standings([user_id]).get(user_id, FREE)


def next_holders(user_id: uuid.UUID, unit_id: uuid.UUID, now: datetime) -> list[uuid.UUID]:
    """Who takes what was meant for them in that unit, the first to ask first, its managers last; accounts only."""
    holders = presence.next_holders(user_id, unit_id, now)
    return [holder.user_id for holder in holders if holder.user_id][:MOST_HOLDERS]


@dataclass(frozen=True)
class Wishes:
    """What these people chose, whom they muted, and which channels they opened."""

    choices: dict[tuple[uuid.UUID, str], Wanted] = field(default_factory=dict)
    muted: frozenset[uuid.UUID] = frozenset()
    by_mail: frozenset[uuid.UUID] = frozenset()

    def chosen(self, user_id: uuid.UUID, notice: Notice) -> Wanted | None:
        return self.choices.get((user_id, notice.name))


def wishes(user_ids: Collection[uuid.UUID], subject_id: uuid.UUID) -> Wishes:
    """Three queries for all of them."""
    ids = list(user_ids)
    return Wishes(
        choices={
            (user_id, notice): Wanted(wanted)
            for user_id, notice, wanted in Choice.objects.filter(user__in=ids).values_list("user", "notice", "wanted")
        },
        muted=frozenset(Mute.objects.filter(user__in=ids, subject_id=subject_id).values_list("user", flat=True)),
        by_mail=frozenset(Channels.objects.filter(user__in=ids, by_mail=True).values_list("user", flat=True)),
    )


def with_a_line(user_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those who have their one silent line already, neither answered nor read: one query."""
    shown = Notification.objects.filter(
        user__in=list(user_ids), manner=Manner.LINE.value, read_at=None, cleared_at=None
    )
    return frozenset(shown.values_list("user", flat=True))


def may_read(actor: Actor, needs: Iterable[Need], now: datetime) -> bool:
    """True where each row that the notice needs is given by its policy, at this instant."""
    return all(policy.rows(actor, now).filter(pk=pk).exists() for policy, pk in needs)
