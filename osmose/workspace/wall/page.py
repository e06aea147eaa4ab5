"""What a wall shows: the ids through the screen's policy, journaled first; then its lines."""

import hashlib
import uuid
from dataclasses import dataclass

from osmose.devices.queries import ScreenActor
from osmose.devices.rules import NIGHT_ENDS, NIGHT_STARTS, Room, theme_at
from osmose.encounters import queries
from osmose.encounters.models import Encounter
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.organisations.models import CareUnit
from osmose.workspace.wall.row import NEUTRAL, CorridorRow, StaffRow, by_place, corridor, staff
from osmose.workspace.wall.visitors import own_actor


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The lines of one kind or of the other, never of both, in the order of the places."""

    screen: ScreenActor
    corridor: tuple[CorridorRow, ...] = ()
    staff: tuple[StaffRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Wall:
    """The page of a screen, and the version that its next question names."""

    shown: Shown
    version: str
    now_theme: str

    @property
    def unit(self) -> CareUnit:
        return self.shown.screen.unit

    @property
    def theme(self) -> str:
        return self.shown.screen.screen.theme

    @property
    def is_staff_room(self) -> bool:
        return self.shown.screen.shows_initials

    @property
    def is_closed(self) -> bool:
        """A staff room that shows no more than a corridor: the data protection officer has closed it."""
        return self.shown.screen.screen.room == Room.STAFF_ROOM and not self.is_staff_room

    @property
    def is_blind(self) -> bool:
        return self.shown.screen.is_blind

    @property
    def night(self) -> tuple[int, int]:
        return NIGHT_STARTS, NIGHT_ENDS


def listing(request: StaffRequest, _: Policy[Encounter], *, unit_id: uuid.UUID) -> Listing:
    """The PECs about to be shown; the guard journals them before anything is drawn. The policy is the queries' own."""
    screen, now = own_actor(request, unit_id), request.now
    if screen is None:
        raise NotVisible
    if screen.is_blind:
        return _listed(Shown(screen=screen), [])
    if screen.shows_initials:
        rows = sorted(queries.in_staff_room(screen, now), key=lambda row: by_place(row.on_wall))
        drawn = tuple(staff(row, screen.unit) for row in rows)
        return _listed(Shown(screen=screen, staff=drawn), [row.on_wall for row in rows])
    listed = sorted(queries.on_wall(unit_id, NEUTRAL, screen, now), key=by_place)
    return _listed(Shown(screen=screen, corridor=tuple(corridor(row) for row in listed)), listed)


def _listed(shown: Shown, rows: list[queries.OnWall]) -> Listing:
    return Listing(
        subjects=tuple(row.id for row in rows),
        persons=tuple(row.patient_id for row in rows),
        version=_version(shown),
        rows=shown,
    )


def _version(shown: Shown) -> str:
    """A word that changes when what is shown does, and for nothing else: what is not shown leaves no trace here."""
    screen, unit = shown.screen, shown.screen.unit
    settings = (screen.screen.theme, screen.screen.room, screen.shows_initials, unit.short_name)
    waits = (unit.waiting_watch_minutes, unit.waiting_over_minutes)
    lines = [vars(line) for line in (*shown.corridor, *shown.staff)]
    return hashlib.sha256(repr((settings, waits, lines)).encode()).hexdigest()[:16]


def build(request: StaffRequest, listing: Listing) -> Wall:
    """The page of the journaled ids."""
    shown: Shown = listing.rows
    hour = paris(request.now).hour
    return Wall(shown=shown, version=listing.version, now_theme=theme_at(shown.screen.screen.theme, hour))
