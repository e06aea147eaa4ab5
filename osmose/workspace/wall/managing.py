"""What a manager sees of the screens of their units, and a data protection officer of the staff rooms."""

from dataclasses import dataclass
from datetime import datetime

from osmose.devices import queries
from osmose.devices.actions import Issued
from osmose.devices.models import Screen
from osmose.devices.rules import DARK_AFTER, THEMES, Room, written
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import french
from osmose.organisations.models import CareUnit, UnitKind


@dataclass(frozen=True)
class Word:
    """A state in words, with its icon and tone."""

    words: str
    icon: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class ScreenLine:
    """One screen: its name, where it hangs, and whether it is on. `code` only in the answer that made it."""

    screen: Screen
    room: str
    theme: str
    state: Word
    code: str = ""
    name: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitPanel:
    """The screens of one unit; `form` is what was typed and refused, if anything was."""

    unit: CareUnit
    screens: tuple[ScreenLine, ...]
    is_opened: bool
    suggested: str
    problems: dict[str, str]
    room: str
    theme: str

    @property
    def rooms(self) -> list[tuple[str, str]]:
        """Where a screen may hang: no corridor in a psychiatric unit, no staff room before it is opened."""
        rooms = [] if self.unit.kind == UnitKind.PSYCHIATRY else [Room.CORRIDOR]
        return [(room.value, room.label) for room in (*rooms, *((Room.STAFF_ROOM,) if self.is_opened else ()))]

    @property
    def default_room(self) -> str:
        return next((value for value, _ in self.rooms if value == self.room), self.rooms[0][0] if self.rooms else "")


@dataclass(frozen=True, kw_only=True)
class Screens:
    """The page of a manager."""

    panels: tuple[UnitPanel, ...]
    themes: tuple[tuple[str, str], ...] = tuple(THEMES.items())
    was_replayed: bool = False
    code: str = ""
    screen_name: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffRoomLine:
    """One unit: whether its staff-room screens may show initials, since when and why; and which screens it has."""

    unit: CareUnit
    opened_at: datetime | None
    word: str
    screens: tuple[ScreenLine, ...]
    problem: str = ""
    typed: str = ""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed about a unit, or about a screen, and why it was refused."""

    about: CareUnit | Screen
    values: dict[str, str]
    problems: dict[str, str]


def screens(
    actor: Actor, now: datetime, *, issued: Issued | None = None, typed: Typed | None = None, was_replayed: bool = False
) -> Screens:
    """The units of a manager and their screens: three queries."""
    units = queries.issuing_units(actor, now)
    opened = queries.openings_of(frozenset(unit.pk for unit in units))
    every = queries.screens_of(actor, now)
    return Screens(
        panels=tuple(
            _panel(unit, [s for s in every if s.care_unit_id == unit.pk], unit.pk in opened, now, typed)
            for unit in units
        ),
        was_replayed=was_replayed,
        code=written(issued.code) if issued else "",
        screen_name=issued.screen.name if issued else "",
    )


def _panel(unit: CareUnit, screens: list[Screen], is_opened: bool, now: datetime, typed: Typed | None) -> UnitPanel:
    mine = typed if typed is not None and typed.about == unit else None
    values = mine.values if mine else {}
    return UnitPanel(
        unit=unit,
        screens=tuple(_line(screen, now, typed) for screen in screens),
        is_opened=is_opened,
        suggested=values.get("name") or _free_name(unit, screens),
        problems=mine.problems if mine else {},
        room=values.get("room", ""),
        theme=values.get("theme") or "auto",
    )


def _free_name(unit: CareUnit, screens: list[Screen]) -> str:
    """« Couloir SAU », « Couloir SAU 2 »: a name to accept in one click."""
    where = "Salle de soins" if unit.kind == UnitKind.PSYCHIATRY else "Couloir"
    taken, first = {screen.name for screen in screens}, f"{where} {unit.code}"
    return next(name for name in (first, *(f"{first} {n}" for n in range(2, len(taken) + 3))) if name not in taken)


def _line(screen: Screen, now: datetime, typed: Typed | None = None) -> ScreenLine:
    mine = typed if typed is not None and typed.about == screen else None
    return ScreenLine(
        screen=screen,
        room=Room(screen.room).label,
        theme=mine.values["theme"] if mine else screen.theme,
        name=mine.values["name"] if mine else screen.name,
        problem=next(iter(mine.problems.values()), "") if mine else "",
        state=_state(screen, now),
    )


def _state(screen: Screen, now: datetime) -> Word:
    """On, silent since, or waiting for its code."""
    if screen.code_expires_at is not None and screen.awaits_code(now):
        return Word(f"Code valable jusqu’à {french.time(screen.code_expires_at)}", "hourglass", "info")
    if screen.paired_at is None or screen.seen_at is None:
        return Word("Jamais raccordé", "circle-alert", "warning")
    if now - screen.seen_at > DARK_AFTER:
        return Word(f"Muet depuis {french.day_time(screen.seen_at)}", "wifi-off", "warning")
    return Word("En marche", "circle-check", "success")


def staff_rooms(actor: Actor, now: datetime, *, typed: Typed | None = None) -> tuple[StaffRoomLine, ...]:
    """The units of a data protection officer's establishment: three queries."""
    units = queries.overseen_units(actor, now)
    opened = queries.openings_of(frozenset(unit.pk for unit in units))
    every = queries.overseen_screens(actor, now)
    lines = []
    for unit in units:
        opening = opened.get(unit.pk)
        mine = typed if typed is not None and typed.about == unit else None
        lines.append(
            StaffRoomLine(
                unit=unit,
                opened_at=opening.opened_at if opening else None,
                word=opening.word if opening else "",
                screens=tuple(_line(screen, now) for screen in every if screen.care_unit_id == unit.pk),
                problem=next(iter(mine.problems.values()), "") if mine else "",
                typed=mine.values.get("word", "") if mine else "",
            )
        )
    return tuple(lines)
