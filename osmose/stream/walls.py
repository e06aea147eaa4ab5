"""The screens on walls: whether each is still one, and the word of what it would show now.

The stream carries nothing that a wall shows: the word changes, and the screen asks its own door, which knows what it
may show and journals it. What a screen doesn't show doesn't change its word: in a corridor, whatever happens to a
psychiatric patient sends nothing, not even a sign that something happened.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.utils.crypto import constant_time_compare

from osmose.devices.queries import ScreenActor, screens_up
from osmose.kernel.base.clock import PARIS
from osmose.stream.looking import Sight, Viewer
from osmose.stream.tickets import wall_key
from osmose.workspace.wall.page import Shown, shown_on

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class WallSight(Sight):
    """One screen, and where it hangs; nothing pushed to the staff of its unit reaches it (`places` is empty)."""

    places: frozenset[tuple[uuid.UUID, uuid.UUID]] = field(default=frozenset(), init=False)
    user_id: uuid.UUID | None = field(default=None, init=False)
    screen_id: uuid.UUID = field(kw_only=True)
    unit_id: uuid.UUID = field(kw_only=True)
    establishment_id: uuid.UUID = field(kw_only=True)


@dataclass(frozen=True)
class Hung:
    """What a screen shows: its word, and the PECs behind it with their persons."""

    word: str
    pecs: tuple[tuple[uuid.UUID, uuid.UUID], ...]


def look(pairings: Mapping[str, uuid.UUID], now: datetime) -> dict[str, Viewer]:
    """The viewer of each pairing that still holds: a screen withdrawn, or paired anew, has none. One query."""
    screens = screens_up(pairings.values(), now) if pairings else {}
    found = {}
    for key, screen_id in pairings.items():
        screen = screens.get(screen_id)
        if screen is not None and constant_time_compare(key, wall_key(bytes(screen.screen.token_digest or b""))):
            found[key] = Viewer(screen, _sight(screen), _until(screen))
    return found


def _sight(screen: ScreenActor) -> WallSight:
    unit = screen.unit
    return WallSight(screen_id=screen.id, unit_id=unit.pk, establishment_id=unit.establishment_id)


def _until(screen: ScreenActor) -> datetime:
    """The day its unit closes, where that is known."""
    ends = screen.unit.ended_on
    return datetime.combine(ends, datetime.min.time(), PARIS) if ends else _NEVER


def concerned(
    sights: Mapping[Sight, Collection[uuid.UUID]],
    holders: Mapping[uuid.UUID, Collection[uuid.UUID]],
    partners: Iterable[frozenset[uuid.UUID]],
) -> set[WallSight]:
    """The walls that these PECs may change (of their unit, or shown until now), or the presence of these hospitals."""
    told = frozenset[uuid.UUID]().union(*partners)
    units = {unit for pec in holders.values() for unit in pec}
    return {
        sight
        for sight, shown in sights.items()
        if isinstance(sight, WallSight)
        and (sight.unit_id in units or sight.establishment_id in told or any(pk in shown for pk in holders))
    }


def hung(sights: Collection[WallSight], now: datetime) -> dict[WallSight, Hung]:
    """What each of these screens shows now: one query, then those of one wall for each room of a unit."""
    screens = screens_up([sight.screen_id for sight in sights], now) if sights else {}
    drawn: dict[tuple[uuid.UUID, bool], Shown] = {}
    found = {}
    for sight in sights:
        screen = screens.get(sight.screen_id)
        if screen is None:
            continue  # whoever withdrew it has told so: it is looked at again
        key = (screen.unit.pk, screen.shows_initials)
        drawn[key] = replace(drawn[key], screen=screen) if key in drawn else shown_on(screen, now)
        found[sight] = Hung(drawn[key].version, drawn[key].pecs)
    return found
