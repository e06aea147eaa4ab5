"""How what an administrator is about to save will look to the staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.kernel.base import french
from osmose.organisations.models import CareUnit

SAMPLE_MINUTES = (10, 45, 120, 300)
_KINDS = (
    ("Présence", "waiting_watch_minutes", "waiting_over_minutes"),
    ("Psychiatrie", "psychiatry_watch_minutes", "psychiatry_over_minutes"),
    ("Demande", "request_watch_minutes", "request_over_minutes"),
)


@dataclass(frozen=True)
class WaitCell:
    """A wait under the two thresholds (minutes) of one kind of wait, and its band in words."""

    soon: int
    late: int
    band: str


@dataclass(frozen=True)
class WaitLine:
    """One length of wait, as the list shows it under each pair of thresholds."""

    label: str
    since: datetime
    cells: tuple[WaitCell, ...]


@dataclass(frozen=True)
class WaitSample:
    """Ten minutes, three quarters of an hour, two hours and five hours, under the thresholds of a unit."""

    headings: tuple[str, ...]
    lines: tuple[WaitLine, ...]


def band(minutes: int, soon: int, late: int) -> str:
    """The word of a wait, as the browser's clock says it."""
    return "dépassé" if minutes >= late else "à surveiller" if minutes >= soon else "dans les délais"


def wait_sample(unit: CareUnit, now: datetime) -> WaitSample:
    """The bands of a unit, saved or not."""
    thresholds = [(getattr(unit, watch), getattr(unit, over)) for _, watch, over in _KINDS]
    lines = []
    for minutes in SAMPLE_MINUTES:
        span = timedelta(minutes=minutes)
        cells = tuple(WaitCell(soon, late, band(minutes, soon, late)) for soon, late in thresholds)
        lines.append(WaitLine(french.elapsed(span), now - span, cells))
    return WaitSample(tuple(label for label, _, _ in _KINDS), tuple(lines))


@dataclass(frozen=True)
class ToggleGroup:
    """A group of buttons, as on the patient's page; `new` is the one being described."""

    label: str
    words: tuple[tuple[str, bool], ...]


def toggle_group(label: str, rows: Iterable[object], new: object) -> ToggleGroup:
    """The buttons in order, the one being described marked."""
    return ToggleGroup(label, tuple((str(row), row is new) for row in rows))


@dataclass(frozen=True)
class MotifSample:
    """The favourites as one-click buttons, and how many more the list holds."""

    favourites: ToggleGroup
    more: tuple[str, ...]


def motif_sample(rows: Sequence[object], new: object) -> MotifSample:
    """Motifs in the order in which they are offered."""
    favourites = [row for row in rows if getattr(row, "is_favourite", False)]
    others = tuple(str(row) for row in rows if not getattr(row, "is_favourite", False))
    return MotifSample(toggle_group("Motif", favourites, new), others)
