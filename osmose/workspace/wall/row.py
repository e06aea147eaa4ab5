"""One line of a wall: a pure function of the PEC and of the room the screen hangs in.

A corridor is read by everybody who waits there. Of psychiatry it says nothing, and nothing may tell it by what is
missing either: the same columns for everybody, empty where nothing is asked as where all is done; no line that says
« rien en attente » beside a long wait; an order that depends on places and arrivals alone; the words are ours, since
those of the establishment may say more (« Box psy », « Refusée, agité »).
"""

from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.waiting import UNMET
from osmose.encounters.operations.founding import BED, BIOLOGY, BOX, IMAGING, TRANSPORT
from osmose.encounters.queries import InStaffRoom, OnWall, State
from osmose.kernel.base.text import fold
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.organisations.models import CareUnit

# Asked for anybody, whatever brings them. « Box pour évaluation » is asked for an interview: it is not among them.
NEUTRAL = (IMAGING, BIOLOGY, BED, TRANSPORT)
# A place whose name says why one is there is called by its zone.
_TELLING = ("PSY", "ISOLEMENT", "APAIS", "CONTENTION", "CRISE", "ADDICT", "DEGRIS", "FUGUE", "SECURI")
ELSEWHERE = "NC"
NOBODY = "—"
_ASKED, _RUNNING = UNMET, (Meaning.RUNNING, Meaning.PAUSED)
_ICONS = {"asked": "hourglass", "running": "loader", "ready": "eye", "done": "circle-check"}


@dataclass(frozen=True)
class Cell:
    """What is asked, in a word and an icon; `since` only where a staff room shows how long it lasts."""

    words: str
    icon: str
    tone: str = "neutral"
    since: datetime | None = None
    soon: int = 0
    late: int = 0


@dataclass(frozen=True, kw_only=True)
class CorridorRow:
    """Where, since when, and the neutral requests; nothing that names or describes anybody."""

    place: str
    arrived_at: datetime
    imaging: Cell | None
    biology: Cell | None
    next: Cell | None


@dataclass(frozen=True, kw_only=True, repr=False)
class StaffRow:
    """The same place and wait, with initials and states, behind the door of a staff room."""

    place: str
    arrived_at: datetime
    initials: str
    triage: str
    is_of_concern: bool
    is_missing: bool
    states: tuple[Cell, ...]


def corridor(row: OnWall) -> CorridorRow:
    """The line of a corridor."""
    asked = dict(row.requests)
    return CorridorRow(
        place=_place(row)[0],
        arrived_at=row.arrived_at,
        imaging=_exam(asked.get(IMAGING)),
        biology=_exam(asked.get(BIOLOGY)),
        next=_next(asked),
    )


def staff(row: InStaffRoom, unit: CareUnit) -> StaffRow:
    """The line of a staff room."""
    place = row.on_wall.box or row.on_wall.zone
    return StaffRow(
        place=place,
        arrived_at=row.on_wall.arrived_at,
        initials=_initials(row),
        triage=row.triage,
        is_of_concern=row.is_of_concern,
        is_missing=row.is_missing,
        states=tuple(cell for state in _by_weight(row.states) if (cell := _state(state, unit))),
    )


def by_place(row: OnWall) -> tuple[object, ...]:
    """The order of a wall: places as the unit orders them, then arrivals. Nothing else of anybody decides it."""
    words, order = _place(row)
    return (0 if _tells(row.zone) else row.zone_order, order, words, row.arrived_at, row.id)


def _place(row: OnWall) -> tuple[str, int]:
    """The box, or the zone where there is none, and its place in the zone: those without a box first."""
    if row.box and not _tells(row.box):
        return row.box, 1 + row.box_order
    return (ELSEWHERE if _tells(row.zone) else row.zone), 0


def _tells(name: str) -> bool:
    folded = fold(name)
    return any(word in folded for word in _TELLING)


def _exam(meaning: Meaning | None) -> Cell | None:
    """Waited for, being done, or with its result; done, seen, refused and never asked look alike."""
    if meaning in _ASKED:
        return Cell("demandée", _ICONS["asked"])
    if meaning in _RUNNING:
        return Cell("en cours", _ICONS["running"])
    return Cell("résultat", _ICONS["ready"]) if meaning is Meaning.AVAILABLE else None


def _next(asked: dict[str, Meaning]) -> Cell | None:
    """How the passage goes on: a bed, a transport."""
    transport, bed = asked.get(TRANSPORT), asked.get(BED)
    if transport in _RUNNING:
        return Cell("en route", _ICONS["running"])
    if transport in _ASKED:
        return Cell("transport", _ICONS["asked"])
    if bed in _ASKED or bed in _RUNNING:
        return Cell("lit attendu", _ICONS["asked"])
    return Cell("lit obtenu", _ICONS["done"]) if bed is Meaning.DONE else None


def _initials(row: InStaffRoom) -> str:
    """« R. A. »; a dash for an identity that is protected, not shared or not readable, all alike; « Inc. »."""
    patient = row.patient
    if patient is None:
        return NOBODY
    if patient.is_unknown:
        return "Inc."
    names = [readable(patient, "first_name"), readable(patient, "birth_name")]
    if UNREADABLE in names:
        return NOBODY
    return " ".join(f"{str(name).strip()[:1].upper()}." for name in names if name) or NOBODY


def _by_weight(states: tuple[State, ...]) -> list[State]:
    """Psychiatry first, as on the board; the box, that the place says, only while it is waited for."""
    shown = [s for s in states if s.code != BOX or s.meaning in _ASKED]
    return sorted(shown, key=lambda state: not state.is_psychiatric)


def _state(state: State, unit: CareUnit) -> Cell | None:
    """What still lasts or has just become known; what is over is quiet, but for psychiatry and a bed."""
    words = f"{state.label} {state.word[:1].lower()}{state.word[1:]}"
    if state.meaning in _ASKED or state.meaning is Meaning.PAUSED:
        soon, late = unit.request_watch_minutes, unit.request_over_minutes
        if state.is_psychiatric:
            soon, late = unit.psychiatry_watch_minutes, unit.psychiatry_over_minutes
        icon = "pause" if state.meaning is Meaning.PAUSED else _ICONS["asked"]
        return Cell(words, icon, "neutral", state.requested_at or state.changed_at, soon, late)
    if state.meaning is Meaning.RUNNING:
        tone, icon = ("psy", "message-square-text") if state.is_psychiatric else ("info", _ICONS["running"])
        return Cell(words, icon, tone, state.changed_at)
    if state.meaning is Meaning.AVAILABLE:
        return Cell(f"{state.label}\u202f: résultat", _ICONS["ready"], "info")
    is_said = state.meaning in (Meaning.DONE, Meaning.ADVISED) and (state.is_psychiatric or state.code == BED)
    return Cell(words, _ICONS["done"], "success") if is_said else None
