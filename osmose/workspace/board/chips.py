"""What the board counts: the chips, what waits for psychiatry, and what each filter offers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.waiting import is_over, is_to_see
from osmose.encounters.queries import ARCHIVE_CAP, Listed
from osmose.kernel.base.text import fold
from osmose.workspace.board import filters as asking
from osmose.workspace.board.filters import Filters

_PSYCHIATRY: Mapping[str, Callable[[frozenset[Meaning]], bool]] = {
    asking.TO_SEE: is_to_see,
    asking.RUNNING: lambda meanings: Meaning.RUNNING in meanings,
    asking.PAUSED: lambda meanings: Meaning.PAUSED in meanings,
    asking.DONE: is_over,
}


@dataclass(frozen=True)
class Chip:
    """One filter that is a link: its word, its count, where it leads."""

    label: str
    count: str
    query: str
    is_current: bool
    tone: str = ""
    starts_group: bool = False


@dataclass(frozen=True)
class Waiting:
    """« 8 attendent la psychiatrie · le plus ancien 22 min »."""

    count: int
    since: datetime | None


Option = tuple[str, str]


def has_psychiatry(row: Listed, psy: str) -> bool:
    """Whether a PEC is under this psychiatric chip; every one is where none is chosen."""
    return not psy or _PSYCHIATRY[psy](row.psychiatry)


def scope_chips(asked: Filters, opened: Iterable[Listed], closed: int) -> tuple[Chip, ...]:
    """The scopes, each with all that it holds whatever the filters; the archive is not counted beyond its cap."""
    rows = list(opened)
    active = sum(1 for row in rows if row.is_active)
    counts = {
        asking.ACTIVE: str(active),
        asking.OPEN: str(len(rows)),
        asking.CLOSED: _capped(closed),
        asking.ALL: _capped(closed, len(rows)),
    }
    scopes = tuple(
        Chip(label, counts[scope], asked.query(portee=scope), asked.portee == scope)
        for scope, label in asking.SCOPES.items()
    )
    return (*scopes, *_missing_chip(asked, rows))


def _missing_chip(asked: Filters, rows: Iterable[Listed]) -> tuple[Chip, ...]:
    """« Introuvables 1 », where there is any; pressed again, it lets go."""
    count, is_current = sum(1 for row in rows if row.is_missing), asked.etat == asking.MISSING
    if not count and not is_current:
        return ()
    everywhere = {"portee": asking.ACTIVE, "psy": "", "unite": "", "lieu": "", "equipe": "", "mes": ""}
    query = asked.query(etat="") if is_current else asked.query(etat=asking.MISSING, **everywhere)
    return (Chip("Introuvables", str(count), query, is_current),)


def psychiatry_chips(asked: Filters, kept: Sequence[Listed], *, is_capped: bool) -> tuple[Chip, ...]:
    """The psychiatric states within the chosen scope and filters; pressed again, a chip lets go."""
    chips = []
    for psy, label in asking.PSYCHIATRY.items():
        count, is_current = sum(1 for row in kept if has_psychiatry(row, psy)), asked.psy == psy
        words = f"{count}\u202f+" if is_capped and count else str(count)
        query = asked.query(psy="" if is_current else psy)
        chips.append(Chip(label, words, query, is_current, "psy", starts_group=psy == asking.TO_SEE))
    return tuple(chips)


def waiting(kept: Iterable[Listed]) -> Waiting:
    """Those who wait for psychiatry, interrupted ones included, and since when the first of them does."""
    since = [row.waits.psychiatry for row in kept if row.waits.psychiatry]
    return Waiting(len(since), min(since, default=None))


def units(rows: Iterable[Listed], chosen: str) -> list[Option]:
    """The units of the PECs shown."""
    return _with_chosen({str(row.unit_id): row.unit for row in rows}, chosen, "Unité sans prise en charge")


def places(rows: Iterable[Listed], chosen: str) -> list[Option]:
    """The zones of the PECs shown, in the order of their units."""
    ordered = sorted(rows, key=lambda row: (row.place_order, row.place.location_code))
    known = {row.place.location_code: row.place.location_label for row in ordered}
    return _with_chosen(known, chosen, chosen, is_sorted=False)


def teams(rows: Iterable[Listed], chosen: str) -> list[Option]:
    """The psychiatric teams that the PECs shown are addressed to."""
    asked = {str(r.unit_id): r.unit for row in rows for r in row.requests if r.is_psychiatric and r.unit_id}
    return _with_chosen(asked, chosen, "Équipe sans demande")


def _with_chosen(known: dict[str, str], chosen: str, otherwise: str, *, is_sorted: bool = True) -> list[Option]:
    """What is chosen stays among the options, or the list would seem not to be filtered by it."""
    if chosen and chosen not in known:
        known[chosen] = otherwise
    return sorted(known.items(), key=lambda option: fold(option[1])) if is_sorted else list(known.items())


def _capped(closed: int, more: int = 0) -> str:
    """« 1 000+ » beyond the cap."""
    if closed > ARCHIVE_CAP:
        return f"{ARCHIVE_CAP // 1000}\u202f{ARCHIVE_CAP % 1000:03d}\u202f+"
    return str(closed + more)
