"""The two files as typed records; no database here. See README.md for their form."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from osmose.kernel.base.text import clean

_CIS_COLUMNS, _COMPO_COLUMNS, _CIS_DIGITS = 12, 8, 8
_ACTIVE, _ON_SALE = "Autorisation active", "Commercialisée"
_FRACTION = "FT"


@dataclass(frozen=True)
class Speciality:
    """One line of `CIS_bdpm.txt`."""

    cis: str
    label: str
    form: str
    routes: tuple[str, ...]
    is_on_sale: bool


@dataclass(frozen=True)
class Table:
    """The records of a file, and how many lines were of another form."""

    specialities: tuple[Speciality, ...]
    set_aside: int = 0


@dataclass
class _Named:
    """The substances of a speciality, as salts and as what acts."""

    whole: list[str] = field(default_factory=list)
    fractions: list[str] = field(default_factory=list)


def specialities(content: bytes) -> Table:
    """`CIS_bdpm.txt`."""
    found, set_aside = [], 0
    for columns in _lines(content):
        if len(columns) < _CIS_COLUMNS - 1 or not _is_cis(columns[0]) or not columns[1]:
            set_aside += 1
            continue
        cis, label, form, routes, status, _, state = columns[:7]
        is_on_sale = status == _ACTIVE and state == _ON_SALE
        ways = tuple(way for part in routes.split(";") if (way := part.strip()))
        found.append(Speciality(cis, label, form, ways, is_on_sale))
    return Table(tuple(found), set_aside)


def substances(content: bytes) -> dict[str, tuple[str, ...]]:
    """`CIS_COMPO_bdpm.txt`: what acts in each speciality, by CIS code."""
    named: dict[str, _Named] = {}
    for columns in _lines(content):
        if len(columns) < _COMPO_COLUMNS - 1 or not _is_cis(columns[0]) or not columns[3]:
            continue
        of = named.setdefault(columns[0], _Named())
        (of.fractions if columns[6] == _FRACTION else of.whole).append(columns[3])
    return {cis: tuple(dict.fromkeys(of.fractions or of.whole)) for cis, of in named.items()}


def _lines(content: bytes) -> Iterator[list[str]]:
    for line in _text(content).splitlines():
        if line.strip():
            yield _columns(line.split("\t"))


def _columns(fields: Iterable[str]) -> list[str]:
    return [clean(text) for text in fields]


def _text(content: bytes) -> str:
    """Windows-1252 as documented; UTF-8 is told by being valid, which accents of the other are not."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _is_cis(text: str) -> bool:
    return len(text) == _CIS_DIGITS and text.isascii() and text.isdigit()
