"""Announced patients: expected, then become a PEC; who may see the announcement is written with it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.encounters import events
from osmose.encounters.lifecycle.expected import ExpectedStatus, next_status, require_coming
from osmose.encounters.models import Encounter, ExpectedArrival
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.record import record
from osmose.kernel.events.telling import tell
from osmose.organisations.models import CareUnit, DataCategory, LegalBasis, SharingAgreement
from osmose.organisations.queries import agreement_between
from osmose.patients.models import Patient

# How long those who announced and expected still read what became of it.
SEEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, repr=False)
class Announcement:
    """What is told of somebody who will come; `announced_by` is who told it, in words."""

    care_unit: CareUnit
    expected_at: datetime
    reason: str
    announced_by: str
    announced_from: str = ""
    phone: str = ""
    context: str = ""


def require_may_announce(unit: CareUnit, announcing: CareUnit, now: datetime) -> SharingAgreement | None:
    """The agreement that lets a unit of another hospital announce, None inside one; `Refused` without any."""
    if unit.establishment_id == announcing.establishment_id:
        return None
    agreement = agreement_between(unit.establishment_id, announcing.establishment_id, now)
    if agreement is None or not agreement.enters_on_request or agreement.legal_basis != LegalBasis.CARE_TEAM:
        raise Refused(
            f"Aucune convention de partage en vigueur avec {unit.establishment.short_name}\u202f: "
            "annoncez ce patient par téléphone.",
            field="unit",
            code="no-agreement",
        )
    return agreement


@operation
def announce(
    *, actor: Actor, announcing_unit: CareUnit, patient: Patient, told: Announcement, now: datetime
) -> ExpectedArrival:
    """Somebody is expected. `Refused`: an hour that is past or too far, another identity domain, no agreement."""
    require_coming(told.expected_at, now)
    agreement = require_may_announce(told.care_unit, announcing_unit, now)
    if patient.establishment_id != told.care_unit.establishment_id:
        raise Refused("Ce patient n’est pas connu de votre établissement.", code="other-domain")
    expected = ExpectedArrival.objects.create(
        id=new_id(),
        data_key_id=patient.data_key_id,
        establishment_id=told.care_unit.establishment_id,
        care_unit=told.care_unit,
        announcing_unit=announcing_unit,
        patient=patient,
        announced_by=told.announced_by,
        announced_from=told.announced_from or None,
        phone=told.phone or None,
        reason=told.reason,
        context=told.context or None,
        expected_at=told.expected_at,
        announced_at=now,
        noted_by=actor.name,
    )
    _grant(expected, told.care_unit.pk, Source.OWNER, None, now)
    if announcing_unit.pk != told.care_unit.pk:
        _grant(expected, announcing_unit.pk, Source.GUEST, agreement, now)
    announced = events.ExpectedAnnounced(unit=told.care_unit.short_name, expected_at=told.expected_at)
    record(announced, subject=expected, actor=actor, at=now)
    _tell_units(expected)
    return expected


def _grant(
    expected: ExpectedArrival, unit_id: uuid.UUID, source: Source, agreement: SharingAgreement | None, now: datetime
) -> None:
    Grant.objects.create(
        subject_id=expected.pk,
        person_id=expected.patient_id,
        unit_id=unit_id,
        scope=list(agreement.categories) if agreement else list(DataCategory.values),
        source=source,
        agreement_id=agreement.pk if agreement else None,
        cause_id=expected.pk,
        starts_at=now,
        ends_at=agreement.valid_to if agreement else None,
    )


@operation
def lock(expected: ExpectedArrival) -> ExpectedArrival:
    """The fresh row, locked until the end of the action."""
    found = _locked(pk=expected.pk)
    if not found:
        raise NotVisible
    return found[0]


@operation
def awaiting(patient: Patient, establishment_id: uuid.UUID) -> list[ExpectedArrival]:
    """Every announcement of this very patient that stands in the hospital, locked, in one order for all."""
    return _locked(patient=patient, establishment_id=establishment_id, status=ExpectedStatus.AWAITED)


def _locked(**wanted: object) -> list[ExpectedArrival]:
    found = ExpectedArrival.objects.select_for_update(of=("self",), no_key=True).filter(**wanted)
    return list(found.select_related("patient", "care_unit__establishment").order_by("pk"))


def require_awaited(expected: ExpectedArrival) -> None:
    """`Refused` (409) where the announcement is settled already."""
    next_status(expected.status, "arrive")


def motif_of(chosen: ExpectedArrival | None) -> str:
    """Why the patient comes, as it was announced; nothing where it can't be read."""
    reason = readable(chosen, "reason") if chosen else ""
    return "" if reason is UNREADABLE else str(reason)


@operation
def settle(
    *,
    actor: Actor,
    encounter: Encounter,
    awaited: Sequence[ExpectedArrival],
    chosen: ExpectedArrival | None,
    now: datetime,
) -> None:
    """After an arrival: the one announcement of this patient is this PEC's; among several, a person will choose."""
    if chosen is None and len(awaited) > 1:
        record(events.ExpectedUnsettled(count=len(awaited)), subject=encounter, actor=actor, at=now)
    elif taken := chosen or next(iter(awaited), None):
        become(actor=actor, expected=taken, encounter=encounter, now=now)


@operation
def become(*, actor: Actor, expected: ExpectedArrival, encounter: Encounter, now: datetime) -> ExpectedArrival:
    """The announcement becomes this PEC: told in its timeline, with what had been announced."""
    expected.status = next_status(expected.status, "arrive")
    if encounter.establishment_id != expected.establishment_id:
        raise Refused("Cette prise en charge est celle d’un autre établissement.", code="other-domain")
    expected.encounter, expected.ended_at = encounter, now
    expected.save(update_fields=["status", "encounter", "ended_at"])
    _end_grants(expected, now + SEEN_AFTER, now)
    told = {name: readable(expected, name) for name in ("announced_by", "announced_from", "phone", "reason", "context")}
    said = {name: "" if value is UNREADABLE or value is None else str(value) for name, value in told.items()}
    arrived = events.ExpectedArrived(
        announced_at=expected.announced_at,
        expected_at=expected.expected_at,
        by=", ".join(said[name] for name in ("announced_by", "announced_from", "phone") if said[name]),
        reason=said["reason"],
        context=said["context"],
    )
    record(arrived, subject=encounter, actor=actor, at=now)
    _tell_units(expected)
    return expected


@operation
def detach(*, actor: Actor, expected: ExpectedArrival, encounter: Encounter, now: datetime) -> ExpectedArrival:
    """The announcement was not this PEC's: both go on, apart."""
    expected.status = next_status(expected.status, "detach")
    expected.encounter = expected.ended_at = None
    expected.save(update_fields=["status", "encounter", "ended_at"])
    _reopen_grants(expected, now)
    record(events.ExpectedDetached(), subject=encounter, actor=actor, at=now)
    _tell_units(expected)
    return expected


@operation
def release(*, actor: Actor, encounter: Encounter, now: datetime) -> None:
    """An admission that was a mistake gives back the announcement it took: the patient is still expected."""
    for expected in _locked(encounter=encounter):
        detach(actor=actor, expected=expected, encounter=encounter, now=now)


@operation
def cancel(*, actor: Actor, expected: ExpectedArrival, reason: str, now: datetime) -> ExpectedArrival:
    """Nobody will come: the reason is kept."""
    expected.status = next_status(expected.status, "cancel")
    expected.cancel_reason, expected.ended_at = reason, now
    expected.save(update_fields=["status", "cancel_reason", "ended_at"])
    _end_grants(expected, now + SEEN_AFTER, now)
    record(events.ExpectedCancelled(reason=reason), subject=expected, actor=actor, at=now)
    _tell_units(expected)
    return expected


@operation
def restore(*, actor: Actor, expected: ExpectedArrival, now: datetime) -> ExpectedArrival:
    """A cancelled announcement stands again."""
    expected.status = next_status(expected.status, "restore")
    expected.cancel_reason = expected.ended_at = None
    expected.save(update_fields=["status", "cancel_reason", "ended_at"])
    _reopen_grants(expected, now)
    record(events.ExpectedRestored(), subject=expected, actor=actor, at=now)
    _tell_units(expected)
    return expected


def _end_grants(expected: ExpectedArrival, at: datetime, now: datetime) -> None:
    for grant in Grant.objects.in_force(now).of(expected.pk):
        if grant.ends_at is None or grant.ends_at > at:
            grant.ends_at = at
            grant.save(update_fields=["ends_at"])


def _reopen_grants(expected: ExpectedArrival, now: datetime) -> None:
    """As long as before: what an agreement gives still ends with it."""
    for grant in Grant.objects.in_force(now).of(expected.pk):
        ends_at = None
        if grant.agreement_id is not None:
            agreement = SharingAgreement.objects.filter(pk=grant.agreement_id).first()
            ends_at = agreement.valid_to if agreement else grant.ends_at
        grant.ends_at = ends_at
        grant.save(update_fields=["ends_at"])


def _tell_units(expected: ExpectedArrival) -> None:
    """Both units ask for their count and their list again; each sees what its grant gives, as ever."""
    for unit_id in {expected.care_unit_id, expected.announcing_unit_id}:
        tell("expected", unit_id)
