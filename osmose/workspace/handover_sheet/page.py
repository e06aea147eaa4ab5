"""The sheet in one screen of code: every query, in order."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.models import Encounter
from osmose.handover import queries
from osmose.handover.events import NoteSigned
from osmose.handover.queries import SheetSector
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events.timeline import Entry
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.organisations import rules as shifts
from osmose.organisations.models import CareUnit
from osmose.organisations.rules import Shift
from osmose.workspace.handover_sheet import beside
from osmose.workspace.handover_sheet.block import Block, Facts, block

ELSEWHERE = "Autres lieux"


@dataclass(frozen=True)
class Group:
    """The patients of one sector, read with one click but those that are unticked."""

    id: str
    name: str
    holders: str
    is_mine: bool
    blocks: tuple[Block, ...]

    @property
    def to_read(self) -> int:
        """How many this reader may still take note of."""
        return sum(1 for one in self.blocks if one.ack.can_read)


@dataclass(frozen=True)
class Way:
    """Another shift, or another of the reader's units."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Sheet:
    """The handover of a unit and a shift, for this reader."""

    unit: CareUnit
    shift: Shift
    now: datetime
    groups: tuple[Group, ...]
    left: tuple[Block, ...]
    ways: tuple[Way, ...]
    units: tuple[Way, ...]
    state: str

    @property
    def count(self) -> int:
        return sum(len(group.blocks) for group in self.groups)

    @property
    def read_count(self) -> int:
        """How many somebody took note of."""
        return sum(1 for group in self.groups for one in group.blocks if one.ack.reads)

    @property
    def query(self) -> str:
        return f"?{urlencode({'poste': self.shift.key})}"


@dataclass(frozen=True)
class Asked:
    """What the address names."""

    unit: CareUnit
    shift: Shift
    ids: tuple[uuid.UUID, ...]


def shift_of(request: StaffRequest, unit: CareUnit) -> Shift:
    """The shift of the address or of the form, else the one that is handed over now."""
    asked = request.POST.get("poste") or request.GET.get("poste", "")
    found = shifts.named(unit.shift_starts, asked, request.now) if asked else None
    return found or shifts.handed_over(unit.shift_starts, request.now)


def listing(request: StaffRequest, policy: Policy[Any], **kwargs: Any) -> Listing:  # noqa: ARG001 - the queries' own
    """The patients of the sheet, journaled before any of them is shown."""
    unit = queries.sheet_unit(kwargs["unit_id"], request.actor, request.now)
    if unit is None:
        raise NotVisible
    shift = shift_of(request, unit)
    found = queries.sheet_ids(unit, shift.starts_at, request.actor, request.now)
    ids = tuple(pk for pk, _ in found)
    return Listing(subjects=ids, persons=tuple(person for _, person in found), rows=Asked(unit, shift, ids))


def build(actor: Actor, asked: Asked, now: datetime) -> Sheet:
    """Five queries, whatever the number of patients; what lies beside asks its own."""
    unit, shift = asked.unit, asked.shift
    rows = queries.to_hand_over(asked.ids, unit, shift.starts_at, actor, now)
    told = queries.changes_since(asked.ids, shift.starts_at)
    facts = Facts(
        told=told,
        notes=queries.notes_by_id(_note_ids(told.values()), actor, now),
        focuses=beside.open_focuses(asked.ids, actor, now),
        instructions=beside.instructions([row.patient_id for row in rows], actor, now),
        reader_id=actor.id,
        today=paris(now).date(),
    )
    here = [block(row, facts) for row in rows if row.status == EncounterStatus.ACTIVE]
    return Sheet(
        unit=unit,
        shift=shift,
        now=now,
        groups=_groups(here, queries.sectors_of(unit.pk), actor),
        left=tuple(block(row, facts) for row in rows if _has_left(row)),
        ways=_ways(unit, shift, now),
        units=_units(unit, actor),
        state=queries.state_of(rows, actor),
    )


def _has_left(row: Encounter) -> bool:
    return row.status != EncounterStatus.ACTIVE


def _note_ids(told: Iterable[list[Entry]]) -> list[uuid.UUID]:
    payloads = (entry.payload for entries in told for entry in entries)
    return [uuid.UUID(payload.note_id) for payload in payloads if isinstance(payload, NoteSigned)]


def _groups(blocks: list[Block], sectors: list[SheetSector], actor: Actor) -> tuple[Group, ...]:
    """By sector, one's own first; who is in none comes last. A box decides before its zone."""
    by_place = {place: sector for sector in sectors for place in sector.places}
    held: dict[str, list[Block]] = {str(sector.id): [] for sector in sectors}
    others: list[Block] = []
    for one in blocks:
        sector = next((by_place[place] for place in one.place_ids if place in by_place), None)
        (held[str(sector.id)] if sector else others).append(one)
    groups = [
        Group(
            id=str(sector.id),
            name=sector.name,
            holders=", ".join(dict.fromkeys(who.words for who in sector.holders)),
            is_mine=any(who.user_id == actor.id for who in sector.holders),
            blocks=tuple(sorted(held[str(sector.id)], key=lambda one: one.rank)),
        )
        for sector in sectors
    ]
    groups.sort(key=lambda group: not group.is_mine)
    name = ELSEWHERE if sectors else "Patients"
    rest = Group("autres", name, "", is_mine=False, blocks=tuple(sorted(others, key=lambda one: one.rank)))
    return tuple(group for group in (*groups, rest) if group.blocks)


def _ways(unit: CareUnit, shift: Shift, now: datetime) -> tuple[Way, ...]:
    """The shift that goes on and the two before it."""
    found = [shifts.shift_at(unit.shift_starts, now)]
    for _ in range(2):
        found.insert(0, shifts.before(unit.shift_starts, found[0]))
    address = reverse("handover_sheet", args=[unit.pk])
    return tuple(Way(one.words, f"{address}?poste={one.key}", one == shift) for one in found)


def _units(unit: CareUnit, actor: Actor) -> tuple[Way, ...]:
    """The reader's units, where there are several."""
    mine = {m.unit_id: m.unit_label for m in actor.memberships if m.role in CLINICAL}
    if len(mine) < 2:
        return ()
    return tuple(Way(label, reverse("handover_sheet", args=[pk]), pk == unit.pk) for pk, label in mine.items())
