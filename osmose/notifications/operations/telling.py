"""Whom an event reaches: those addressed who may read it at this instant, each once, as they want it."""

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from osmose.accounts.models import User
from osmose.accounts.queries import actors_of
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.notices import Addressed, Happened, Notice
from osmose.kernel.base.clock import paris
from osmose.kernel.events import tell
from osmose.kernel.events.models import Event
from osmose.notifications.models import Excess, Notification
from osmose.notifications.operations import mails
from osmose.notifications.queries import audiences
from osmose.notifications.queries.standing import Wishes, may_read, standings, wishes, with_a_line
from osmose.notifications.rules import FREE, Manner, Standing, manner_of, wanted_of

# A notice tells no more people than this: one that would tell a whole hospital is a mistake, and is said to be.
MOST = 60
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipient:
    """Somebody to tell, by which notice, for which of their units; `is_named` where they are addressed by name."""

    actor: Actor
    notice: Notice
    unit_id: uuid.UUID | None
    is_named: bool


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One event being told, at one instant and step of its escalation; `origin` is the first event it stands for."""

    happened: Happened
    origin: uuid.UUID
    step: int = 0

    @property
    def event(self) -> Event:
        return self.happened.event

    @property
    def now(self) -> datetime:
        return self.happened.now


@dataclass(frozen=True)
class Told:
    """Whom it reached, how each of them stood, and the e-mails to send."""

    people: tuple[uuid.UUID, ...] = ()
    standings: Mapping[uuid.UUID, Standing] | None = None
    mails: tuple[uuid.UUID, ...] = ()


def recipients(telling: Telling, wanted: Mapping[str, tuple[Notice, Addressed]]) -> dict[uuid.UUID, Recipient]:
    """Who is told, each by the strongest notice that reaches them: never the author, nor who may not read it now."""
    chosen: dict[uuid.UUID, tuple[Notice, bool]] = {}
    for notice, addressed in wanted.values():
        if not addressed:
            continue
        named = set(addressed.users)
        known = audiences.people(addressed, telling.now)
        known.pop(telling.event.actor_id, None)
        for user_id in _bounded(notice, known, named, telling.now):
            chosen.setdefault(user_id, (notice, user_id in named))
    actors = actors_of(chosen, telling.now)
    taking_part = audiences.holding_units(telling.happened.subject_id, telling.now)
    found = {}
    for user_id, actor in actors.items():
        notice, is_named = chosen[user_id]
        if may_read(actor, notice.needs(telling.happened), telling.now):
            unit = next((m.unit_id for m in actor.memberships if m.unit_id in taking_part), None)
            found[user_id] = Recipient(actor, notice, unit, is_named)
    return found


def _bounded(notice: Notice, known: Iterable[uuid.UUID], named: set[uuid.UUID], now: datetime) -> list[uuid.UUID]:
    """The first of them, those addressed by name first; a rule that is too wide is written down and warned of."""
    ordered = sorted(known, key=lambda pk: (pk not in named, str(pk)))
    if len(ordered) <= MOST:
        return ordered
    logger.warning("notice %s would tell %s people: %s are told", notice.name, len(ordered), MOST)
    row, _ = Excess.objects.get_or_create(notice=notice.name, day=paris(now).date())
    Excess.objects.filter(pk=row.pk).update(times=F("times") + 1, most=Greatest(F("most"), len(ordered)))
    return ordered[:MOST]


def tell_them(telling: Telling, found: Mapping[uuid.UUID, Recipient]) -> Told:
    """Writes one notification each, for those who have none of this event.

    At a further step of an escalation, what was told already rings again where nobody read it.
    """
    known = {row.user_id: row for row in Notification.objects.filter(event_uid=telling.origin)}
    fresh = {pk: recipient for pk, recipient in found.items() if pk not in known}
    standing = standings(fresh)
    _hold([pk for pk, one in standing.items() if one.is_in_crisis])
    wish = wishes(fresh, telling.happened.subject_id)
    lines = with_a_line(fresh)
    rows = [
        row
        for pk, recipient in fresh.items()
        if (row := _row(telling, recipient, wish, standing.get(pk, FREE), has_line=pk in lines))
    ]
    Notification.objects.bulk_create(rows)
    again = [known[pk] for pk in found if pk in known and telling.step > known[pk].step and not known[pk].read_at]
    _ring_again(again, telling)
    for row in (*rows, *again):
        tell("inbox", row.user_id)
    ringing = [row.user_id for row in rows if row.manner == Manner.ALERT and row.user_id in wish.by_mail]
    return Told(tuple(row.user_id for row in (*rows, *again)), standing, mails.ask(ringing, telling.now))


def _hold(user_ids: list[uuid.UUID]) -> None:
    """Two events that reach somebody in a crisis interview at once come one after the other: one line, not two."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk"))


def _row(
    telling: Telling, recipient: Recipient, wish: Wishes, standing: Standing, *, has_line: bool
) -> Notification | None:
    user_id, notice = recipient.actor.id, recipient.notice
    manner = manner_of(
        notice,
        wanted_of(notice, wish.chosen(user_id, notice), {m.role for m in recipient.actor.memberships}),
        standing,
        has_line=has_line,
        is_muted=user_id in wish.muted,
    )
    return notification(telling, user_id, notice.name, manner, recipient.unit_id) if manner else None


def notification(
    telling: Telling, user_id: uuid.UUID, notice: str, manner: Manner, unit_id: uuid.UUID | None
) -> Notification:
    """A row to insert."""
    return Notification(
        user_id=user_id,
        notice=notice,
        event_id=telling.event.id,
        event_uid=telling.origin,
        recorded_at=telling.event.recorded_at,
        subject_id=telling.happened.subject_id,
        unit_id=unit_id,
        manner=manner,
        step=telling.step,
        told_at=telling.now,
    )


def _ring_again(rows: list[Notification], telling: Telling) -> None:
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(step=telling.step, told_at=telling.now)
