"""What is in an inbox: notifications with their event and patient, as far as their owner may read them now."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from osmose.accounts.queries import names_of
from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ
from osmose.encounters.queries import among
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.notices import Happened, Need, Notice, registry
from osmose.kernel.access.policy import Policy
from osmose.kernel.crypto import keys
from osmose.kernel.events.models import Event
from osmose.kernel.events.timeline import Entry, read
from osmose.notifications.models import Channels, Choice, Mute, Notification
from osmose.notifications.policies import OWN
from osmose.notifications.queries.standing import standing_of
from osmose.notifications.rules import Manner, Standing, Wanted

# Beyond, a number says enough, and nobody reads on.
MOST = 200
READ_KEPT = timedelta(days=3)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Told:
    """One notification with what it tells: the event as a line, the PEC with its patient and place.

    `notice` is None for what tells an author that somebody could not be disturbed.
    """

    row: Notification
    entry: Entry
    encounter: Encounter
    notice: Notice | None
    names: Mapping[uuid.UUID, str]

    @property
    def about(self) -> uuid.UUID:
        return self.row.subject_id

    @property
    def told_at(self) -> datetime:
        return self.row.told_at

    @property
    def is_unread(self) -> bool:
        return self.row.read_at is None

    @property
    def is_pressing(self) -> bool:
        return self.notice is not None and self.notice.is_pressing

    @property
    def is_held(self) -> bool:
        """Kept for after a crisis interview."""
        return self.row.manner == Manner.HELD


@dataclass(frozen=True)
class State:
    """What the badge says: how many patients have something unread, up to when, and whether its owner is available."""

    count: int
    latest: int
    standing: Standing
    has_line: bool
    held: int
    alerts: tuple[int, ...]

    def has_alert_since(self, cursor: int) -> bool:
        return any(at > cursor for at in self.alerts)


def cursor_of(at: datetime) -> int:
    """An instant as an address carries it: microseconds, which tell nothing of anybody."""
    return (at - _EPOCH) // _MICROSECOND


def instant_of(cursor: int) -> datetime:
    """The instant of a cursor; the end of time for a nonsense one."""
    try:
        return _EPOCH + cursor * _MICROSECOND
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def state_of(actor: Actor, now: datetime) -> State:
    """The badge: two queries. What one may no longer read is not counted."""
    standing = standing_of(actor.id)
    rows = OWN.rows(actor, now).filter(read_at=None, cleared_at=None, subject_id__in=READ.rows(actor, now).values("pk"))
    found = list(rows.order_by("-told_at").values_list("subject_id", "manner", "told_at")[:MOST])
    held = {subject for subject, manner, _ in found if manner == Manner.HELD}
    shown = [row for row in found if not (standing.is_in_crisis and row[1] == Manner.HELD)]
    return State(
        count=len({subject for subject, _, _ in shown}),
        latest=max((cursor_of(at) for _, _, at in shown), default=0),
        standing=standing,
        has_line=standing.is_in_crisis and any(manner == Manner.LINE for _, manner, _ in shown),
        held=0 if standing.is_in_crisis else len(held),
        alerts=tuple(cursor_of(at) for _, manner, at in shown if manner == Manner.ALERT),
    )


def inbox(actor: Actor, now: datetime) -> list[Told]:
    """What is unread, and what was read lately, the newest first."""
    rows = OWN.rows(actor, now).filter(cleared_at=None)
    unread = list(rows.filter(read_at=None).order_by("-told_at")[:MOST])
    seen = list(rows.filter(read_at__gt=now - READ_KEPT).order_by("-told_at")[:MOST])
    return with_events([*unread, *seen], actor, now)


def announced(actor: Actor, now: datetime, *, since: datetime, standing: Standing) -> list[Told]:
    """The alerts told since an instant; in a crisis interview the one silent line, and nothing else."""
    rows = OWN.rows(actor, now).filter(read_at=None, cleared_at=None)
    if standing.is_in_crisis:
        wanted = rows.filter(manner=Manner.LINE.value)
    else:
        wanted = rows.filter(manner=Manner.ALERT.value, told_at__gt=since)
    return with_events(list(wanted.order_by("-told_at")[:MOST]), actor, now)


def with_events(rows: list[Notification], actor: Actor, now: datetime) -> list[Told]:
    """The notifications that their owner may read now, with what they tell: a few queries whatever their number."""
    if not rows:
        return []
    events = _events(rows)
    encounters = among({row.subject_id for row in rows}, READ, actor, now)
    known = {row.pk: _happened(row, events, now) for row in rows}
    notices = registry()
    needs = {row.pk: _needs(notices.get(row.notice), known[row.pk]) for row in rows}
    given = _given(needs.values(), set(encounters), actor, now)
    names = names_of({pk for row in rows for pk in (*row.away_ids, *row.passed_ids)}) if _says_names(rows) else {}
    found = []
    for row in rows:
        happened = known[row.pk]
        if happened is None or row.subject_id not in encounters or not all(need in given for need in needs[row.pk]):
            continue
        entry = read(happened.event)
        found.append(Told(row, entry, encounters[row.subject_id], notices.get(row.notice), names))
    return found


def _says_names(rows: Iterable[Notification]) -> bool:
    return any(row.away_ids or row.passed_ids for row in rows)


def _events(rows: list[Notification]) -> dict[int, Event]:
    hours = [row.recorded_at for row in rows]
    wanted = Event.objects.filter(
        pk__in={row.event_id for row in rows}, recorded_at__gte=min(hours), recorded_at__lte=max(hours)
    )
    found = {event.id: event for event in wanted.order_by("id")}
    keys.load({event.data_key_id for event in found.values()})
    return found


def _happened(row: Notification, events: Mapping[int, Event], now: datetime) -> Happened | None:
    event = events.get(row.event_id)
    payload = read(event).payload if event is not None else None
    return Happened(event, payload, now) if event is not None and payload is not None else None


def _needs(notice: Notice | None, happened: Happened | None) -> tuple[Need, ...]:
    return notice.needs(happened) if notice is not None and happened is not None else ()


def _given(needs: Iterable[tuple[Need, ...]], readable: set[uuid.UUID], actor: Actor, now: datetime) -> set[Need]:
    """The needs that today's rights meet: one query a policy."""
    asked: dict[Policy[Any], set[uuid.UUID]] = {}
    for policy, pk in (need for group in needs for need in group):
        asked.setdefault(policy, set()).add(pk)
    given: set[Need] = {(READ, pk) for pk in readable}
    for policy, ids in asked.items():
        if policy is not READ:
            rows = policy.rows(actor, now).filter(pk__in=ids).order_by().values_list("pk", flat=True)
            given |= {(policy, pk) for pk in rows}
    return given


def muted_by(user_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The PECs of which this person wants no alert: one query."""
    return frozenset(Mute.objects.filter(user=user_id).values_list("subject_id", flat=True))


def chosen_by(user_id: uuid.UUID) -> dict[str, Wanted]:
    """What this person wants of each notice, where it is not the default: one query."""
    return {notice: Wanted(w) for notice, w in Choice.objects.filter(user=user_id).values_list("notice", "wanted")}


def channels_of(user_id: uuid.UUID) -> Channels:
    """The channels that this person opened; none by default. One query."""
    return Channels.objects.filter(user=user_id).first() or Channels(user_id=user_id)
