"""What the other floors ask of the hospitals' reference data."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from osmose.kernel.base.clock import paris
from osmose.kernel.base.text import fold
from osmose.kernel.db.ranges import in_force
from osmose.organisations.models import CareUnit, Establishment, Location, SharingAgreement


def open_among(units: QuerySet[CareUnit], at: datetime) -> QuerySet[CareUnit]:
    """Those of these units that are not closed, with their establishment."""
    on = paris(at).date()
    return units.filter(Q(ended_on=None) | Q(ended_on__gt=on)).select_related("establishment")


def _open_units(at: datetime) -> QuerySet[CareUnit]:
    return open_among(CareUnit.objects.all(), at)


def _open_locations(at: datetime) -> QuerySet[Location]:
    return Location.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at)).order_by("order", "code")


def by_label(units: Iterable[CareUnit]) -> list[CareUnit]:
    """The units in the order a French reader expects; the database has no French collation."""
    return sorted(units, key=lambda unit: (fold(unit.label), unit.code))


def agreed(at: datetime) -> Q:
    """The agreements in force at this instant."""
    return in_force(at, "valid_from", "valid_to")


def agreement_between(establishment_id: uuid.UUID, partner_id: uuid.UUID, at: datetime) -> SharingAgreement | None:
    """The agreement in force between the two, whichever of them was named first; none otherwise."""
    pair = Q(first=establishment_id, second=partner_id) | Q(first=partner_id, second=establishment_id)
    return SharingAgreement.objects.filter(pair, agreed(at)).first()


def agreements_of(establishment_id: uuid.UUID, at: datetime) -> list[SharingAgreement]:
    """Every agreement in force of this establishment."""
    return agreements_of_any([establishment_id], at)


def agreements_of_any(establishment_ids: Collection[uuid.UUID], at: datetime) -> list[SharingAgreement]:
    """Every agreement in force of one or another of these establishments. One query."""
    side = Q(first__in=establishment_ids) | Q(second__in=establishment_ids)
    return list(SharingAgreement.objects.filter(side, agreed(at)).order_by("valid_from", "id"))


def establishment_of(namespace: str) -> Establishment | None:
    """The establishment whose identity authority has this HL7 namespace (« CH-A »)."""
    return Establishment.objects.filter(namespace=namespace).first()


def units_of(establishment_id: uuid.UUID, at: datetime) -> list[CareUnit]:
    """The open units of the establishment, by label."""
    return by_label(_open_units(at).filter(establishment=establishment_id))


def units_named(unit_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, CareUnit]:
    """The units of these ids, ended ones included: what was signed there keeps its name."""
    return CareUnit.objects.select_related("establishment").in_bulk(list(unit_ids))


def every_unit_id() -> list[uuid.UUID]:
    """The ids of all units, closed ones included: what the clock does, it does to each."""
    return list(CareUnit.objects.order_by("pk").values_list("pk", flat=True))


def unit_of_code(establishment_id: uuid.UUID, code: str, at: datetime) -> CareUnit | None:
    """The open unit with this code in the establishment."""
    return _open_units(at).filter(establishment=establishment_id, code=code).first()


def partner_units(establishment_id: uuid.UUID, at: datetime) -> list[CareUnit]:
    """The open units of the establishments with which an agreement is in force: those a request may address."""
    partners = {
        agreement.second_id if agreement.first_id == establishment_id else agreement.first_id
        for agreement in agreements_of(establishment_id, at)
    }
    return by_label(_open_units(at).filter(establishment__in=partners)) if partners else []


def locations_of(unit_id: uuid.UUID, at: datetime) -> list[Location]:
    """The open places of one unit, in its order."""
    return list(_open_locations(at).filter(care_unit=unit_id))


def locations_of_units(unit_ids: Iterable[uuid.UUID], at: datetime) -> list[Location]:
    """The open places of several units, in each unit's order."""
    return list(_open_locations(at).filter(care_unit__in=list(unit_ids)).select_related("care_unit"))


def location_at(
    establishment_id: uuid.UUID, *, unit_code: str, room: str = "", bed: str = "", at: datetime
) -> Location | None:
    """The place that an HL7 PL names by point of care, room and bed: `SAU^BOX^3` is the box BOX-3 of the SAU.

    A room without such a bed falls back on the room, then on the unit's own zone (the place with the unit's code).
    """
    codes = ["-".join(part for part in (room, bed) if part), room, bed, unit_code]
    wanted = [code for code in dict.fromkeys(codes) if code]
    open_there = _open_locations(at).filter(
        care_unit__establishment=establishment_id, care_unit__code=unit_code, code__in=wanted
    )
    found = {location.code: location for location in open_there.select_related("care_unit__establishment")}
    return next((found[code] for code in wanted if code in found), None)
