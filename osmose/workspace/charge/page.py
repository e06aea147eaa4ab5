"""What the pages of relais show: the patients that one may offer, the relais that name one."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

from django.urls import reverse

from osmose.encounters import queries
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.relays import RelayOutcome, RelayStatus, is_unanswered
from osmose.encounters.models import Encounter, Relay, RelayItem
from osmose.encounters.operations.relays import Patient
from osmose.encounters.queries.charge import Exchange, HeldSector, Mine, sectors_by_place
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.undo import DELAY
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.organisations.models import DataCategory
from osmose.patients.presenters import IdentityBand, identity, unshared
from osmose.workspace.charge.forms import patient_code


@dataclass(frozen=True)
class Shown:
    """One patient of a list: who, where, in which role, and what is said of them."""

    code: str
    url: str
    name: str
    details: str
    place: str
    unit: str
    role: str
    sectors: tuple[str, ...] = ()
    note: str = ""
    is_chosen: bool = True
    is_possible: bool = True


def _who(encounter: Encounter, now: datetime) -> IdentityBand:
    if DataCategory.IDENTITY not in queries.scope_of(encounter):
        return unshared(encounter.patient)
    return identity(encounter.patient, today=paris(now).date(), hide_protected=True)


def _shown(encounter: Encounter, role: Referent, now: datetime, **more: Any) -> Shown:
    who = _who(encounter, now)
    return Shown(
        code=patient_code(encounter.pk, role),
        url=reverse("pec", args=[encounter.pk]),
        name=who.name,
        details=" · ".join(part for part in (who.age, who.sex) if part),
        place=queries.place_of(encounter).words,
        unit=encounter.care_unit.short_name,
        role=role.label,
        **more,
    )


@dataclass(frozen=True)
class Way:
    """« Tous », « Box 1 à 5 », « SAU »: which patients are ticked to begin with."""

    label: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class Held:
    """A sector that one holds, which may go with its patients."""

    duty_id: str
    name: str
    role: str
    is_chosen: bool


@dataclass(frozen=True)
class NewRelay:
    """The form of a relais."""

    patients: tuple[Shown, ...]
    ways: tuple[Way, ...]
    sectors: tuple[Held, ...]
    units: tuple[Any, ...]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What the form was opened on, or what was posted and refused."""

    sector: str = ""
    unit: str = ""
    chosen: frozenset[str] | None = None
    duties: frozenset[str] = frozenset()
    reasons: Mapping[Patient, str] = field(default_factory=dict)


def held_sectors(found: Iterable[HeldSector], actor: Actor, asked: Asked) -> tuple[Held, ...]:
    """The sectors that the actor holds."""
    return tuple(
        Held(
            str(d.pk),
            held.sector.name,
            one.role.label,
            str(d.pk) in asked.duties or str(held.sector.pk) == asked.sector,
        )
        for held in found
        for one in held.holdings
        if (d := one.duty) is not None and d.user_id == actor.id
    )


def mine_shown(mine: Iterable[Mine], found: list[HeldSector], asked: Asked, now: datetime) -> tuple[Shown, ...]:
    """One's patients by place, those of the sector or unit asked for ticked."""
    places = sectors_by_place(held.sector for held in found)
    rows = []
    for one in mine:
        place = queries.place_of(one.encounter)
        inside = next((there for key in (place.box, place.location) if (there := _of(places, key))), ())
        code = patient_code(one.encounter.pk, one.role)
        reason = asked.reasons.get(Patient(one.encounter.pk, one.role), "")
        if one.pending is not None:
            reason = f"déjà proposé, en attente de {one.pending.answerer}"
        rows.append(
            _shown(
                one.encounter,
                one.role,
                now,
                sectors=tuple(sector.name for sector in inside),
                note=reason,
                is_possible=one.pending is None,
                is_chosen=_is_chosen(one, code, {str(sector.pk) for sector in inside}, asked),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.unit, row.place, row.name)))


def _of(places: Mapping[Any, Any], key: str) -> Any:
    return next((sectors for place, sectors in places.items() if str(place) == key), None)


def _is_chosen(one: Mine, code: str, sectors: set[str], asked: Asked) -> bool:
    if one.pending is not None:
        return False
    if asked.chosen is not None:
        return code in asked.chosen and Patient(one.encounter.pk, one.role) not in asked.reasons
    if asked.sector:
        return asked.sector in sectors
    return not asked.unit or str(one.encounter.care_unit_id) == asked.unit


def ways(mine: Iterable[Mine], found: list[HeldSector], actor: Actor, asked: Asked) -> tuple[Way, ...]:
    """All of them, those of a sector that one holds, those of a unit where there are several."""
    units = {str(one.encounter.care_unit_id): one.encounter.care_unit.short_name for one in mine}
    held = [
        held for held in found if any(one.duty is not None and one.duty.user_id == actor.id for one in held.holdings)
    ]
    is_all = not asked.sector and not asked.unit
    options = [Way("Tous mes patients", "", is_all)]
    options += [Way(h.sector.name, f"?secteur={h.sector.pk}", str(h.sector.pk) == asked.sector) for h in held]
    if len(units) > 1:
        options += [Way(name, f"?unite={pk}", pk == asked.unit) for pk, name in units.items()]
    return tuple(options) if len(options) > 1 else ()


@dataclass(frozen=True)
class Card:
    """One relais, for one of its two people."""

    id: str
    giver: str
    taker: str
    is_asked: bool
    is_mine_to_answer: bool
    is_sent_by_me: bool
    status: str
    tone: str
    icon: str
    sent_at: datetime
    due_at: datetime
    settled_at: datetime | None
    is_late: bool
    sectors: tuple[str, ...]
    word: str
    answer: str
    patients: tuple[Shown, ...]
    hidden: int
    seconds_to_undo: int = 0

    @property
    def is_pending(self) -> bool:
        return self.settled_at is None


_LOOKS = {
    RelayStatus.PENDING: ("info", "clock"),
    RelayStatus.ACCEPTED: ("success", "circle-check"),
    RelayStatus.REFUSED: ("warning", "ban"),
    RelayStatus.WITHDRAWN: ("neutral", "undo-2"),
}


def card(exchange: Exchange, encounters: Mapping[Any, Encounter], actor: Actor, now: datetime) -> Card:
    """What a relais shows to the actor; a patient they may not see any more is a number."""
    relay, items = exchange.relay, [i for i in exchange.items if i.encounter_id in encounters]
    tone, icon = _LOOKS[RelayStatus(relay.status)]
    is_late = is_unanswered(relay.status, relay.due_at, now)
    return Card(
        id=str(relay.pk),
        giver=str(relay.giver),
        taker=str(relay.taker),
        is_asked=relay.is_asked,
        is_mine_to_answer=relay.status == RelayStatus.PENDING and relay.answerer.pk == actor.id,
        is_sent_by_me=relay.sender.pk == actor.id,
        status="Sans réponse" if is_late else RelayStatus(relay.status).label,
        tone="warning" if is_late else tone,
        icon="clock-alert" if is_late else icon,
        sent_at=relay.sent_at,
        due_at=relay.due_at,
        settled_at=relay.settled_at,
        is_late=is_late,
        sectors=exchange.sectors,
        word=_written(items, "word"),
        answer=_written(items, "answer"),
        patients=tuple(_item(relay, item, encounters[item.encounter_id], now) for item in items),
        hidden=len(exchange.items) - len(items),
        seconds_to_undo=_seconds_to_undo(exchange, actor, now),
    )


def _seconds_to_undo(exchange: Exchange, actor: Actor, now: datetime) -> int:
    """How long whoever accepted may still take it back; 0 where nobody changed hands, and for anybody else."""
    relay = exchange.relay
    is_mine = relay.status == RelayStatus.ACCEPTED and relay.answerer.pk == actor.id
    if not is_mine or relay.settled_at is None or all(i.outcome != RelayOutcome.TAKEN for i in exchange.items):
        return 0
    return max(0, ceil((DELAY - (now - relay.settled_at)).total_seconds()))


def version_of(exchanges: Iterable[Exchange], encounters: Mapping[Any, Encounter], now: datetime) -> str:
    """A word that changes with an answer, an outcome, a patient, or when one becomes late."""
    said = [
        (
            *(one.relay.pk, one.relay.status, one.relay.settled_at, one.sectors),
            is_unanswered(one.relay.status, one.relay.due_at, now),
            *((i.encounter_id, i.outcome) for i in one.items),
        )
        for one in exchanges
    ]
    shown = sorted((str(pk), encounter.version) for pk, encounter in encounters.items())
    return hashlib.sha256(repr((said, shown, paris(now).date())).encode()).hexdigest()[:16]


def _item(relay: Relay, item: RelayItem, encounter: Encounter, now: datetime) -> Shown:
    said = "" if relay.status == RelayStatus.PENDING else RelayOutcome(item.outcome).label
    return _shown(encounter, Referent(item.role), now, note=said)


def _written(items: Iterable[RelayItem], name: str) -> str:
    """The word, as the first patient that can be read keeps it."""
    for item in items:
        text = readable(item, name)
        if text is not UNREADABLE and text:
            return str(text)
    return ""
