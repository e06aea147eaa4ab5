"""Sectors and who holds them; the patients that one hands over, or is offered."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.relays import RelayStatus
from osmose.encounters.lifecycle.sectors import roles_of
from osmose.encounters.models import Assignment, Encounter, Movement, Relay, RelayItem, SectorDuty
from osmose.encounters.policies import HOLD_SECTOR, READ, RELAY
from osmose.encounters.queries.loading import with_place, with_scope
from osmose.kernel.access.actor import Actor
from osmose.organisations.models import Sector

SETTLED = timedelta(hours=12)  # how long an answered relais is still shown


@dataclass(frozen=True)
class Holding:
    """A sector in one role, and who holds it since when; nobody for None."""

    role: Referent
    duty: SectorDuty | None


@dataclass(frozen=True)
class HeldSector:
    """A sector: its places, how many patients are there, who holds it in each role."""

    sector: Sector
    places: tuple[str, ...]
    patients: int
    holdings: tuple[Holding, ...]


def sectors_of(actor: Actor, now: datetime) -> list[HeldSector]:
    """The sectors of the units where the actor cares, the acting unit's first: four queries."""
    rows = HOLD_SECTOR.rows(actor, now).filter(ended_at=None, care_unit__ended_on=None)
    found = list(rows.select_related("care_unit__establishment").prefetch_related("locations").order_by("order"))
    found.sort(key=lambda s: (s.care_unit_id != actor.acting_unit_id, s.care_unit.label))
    duties = SectorDuty.objects.filter(sector__in=found, ends_at=None).select_related("user", "sector")
    held = {(duty.sector_id, duty.role): duty for duty in duties}
    counts = _patients(found)
    return [
        HeldSector(
            sector,
            tuple(place.label for place in sector.locations.all()),
            counts.get(sector.pk, 0),
            tuple(Holding(role, held.get((sector.pk, role))) for role in roles_of(sector.care_unit.kind)),
        )
        for sector in found
    ]


def holders_of(sector: Sector) -> list[str]:
    """Who holds it now, in any role."""
    return [str(duty.user) for duty in SectorDuty.objects.filter(sector=sector, ends_at=None).select_related("user")]


def sectors_by_place(sectors: Iterable[Sector]) -> dict[uuid.UUID, list[Sector]]:
    """Which sectors each place is in; of sectors loaded with their places."""
    found: dict[uuid.UUID, list[Sector]] = {}
    for sector in sectors:
        for place in sector.locations.all():
            found.setdefault(place.pk, []).append(sector)
    return found


def _patients(sectors: list[Sector]) -> dict[uuid.UUID, int]:
    """How many patients are in each: by their box, or where it is in no sector, by their zone. Numbers only."""
    places = sectors_by_place(sectors)
    here = Movement.objects.filter(
        Q(box__in=places) | Q(location__in=places),
        ends_at=None,
        cancelled_at=None,
        encounter__status=EncounterStatus.ACTIVE,
    )
    counts: dict[uuid.UUID, int] = {}
    for box, zone in here.values_list("box_id", "location_id"):
        for sector in places.get(box) or places.get(zone) or ():
            counts[sector.pk] = counts.get(sector.pk, 0) + 1
    return counts


@dataclass(frozen=True)
class Mine:
    """A patient whose référent the actor is, in one role, and the relais that is already pending for them."""

    encounter: Encounter
    role: Referent
    duty_id: uuid.UUID | None
    pending: Relay | None


def charge_of(actor: Actor, now: datetime) -> list[Mine]:
    """The patients who are here and whose référent the actor is, by place; with `with_place` and `with_scope`.

    Three queries.
    """
    held = Assignment.objects.filter(user=actor.id, ends_at=None, encounter__status=EncounterStatus.ACTIVE)
    assignments = list(held.order_by("encounter_id", "role"))
    shown = shown_encounters([a.encounter_id for a in assignments], actor, now)
    items = RelayItem.objects.filter(encounter__in=list(shown), outcome=RelayStatus.PENDING).defer("word", "answer")
    pending = {(i.encounter_id, i.role): i.relay for i in items.select_related("relay__giver", "relay__taker")}
    return [
        Mine(shown[a.encounter_id], Referent(a.role), a.duty_id, pending.get((a.encounter_id, a.role)))
        for a in assignments
        if a.encounter_id in shown
    ]


def shown_encounters(ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> dict[uuid.UUID, Encounter]:
    """Those of these PECs that the actor may see, with place, scope and patient: one query."""
    rows = READ.rows(actor, now).filter(pk__in=list(ids)).select_related("data_key", "patient", "care_unit")
    return {row.pk: row for row in with_scope(with_place(rows), actor, now)}


@dataclass(frozen=True)
class Exchange:
    """A relais and its patients; those that the actor may no longer see have no PEC here."""

    relay: Relay
    items: tuple[RelayItem, ...]
    sectors: tuple[str, ...]


def relays_of(actor: Actor, now: datetime) -> tuple[list[Exchange], dict[uuid.UUID, Encounter]]:
    """The relais that name the actor, pending or answered since some hours, the last first, and their PECs.

    Four queries.
    """
    recent = Q(status=RelayStatus.PENDING) | Q(settled_at__gt=now - SETTLED)
    rows = RELAY.rows(actor, now).filter(recent).select_related("giver", "taker").order_by("-sent_at", "-id")
    relays = list(rows.prefetch_related("duties__sector")[:50])
    items: dict[uuid.UUID, list[RelayItem]] = {}
    for item in RelayItem.objects.filter(relay__in=relays).select_related("data_key").order_by("encounter_id", "role"):
        items.setdefault(item.relay_id, []).append(item)
    ids = {item.encounter_id for of_one in items.values() for item in of_one}
    exchanges = [
        Exchange(r, tuple(items.get(r.pk, ())), tuple(duty.sector.name for duty in r.duties.all())) for r in relays
    ]
    return exchanges, shown_encounters(ids, actor, now)


def relay_named(relay_id: uuid.UUID, actor: Actor, now: datetime) -> Relay | None:
    """A relais that names the actor."""
    return RELAY.rows(actor, now).filter(pk=relay_id).select_related("giver", "taker").first()
