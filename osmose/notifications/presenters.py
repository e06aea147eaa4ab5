"""Notifications as they show: drawn from the event and the patient at this instant, for their owner's eyes."""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.encounters.queries import place_of
from osmose.kernel.access.notices import Notice, registry
from osmose.kernel.access.roles import Role
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.notifications.models import Channels
from osmose.notifications.operations.founding import CONCERN
from osmose.notifications.queries.inbox import Told, cursor_of
from osmose.notifications.rules import Bundle, Standing, Wanted, bundled, wanted_of
from osmose.patients.presenters import identity

NARROW = french.NARROW
_SOON, _STEP = timedelta(minutes=10), timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One notification: what it is, what it tells, who did it, when."""

    id: str
    icon: str
    label: str
    sentence: str
    who: str
    at: datetime
    is_escalated: bool


@dataclass(frozen=True, kw_only=True)
class Item:
    """What is told of one patient, in one line. `arriving` is the hour that one click would announce (« 14:40 »)."""

    id: str
    encounter: str
    patient: str
    details: str
    place: str
    tone: str
    first: Line
    count: int
    lines: tuple[Line, ...]
    at: datetime
    is_unread: bool
    is_muted: bool
    is_answerable: bool
    arriving: str
    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """The page: unread, kept during a crisis interview, read lately; `version` changes with any of it."""

    unread: tuple[Item, ...]
    held: tuple[Item, ...]
    seen: tuple[Item, ...]
    held_count: int
    until: int
    version: str
    standing: Standing

    @property
    def count(self) -> int:
        return len(self.unread) + len(self.held)


def inbox_page(found: Iterable[Told], standing: Standing, muted: Collection[uuid.UUID], now: datetime) -> Inbox:
    """What was kept during a crisis interview waits until it is over, then comes first."""
    shown = [told for told in found if not (standing.is_in_crisis and told.is_held and told.is_unread)]
    held = [told for told in shown if told.is_unread and told.is_held]
    rest = [told for told in shown if not (told.is_unread and told.is_held)]
    items = tuple(item(bundle, standing, muted, now) for bundle in bundled(rest))
    return Inbox(
        held=tuple(item(bundle, standing, muted, now) for bundle in bundled(held)),
        held_count=len(held),
        unread=tuple(one for one in items if one.is_unread),
        seen=tuple(one for one in items if not one.is_unread),
        until=max((cursor_of(told.told_at) for told in shown), default=0),
        version=version_of(shown, standing, muted),
        standing=standing,
    )


def version_of(found: Iterable[Told], standing: Standing, muted: Collection[uuid.UUID]) -> str:
    """A word that changes with anything shown."""
    rows = [
        (told.row.pk, told.row.read_at, told.row.step, told.encounter.version, told.encounter.pk in muted)
        for told in found
    ]
    return hashlib.sha256(repr((sorted(map(repr, rows)), standing)).encode()).hexdigest()[:16]


def item(bundle: Bundle[Told], standing: Standing, muted: Collection[uuid.UUID], now: datetime) -> Item:
    """One patient's line."""
    told = bundle.first
    who = identity(told.encounter.patient, today=paris(now).date(), hide_protected=True)
    notice = told.notice
    return Item(
        id=str(told.row.pk),
        encounter=str(told.row.subject_id),
        patient=who.name,
        details=who.details,
        place=place_words(told),
        tone=_tone(notice),
        first=line(told),
        count=len(bundle),
        lines=tuple(line(one) for one in bundle.lines) if len(bundle) > 1 else (),
        at=bundle.told_at,
        is_unread=bundle.is_unread,
        is_muted=told.row.subject_id in muted,
        is_answerable=notice is not None and notice.is_answerable and bundle.is_unread,
        arriving=french.time(arriving_at(standing, now)),
        ids=tuple(str(one.row.pk) for one in bundle.lines),
    )


def place_words(told: Told) -> str:
    """« Box 3 · SAU »."""
    place = place_of(told.encounter)
    word = place.box_label or place.location_label or ""
    return " · ".join(part for part in (word, told.encounter.care_unit.short_name) if part)


def _tone(notice: Notice | None) -> str:
    """Red is for préoccupant alone."""
    if notice is None:
        return "info"
    if notice.name == CONCERN:
        return "danger"
    return "warning" if notice.is_answerable else "neutral"


def line(told: Told) -> Line:
    """One notification in words."""
    notice = told.notice
    return Line(
        id=str(told.row.pk),
        icon=notice.icon if notice else "shield-alert",
        label=notice.label if notice else "En entretien de crise",
        sentence=told.entry.sentence if notice else _passed_on(told),
        who=" · ".join(word for word in (told.entry.by, told.entry.unit) if word) if notice else "",
        at=told.entry.occurred_at,
        is_escalated=told.row.step > 0,
    )


def _passed_on(told: Told) -> str:
    """« IDE Martin Diaz est en entretien de crise, transmis à Dr Roux »."""
    away = _names(told.row.away_ids, told.names)
    passed = _names(told.row.passed_ids, told.names)
    verb = "sont" if len(told.row.away_ids) > 1 else "est"
    whom = f"transmis à {passed}" if passed else "personne d’autre n’a pu être prévenu, appelez la garde"
    return f"{away} {verb} en entretien de crise, {whom}"


def _names(ids: Iterable[uuid.UUID], names: Mapping[uuid.UUID, str]) -> str:
    known = [names[pk] for pk in ids if pk in names]
    return " et ".join(part for part in (", ".join(known[:-1]), *known[-1:]) if part)


def arriving_at(standing: Standing, now: datetime) -> datetime:
    """The end that a crisis interview announces, else ten minutes from now; a round five minutes."""
    until = standing.crisis_until
    wanted = until if until is not None and until > now else now + _SOON
    floor = wanted.replace(minute=wanted.minute - wanted.minute % 5, second=0, microsecond=0)
    return floor if floor == wanted else floor + _STEP


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One notice as its owner sets it."""

    name: str
    label: str
    hint: str
    icon: str
    value: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The page of settings."""

    notices: tuple[Setting, ...]
    by_browser: bool
    by_mail: bool
    muted: int


def settings_page(chosen: Mapping[str, Wanted], channels: Channels, muted: int, roles: Collection[Role]) -> Settings:
    """Every notice with what its owner wants of it; what is owed to them can't be turned off."""
    return Settings(
        notices=tuple(
            Setting(
                name=notice.name,
                label=notice.label,
                hint=notice.hint,
                icon=notice.icon,
                value=wanted_of(notice, chosen.get(notice.name), roles).value,
                options=tuple((w.value, w.label) for w in Wanted if not (w is Wanted.OFF and notice.is_owed)),
            )
            for notice in registry().values()
        ),
        by_browser=channels.by_browser,
        by_mail=channels.by_mail,
        muted=muted,
    )
