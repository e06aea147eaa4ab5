"""One look at the database: what moved, who sees it, and each changed row drawn once for each audience.

A turn reads in one snapshot, taken after the commits that were told: what it gives is true of that instant, whole.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from osmose.accounts import queries as accounts
from osmose.encounters import queries
from osmose.encounters.queries import Listed, Moved
from osmose.kernel.base.clock import paris
from osmose.organisations import queries as organisations
from osmose.organisations.models import ReferenceEpoch
from osmose.stream import walls
from osmose.stream.looking import Sight, Viewer, favoured_among, look
from osmose.stream.tickets import is_walls
from osmose.stream.walls import WallSight
from osmose.workspace.board import drawing
from osmose.workspace.board.filters import CARDS, TABLE
from osmose.workspace.board.place import place_of

# More rows than this at once: each screen is told to ask its own list again.
MANY = 60


@dataclass(frozen=True, slots=True)
class Fact:
    """What a screen was last told of a PEC."""

    fingerprint: str
    version: str
    person: uuid.UUID
    box: uuid.UUID | None
    is_open: bool


Shown = dict[uuid.UUID, Fact]


@dataclass
class Asked:
    """What a turn is to find out: about sessions, events, PECs, units, people; or everything.

    Quietly: the screens were told to ask their own lists again; of what only the reference data moved, nothing is sent.
    """

    sessions: dict[str, uuid.UUID] = field(default_factory=dict)
    events: set[int] = field(default_factory=set)
    encounters: set[uuid.UUID] = field(default_factory=set)
    units: set[uuid.UUID] = field(default_factory=set)
    people: set[uuid.UUID] = field(default_factory=set)
    is_everything: bool = False
    is_quiet: bool = False

    @property
    def is_about_access(self) -> bool:
        """Something else than what happens to PECs: a turn of nothing, by the clock, is too."""
        return bool(self.sessions or self.encounters or self.is_everything) or not self.events

    def add(self, other: "Asked") -> None:
        """What another asked too."""
        self.sessions |= other.sessions
        self.events |= other.events
        self.encounters |= other.encounters
        self.units |= other.units
        self.people |= other.people
        if other.is_everything:
            self.is_quiet = other.is_quiet and (self.is_quiet or not self.is_everything)
            self.is_everything = True


@dataclass(frozen=True)
class Row:
    """One row as everybody of an audience gets it."""

    id: uuid.UUID
    fact: Fact
    place: str
    html: str
    card: str


@dataclass
class Change:
    """What one sight is to be told, and all that it shows afterwards; with `is_whole`, to compare all that it has.

    `epoch` is that of the reference data, where a row said it. Of a wall, `word` alone is told.
    """

    shown: Shown
    rows: list[Row] = field(default_factory=list)
    gone: list[uuid.UUID] = field(default_factory=list)
    is_whole: bool = False
    epoch: int | None = None
    word: str = ""


@dataclass(frozen=True)
class Found:
    """The answer of a turn; `partners` are the establishments that may see the strip of each unit.

    `favoured` are those who watch among others and see more than they from now on; `next_change` is known where
    access was looked at (`is_dated`).
    """

    viewers: Mapping[str, Viewer]
    favoured: Collection[uuid.UUID]
    changes: Mapping[Sight, Change]
    partners: Mapping[uuid.UUID, frozenset[uuid.UUID]]
    names: Mapping[uuid.UUID, str]
    epoch: str
    next_change: datetime | None
    is_dated: bool


def turn(asked: Asked, sights: Mapping[Sight, Shown], watching: Collection[uuid.UUID], now: datetime) -> Found:
    """Reads and draws; writes nothing. Raises the database's own errors: nothing is told then."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        paired = {key: pk for key, pk in asked.sessions.items() if is_walls(key)}
        viewers = look(asked.sessions.items() - paired.items(), now) | walls.look(paired, now)
        seen = {viewer.sight for viewer in viewers.values()}
        partners = _partners(asked.units, now)
        moved = _moved(asked, now)
        changes = _changes(asked, sights, moved, now)
        for sight in seen - sights.keys():
            if not isinstance(sight, WallSight):
                changes[sight] = Change(_facts(queries.open_of(sight.reader, now)))
        near = sights if asked.is_everything else walls.concerned(sights, moved.holders, partners.values())
        changes |= _on_walls({*near, *seen}, now)
        return Found(
            viewers=viewers,
            favoured=favoured_among(watching, now) if asked.encounters or asked.is_everything else (),
            changes=changes,
            partners=partners,
            names=_names(asked.people),
            epoch=_epoch(changes, now),
            next_change=queries.next_change(now) if asked.is_about_access else None,
            is_dated=asked.is_about_access,
        )


def _moved(asked: Asked, now: datetime) -> Moved:
    """Which PECs moved; none in particular, where everything is compared."""
    if asked.is_everything or not (asked.events or asked.encounters):
        return Moved()
    return queries.moved(events=asked.events, subjects=asked.encounters, now=now)


def _changes(asked: Asked, sights: Mapping[Sight, Shown], moved: Moved, now: datetime) -> dict[Sight, Change]:
    """What each sight of people is told: of the PECs that moved, or of everything."""
    people = {sight: shown for sight, shown in sights.items() if not isinstance(sight, WallSight)}
    if asked.is_everything:
        return {sight: _settled(sight, shown, now, is_quiet=asked.is_quiet) for sight, shown in people.items()}
    ids = moved.holders.keys()
    if not ids:
        return {}
    boxes = moved.boxes | {fact.box for shown in people.values() for pk in ids if (fact := shown.get(pk))}
    changes = {}
    for sight, shown in people.items():
        near = {pk for pk, fact in shown.items() if fact.box is not None and fact.box in boxes}
        concerned = near | {pk for pk in ids if pk in shown or _may_see(sight, moved.holders[pk])}
        if concerned:
            changes[sight] = _told(sight, shown, concerned, now)
    return changes


def _on_walls(among: Iterable[Sight], now: datetime) -> dict[Sight, Change]:
    """The word of each wall among these: those that the changes may concern, or that were looked at again."""
    wanted = [sight for sight in among if isinstance(sight, WallSight)]
    return {
        sight: Change({pk: Fact("", "", person, None, is_open=True) for pk, person in hung.pecs}, word=hung.word)
        for sight, hung in walls.hung(wanted, now).items()
    }


def _may_see(sight: Sight, holders: Collection[uuid.UUID]) -> bool:
    return not sight.units.isdisjoint(holders) or (sight.user_id is not None and sight.user_id in holders)


def _told(sight: Sight, shown: Shown, concerned: Collection[uuid.UUID], now: datetime) -> Change:
    """Through the policy's rows, in this snapshot: what is new of these PECs, and which are no longer theirs."""
    listed = queries.some_of(concerned, sight.reader, now)
    seen = _facts(listed)
    lost = [pk for pk in concerned if pk in shown and pk not in seen]
    moved = [row for row in listed if _has_moved(row, shown.get(row.id))]
    kept = {pk: fact for pk, fact in shown.items() if pk not in lost}
    return _changed({**kept, **seen}, moved, lost, sight, now)


def _settled(sight: Sight, shown: Shown, now: datetime, *, is_quiet: bool) -> Change:
    """Everything compared again, whatever was told or not: after a silence, at a date."""
    opened = queries.open_of(sight.reader, now)
    absent = shown.keys() - {row.id for row in opened}
    left = queries.some_of(absent, sight.reader, now)  # closed since, or closed and still looked at
    seen = _facts([*opened, *left])
    lost = [pk for pk in shown if pk not in seen]
    moved = [row for row in (*opened, *left) if _has_moved(row, shown.get(row.id), is_quiet=is_quiet)]
    closed = {row.id for row in left if row not in moved}
    still = {pk: fact for pk, fact in seen.items() if pk not in closed}
    return _changed(still, moved, lost, sight, now)


def _has_moved(row: Listed, told: Fact | None, *, is_quiet: bool = False) -> bool:
    if told is None or told.version != _version(row):
        return True
    return not is_quiet and told.fingerprint != row.fingerprint


def _version(row: Listed) -> str:
    """As the board writes it on its rows."""
    return f"{row.version}.{row.patient_version}"


def _changed(shown: Shown, moved: list[Listed], lost: list[uuid.UUID], sight: Sight, now: datetime) -> Change:
    epoch = moved[0].epoch if moved else None
    if len(moved) > MANY:
        return Change(shown, gone=lost, is_whole=True, epoch=epoch)
    return Change(shown, _drawn(moved, sight, now), lost, epoch=epoch)


def _facts(rows: Iterable[Listed]) -> Shown:
    return {
        row.id: Fact(
            fingerprint=row.fingerprint,
            version=_version(row),
            person=row.patient_id,
            box=uuid.UUID(row.place.box) if row.place.box else None,
            is_open=not row.is_closed,
        )
        for row in rows
    }


def _drawn(rows: list[Listed], sight: Sight, now: datetime) -> list[Row]:
    """The bytes of the board itself, from the same cache: one drawing for each audience, whatever the screens."""
    if not rows:
        return []
    facts = _facts(rows)
    drawn = drawing.drawn_of(rows, sight.reader, now, TABLE, CARDS)
    return [
        Row(row.id, facts[row.id], place_of(row), *(part.decode() for part in drawn[row.id]))
        for row in rows
        if row.id in drawn
    ]


def _partners(unit_ids: Collection[uuid.UUID], now: datetime) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """By unit: its establishment, and those that an agreement in force ties to it. Two queries for all of them."""
    homes = (
        {unit.pk: unit.establishment_id for unit in organisations.units_named(unit_ids).values()} if unit_ids else {}
    )
    tied = organisations.agreements_of_any(set(homes.values()), now) if homes else []
    sides = [{agreement.first_id, agreement.second_id} for agreement in tied]
    return {pk: frozenset({home}.union(*(both for both in sides if home in both))) for pk, home in homes.items()}


def _names(people: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """« Claire M. » for each: enough among colleagues who know each other; nothing for an account that is closed."""
    users = accounts.known_users(people) if people else {}
    named = {pk: f"{user.given_name} {user.family_name[:1]}.".strip() for pk, user in users.items() if user.is_active}
    return {pk: named.get(pk, "") for pk in people}


def _epoch(changes: Mapping[Sight, Change], now: datetime) -> str:
    """A word that changes with the reference data and with the day: lists are asked again then."""
    number = next((change.epoch for change in changes.values() if change.epoch is not None), None)
    if number is None:
        number = ReferenceEpoch.objects.values_list("number", flat=True).first() or 0
    return f"{number}-{paris(now):%Y%m%d}"
