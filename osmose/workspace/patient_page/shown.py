"""Which part of the timeline a page shows, as its address says: by codes and identifiers, never a word of anybody."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlencode

from osmose.encounters.lifecycle.tracking import FIELDS
from osmose.encounters.models import RequestKind
from osmose.kernel.events.thread import Cursor, Selection
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.models import DataCategory

# What an agreement may leave closed: by kind, since an unreadable entry has no payload to ask.
_CATEGORIES = (
    (DataCategory.NOTES, "handover."),
    (DataCategory.NOTES, "encounters.call_"),
    (DataCategory.NOTES, "encounters.expected_"),
    (DataCategory.REQUESTS, "encounters.request_"),
    (DataCategory.REQUESTS, "encounters.result_"),
    (DataCategory.REQUESTS, "encounters.intervention_"),
    (DataCategory.REQUESTS, "encounters.unit_"),
    (DataCategory.INSTRUCTIONS, "patients.instruction_"),
    (DataCategory.IDENTITY, "encounters.company_"),
    (DataCategory.IDENTITY, "encounters.guardians_"),
)
SORTS: Mapping[str, str] = {
    "notes": "Transmissions",
    "ciblees": "Transmissions ciblées",
    "saed": "SAED",
    "macrocibles": "Macrocibles",
    "urgentes": "Transmissions urgentes",
    "lieu": "Lieu",
    "demandes": "Demandes",
    "psychiatrie": "Psychiatrie",
    "consignes": "Consignes",
    "traitements": "Traitements donnés",
    "suivi": "Suivi",
    "administratif": "Administratif",
}
_ADMINISTRATIVE = (
    "encounters.patient_arrived",
    "encounters.arrival_",
    "encounters.identity_",
    "encounters.owner_",
    "encounters.unit_",
    "encounters.exit",
    "encounters.closed",
    "encounters.reopened",
    "encounters.cancelled",
    "encounters.referent_",
    "encounters.relay_",
)
_WANTED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "notes": (("handover.",), ()),
    "ciblees": ((), ("note:focus",)),
    "saed": ((), ("note:saed",)),
    "macrocibles": ((), ("note:macro",)),
    "urgentes": ((), ("note:urgent",)),
    "lieu": (("encounters.place_", "encounters.owner_"), ()),
    "demandes": (("encounters.request_", "encounters.result_"), ()),
    "consignes": (("patients.instruction_",), ()),
    "traitements": (("handover.treatment_",), ()),
    "suivi": ((), (*FIELDS, "motif")),
    "administratif": (_ADMINISTRATIVE, ()),
}


_NAMES = frozenset({"sorte", "auteur", "unite", "cible", "nonlues"})


@dataclass(frozen=True)
class Shown:
    """The filter of the timeline, and where it begins or goes on.

    `focus` is one of the notes of the cible wanted, `unread` keeps the notes that the reader has not read.
    """

    sort: str = ""
    author: uuid.UUID | None = None
    unit: uuid.UUID | None = None
    focus: uuid.UUID | None = None
    unread: bool = False
    since: Cursor | None = None
    before: Cursor | None = None

    @classmethod
    def of(cls, request: StaffRequest) -> Self:
        """What the address asks for; a fragment or a click keeps what its page shows."""
        asked: Mapping[str, str] = request.GET
        if request.headers.get("HX-Request") == "true" and not request.GET.keys() & _NAMES:
            page = request.headers.get("HX-Current-URL", "").partition("?")[2].partition("#")[0]
            asked = {**dict(parse_qsl(page)), **request.GET.dict()}
        sort = asked.get("sorte", "")
        return cls(
            sort=sort if sort in SORTS else "",
            author=_id(asked.get("auteur", "")),
            unit=_id(asked.get("unite", "")),
            focus=_id(asked.get("cible", "")),
            unread=asked.get("nonlues", "") == "1",
            since=Cursor.read(request.headers.get("X-Osmose-Shown", "")),
            before=Cursor.read(asked.get("avant", "")),
        )

    def afresh(self) -> Self:
        """The same filter, from the newest entry on."""
        return replace(self, since=None, before=None)

    @property
    def is_filtered(self) -> bool:
        return bool(self.sort or self.author or self.unit or self.is_sifted)

    @property
    def is_sifted(self) -> bool:
        """Words and receipts decide, not the timeline: all of it is read, and shown from the newest on."""
        return self.unread or self.focus is not None

    @property
    def query(self) -> str:
        """The filter as an address says it; empty without one."""
        said = {
            "sorte": self.sort,
            "auteur": self.author,
            "unite": self.unit,
            "cible": self.focus,
            "nonlues": "1" if self.unread else "",
        }
        return urlencode({name: str(value) for name, value in said.items() if value})

    def selection(self, scope: frozenset[str], kinds: tuple[RequestKind, ...]) -> Selection:
        """The entries wanted, among those that the reader's agreement opens."""
        wanted = self.sort or ("notes" if self.is_sifted else "")
        beginnings, changed = _wanted(wanted, tuple(k.code for k in kinds if k.is_psychiatric))
        hidden = tuple(beginning for category, beginning in _CATEGORIES if category not in scope)
        return Selection(self.author, self.unit, beginnings, changed, hidden)


def _wanted(sort: str, psychiatric: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Beginnings of kinds, and names of changed fields."""
    if sort == "psychiatrie":
        fields = [f"{name}:{code}" for code in psychiatric for name in ("request", "note", "result")]
        return ("encounters.intervention_",), (*fields, "assignment:psy", "concern")
    return _WANTED.get(sort, ((), ()))


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
