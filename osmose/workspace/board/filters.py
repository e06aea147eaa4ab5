"""What the board is asked to show: codes and ids in the address, never a word about a patient."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

from osmose.encounters.queries import Cursor, Listed

ACTIVE, OPEN, CLOSED, ALL = "actives", "ouvertes", "cloturees", "toutes"
SCOPES = {ACTIVE: "PEC actives", OPEN: "Non clôturées", CLOSED: "Clôturées", ALL: "Toutes"}
TO_SEE, RUNNING, PAUSED, DONE = "a-voir", "en-cours", "interrompues", "terminees"
PSYCHIATRY = {TO_SEE: "Psy à voir", RUNNING: "Psy en cours", PAUSED: "Psy interrompues", DONE: "Psy terminées"}
CONCERN, NO_BOX, RESULTS, MINORS, EXITED = "preoccupants", "sans-box", "resultats", "mineurs", "sortis"
MISSING = "introuvables"
STATES = {
    MISSING: "Introuvables",
    CONCERN: "Préoccupants",
    NO_BOX: "Sans box",
    RESULTS: "Résultat à voir",
    MINORS: "Mineurs",
    EXITED: "Sortis, non clôturés",
}
ATTENTION, OLDEST, NEWEST, PLACE, TRIAGE = "attente", "anciennes", "recentes", "lieu", "tri"
ORDERS = {
    ATTENTION: "Ce qui attend trop d’abord",
    OLDEST: "Arrivée la plus ancienne",
    NEWEST: "Arrivée la plus récente",
    PLACE: "Lieu",
    TRIAGE: "Tri",
}
TABLE, CARDS = "tableau", "fiches"
DENSITIES = {TABLE: "Tableau", CARDS: "Fiches"}
_PLACE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
_EPOCH, _TICK = datetime.fromtimestamp(0, UTC), timedelta(microseconds=1)
QUERY_MAX = 400  # an address that a view may keep


@dataclass(frozen=True, kw_only=True)
class Filters:
    """One question put to the board; field by field, what the address says. Empty: everything."""

    portee: str = ACTIVE
    psy: str = ""
    unite: str = ""
    lieu: str = ""
    equipe: str = ""
    etat: str = ""
    mes: str = ""
    ordre: str = ATTENTION
    vue: str = TABLE
    apres: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> tuple[Self, bool]:
        """What an address asks, and whether something in it made no sense and was left out."""
        asked, was_strange = {}, False
        for name, reader in _READERS.items():
            typed = str(query.get(name, "") or "")
            if not typed:
                continue
            value = reader(typed)
            asked[name] = value
            was_strange = was_strange or not value
        return cls(**{name: value for name, value in asked.items() if value})._coherent(), was_strange

    def _coherent(self) -> Self:
        """Whoever has left is not among the active: asked for, they are looked for among the open."""
        return replace(self, portee=OPEN) if self.etat == EXITED and self.portee == ACTIVE else self

    def query(self, **changes: str) -> str:
        """The address of this question with some answers changed; the scope is always said."""
        wanted = replace(self, **{"apres": "", **changes})
        said = [(name, getattr(wanted, name)) for name in _FIRST]
        return urlencode(
            [(name, value) for name, value in said if value and (name == "portee" or value != _FIRST[name])]
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether something besides scope, order and density limits what is shown."""
        return bool(self.psy or self.unite or self.lieu or self.equipe or self.etat or self.mes)

    @property
    def shows_closed(self) -> bool:
        return self.portee in (CLOSED, ALL)

    @property
    def cursor(self) -> Cursor | None:
        """Where the page of the archive begins."""
        return _cursor(self.apres)

    def keeps(self, row: Listed, user_id: uuid.UUID) -> bool:
        """Whether a PEC is in the scope and the filters, the psychiatric one and « mineurs » apart."""
        return (
            self.in_scope(row)
            and (not self.unite or str(row.unit_id) == self.unite)
            and (not self.lieu or row.place.location_code == self.lieu)
            and (not self.equipe or self.equipe in _teams(row))
            and (not self.mes or any(one.user_id == user_id for one in row.in_charge))
            and (self.etat not in _STATES or _STATES[self.etat](row))
        )

    def in_scope(self, row: Listed) -> bool:
        if self.portee == ACTIVE:
            return row.is_active
        return self.portee == ALL or row.is_closed == (self.portee == CLOSED)


def _teams(row: Listed) -> set[str]:
    """The teams that a psychiatric request is addressed to."""
    return {str(r.unit_id) for r in row.requests if r.is_psychiatric and r.unit_id}


def cursor_of(row: Listed) -> str:
    """« 1764097218512345-<id> »: a place in the archive, as the address says it, to the microsecond."""
    return f"{((row.closed_at or row.arrived_at) - _EPOCH) // _TICK}-{row.id.hex}"


def _cursor(typed: str) -> Cursor | None:
    at, _, pk = typed.partition("-")
    try:
        return Cursor(_EPOCH + int(at) * _TICK, uuid.UUID(pk))
    except (ValueError, OverflowError):
        return None


def _one_of(known: Mapping[str, str]) -> Callable[[str], str]:
    return lambda typed: typed if typed in known else ""


def _id(typed: str) -> str:
    try:
        return str(uuid.UUID(typed))
    except ValueError:
        return ""


_READERS: Mapping[str, Callable[[str], str]] = {
    "portee": _one_of(SCOPES),
    "psy": _one_of(PSYCHIATRY),
    "unite": _id,
    "lieu": lambda typed: typed if _PLACE.fullmatch(typed) else "",
    "equipe": _id,
    "etat": _one_of(STATES),
    "mes": lambda typed: typed if typed == "1" else "",
    "ordre": _one_of(ORDERS),
    "vue": _one_of(DENSITIES),
    "apres": lambda typed: typed if _cursor(typed) else "",
}
_FIRST = {f.name: str(f.default) for f in fields(Filters)}
_STATES: Mapping[str, Callable[[Listed], bool]] = {
    MISSING: lambda row: row.is_missing,
    CONCERN: lambda row: row.is_of_concern,
    NO_BOX: lambda row: row.is_active and not row.place.box,
    RESULTS: lambda row: row.has_result_to_see,
    EXITED: lambda row: row.has_exited,
}


def asked_by(query: QueryDict) -> bool:
    """Whether an address asks anything; a bare one is answered by the view that its reader chose."""
    return any(name in query for name in _READERS)
