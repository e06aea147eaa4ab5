"""What a wall shows: the ids through the screen's policy, journaled first; then its lines."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
from osmose.workspace.wall.team import TeamLine, team
from osmose.workspace.wall.visitors import own_actor


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The lines of one kind or of the other, never of both, in the order of the places; in a staff room, the team.

    `pecs` are those of the lines, each with its person, for the journal.
    """

    screen: ScreenActor
    pecs: tuple[tuple[uuid.UUID, uuid.UUID], ...] = ()
    corridor: tuple[CorridorRow, ...] = ()
    staff: tuple[StaffRow, ...] = ()
    team: tuple[TeamLine, ...] = ()

    @property
    def version(self) -> str:
        """A word that changes when what is shown does, and for nothing else: what is not shown leaves no trace here.

        It begins with the room: a screen whose room changes takes off what it shows before it has anything else.
        """
        screen, unit = self.screen, self.screen.unit
        settings = (screen.screen.theme, screen.screen.room, screen.shows_initials, unit.short_name)
        waits = (unit.waiting_watch_minutes, unit.waiting_over_minutes)
        lines = [vars(line) for line in (*self.corridor, *self.staff, *self.team)]
        said = hashlib.sha256(repr((settings, waits, lines)).encode()).hexdigest()[:16]
        return f"{self._room}-{said}"

    @property
    def _room(self) -> str:
        if self.screen.is_blind:
            return "rien"
        return (Room.STAFF_ROOM if self.screen.shows_initials else Room.CORRIDOR).value


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
    screen = own_actor(request, unit_id)
    if screen is None:
        raise NotVisible
    shown = shown_on(screen, request.now)
    subjects, persons = tuple(zip(*shown.pecs, strict=True)) or ((), ())
    return Listing(subjects=subjects, persons=persons, version=shown.version, rows=shown)


def shown_on(screen: ScreenActor, now: datetime) -> Shown:
    """What this screen shows at that instant: one query in a corridor, four in a staff room."""
    if screen.is_blind:
        return Shown(screen=screen)
    if screen.shows_initials:
        named = sorted(queries.in_staff_room(screen, now), key=lambda row: by_place(row.on_wall))
        lines = tuple(staff(row, screen.unit) for row in named)
        return Shown(screen=screen, pecs=_pecs(row.on_wall for row in named), staff=lines, team=team(screen, now))
    listed = sorted(queries.on_wall(screen.unit.pk, NEUTRAL, screen, now), key=by_place)
    return Shown(screen=screen, pecs=_pecs(listed), corridor=tuple(corridor(row) for row in listed))


def _pecs(rows: Iterable[queries.OnWall]) -> tuple[tuple[uuid.UUID, uuid.UUID], ...]:
    return tuple((row.id, row.patient_id) for row in rows)


def build(request: StaffRequest, listing: Listing) -> Wall:
    """The page of the journaled ids."""
    shown: Shown = listing.rows
    hour = paris(request.now).hour
    return Wall(shown=shown, version=listing.version, now_theme=theme_at(shown.screen.screen.theme, hour))
