"""Changes to the hospitals' reference data; each needs an open transaction and never opens one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from osmose.kernel.access.models import Grant
from osmose.kernel.base.refused import Refused
from osmose.organisations.models import (
    CareUnit,
    DataCategory,
    Establishment,
    LegalBasis,
    Location,
    Sector,
    SharingAgreement,
    UnitKind,
)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("An operation needs an open transaction: its caller says what belongs together.")


@dataclass(frozen=True, kw_only=True)
class AgreementTerms:
    """What two establishments signed."""

    legal_basis: LegalBasis
    reference: str
    categories: Sequence[DataCategory]
    enters_on_request: bool = True
    enters_by_motif: bool = False
    enters_if_followed: bool = False
    motifs: Sequence[str] = ()
    valid_from: datetime
    valid_to: datetime | None = None


def open_unit(
    *,
    establishment: Establishment,
    code: str,
    name: str,
    short_name: str,
    kind: UnitKind,
    shift_starts: Sequence[time] = (),
    waits: tuple[int, int] = (120, 240),
) -> CareUnit:
    """A new unit; `waits` are the minutes after which a wait is to watch, then over."""
    _require_transaction()
    return CareUnit.objects.create(
        establishment=establishment,
        code=code,
        name=name,
        short_name=short_name,
        kind=kind,
        shift_starts=list(shift_starts),
        waiting_watch_minutes=waits[0],
        waiting_over_minutes=waits[1],
    )


def close_unit(*, unit: CareUnit, on: date) -> CareUnit:
    """The unit stops; from that day its memberships give nothing. It is never deleted."""
    _require_transaction()
    unit.ended_on = on
    unit.save(update_fields=["ended_on"])
    return unit


def open_location(
    *, unit: CareUnit, code: str, label: str, order: int, is_box: bool = False, capacity: int | None = None
) -> Location:
    """A new place of the unit. Refused: a code that an open place of the unit already has."""
    _require_transaction()
    if Location.objects.filter(care_unit=unit, code=code, ended_at=None).exists():
        raise Refused("Une localisation ouverte de cette unité porte déjà ce code.", field="code")
    return Location.objects.create(
        care_unit=unit, code=code, label=label, order=order, is_box=is_box, capacity=capacity
    )


def end_location(*, location: Location, at: datetime) -> Location:
    """The place is no longer proposed; what happened there keeps its name. It is never deleted."""
    _require_transaction()
    if location.ended_at is None:
        location.ended_at = at
        location.save(update_fields=["ended_at"])
    return location


def open_sector(*, unit: CareUnit, name: str, order: int, locations: Sequence[Location]) -> Sector:
    """A new range of places of the unit, for whoever takes it at the start of a shift."""
    _require_transaction()
    sector = Sector.objects.create(care_unit=unit, name=name, order=order)
    sector.locations.set(locations)
    return sector


def sign_agreement(
    *, first: Establishment, second: Establishment, host: Establishment, terms: AgreementTerms
) -> SharingAgreement:
    """A convention comes into force. Refused: the same hospital twice, or another convention at the same time."""
    _require_transaction()
    if first.pk == second.pk:
        raise Refused("Une convention lie deux établissements différents.", field="second")
    if host.pk not in (first.pk, second.pk):
        raise Refused("Le domaine hôte est celui de l’un des deux établissements.", field="host")
    if terms.valid_to is not None and terms.valid_to <= terms.valid_from:
        raise Refused("La fin de la convention doit suivre son début.", field="valid_to")
    # Held by the database too; locked here so that two at once get a sentence rather than an error.
    list(Establishment.objects.select_for_update().filter(pk__in=[first.pk, second.pk]).order_by("pk"))
    overlapping = Q(valid_to=None) | Q(valid_to__gt=terms.valid_from)
    if terms.valid_to is not None:
        overlapping &= Q(valid_from__lt=terms.valid_to)
    pair = Q(first=first, second=second) | Q(first=second, second=first)
    if SharingAgreement.objects.filter(pair, overlapping).exists():
        raise Refused(
            "Une autre convention lie déjà ces établissements à ces dates. Mettez-y fin d’abord.", field="valid_from"
        )
    return SharingAgreement.objects.create(
        first=first,
        second=second,
        host=host,
        legal_basis=terms.legal_basis,
        reference=terms.reference,
        categories=list(terms.categories),
        enters_on_request=terms.enters_on_request,
        enters_by_motif=terms.enters_by_motif,
        enters_if_followed=terms.enters_if_followed,
        motifs=list(terms.motifs),
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
    )


def end_agreement(*, agreement_id: uuid.UUID, at: datetime) -> SharingAgreement:
    """The convention ends at this instant, and every grant that rests on it with it, in the same transaction.

    An agreement that has already ended is left as it is; one that hasn't begun never does. Grants are clinical
    rows: the transaction must have declared its author.
    """
    _require_transaction()
    agreement = SharingAgreement.objects.select_for_update().get(pk=agreement_id)
    if agreement.valid_to is None or agreement.valid_to > at:
        agreement.valid_to = max(at, agreement.valid_from)
        agreement.save(update_fields=["valid_to"])
    later = Q(ends_at=None) | Q(ends_at__gt=at)
    Grant.objects.filter(later, agreement_id=agreement.pk).update(ends_at=Greatest(F("starts_at"), Value(at)))
    return agreement
