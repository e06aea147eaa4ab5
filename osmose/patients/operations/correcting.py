"""Correcting an identity and its numbers; the history keeps what was there."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events.record import record
from osmose.patients import events, queries
from osmose.patients.models import Patient, PatientIdentifier, attributes_of
from osmose.patients.operations import storing
from osmose.patients.rules import (
    IdentityStatus,
    Sex,
    Traits,
    is_unknown_name,
    may_carry_ins,
    require_transition,
)
from osmose.patients.rules.registration import Identifier, IdentifierKind, Standing

STRICT = frozenset({"birth_name", "first_name", "birth_first_names", "birth_date", "sex", "birth_place_code"})


class Correction(NamedTuple):
    """The patient as it is now, and the fields that changed (none: nothing was written, no event)."""

    patient: Patient
    changed: frozenset[str]


@operation
def correct_identity(
    *,
    actor: Actor,
    patient: Patient,
    traits: Traits,
    now: datetime,
    standing: Standing | None = None,
    identifiers: Iterable[Identifier] = (),
    distinctive_signs: str | None = None,
    cleared: Collection[str] = (),
) -> Correction:
    """Writes what is given of the traits; what is empty stays, unless its name is in `cleared`, which empties it.

    Names of `cleared`: the fields of `Traits` (`birth_year` for the estimated age). Without a `standing`, a change of
    a strict trait makes the identity provisional again, since what was checked is no longer what is written (RNIV).
    An identity that is no longer « qualifiée » loses its INS in the same breath. `Refused` as in `register`, and for
    a change of status that RNIV doesn't know.
    """
    row = lock(patient)
    today = paris(now).date()
    known = storing.normalised(_merged(row, traits, cleared), today)
    wanted = _columns(row, known, today)
    if distinctive_signs is not None:
        wanted["distinctive_signs"] = storing.signs(distinctive_signs)
    changed = {name for name, value in wanted.items() if getattr(row, name) != value}
    standing = standing or _standing_after(row, changed)
    numbers = [number.normalised() for number in identifiers]
    _require_possible(row, known, standing, numbers)
    wanted |= _standing_columns(standing)
    wanted["is_unknown"] = row.is_unknown and is_unknown_name(known.birth_name)
    changed = {name for name, value in wanted.items() if getattr(row, name) != value}
    if changed:
        _write(actor, row, known, {name: wanted[name] for name in changed}, now)
    for number in numbers:
        if _add(actor, row, number, now):
            changed.add("identifiers")
    return Correction(row, frozenset(changed))


@operation
def add_identifier(
    *, actor: Actor, patient: Patient, identifier: Identifier, now: datetime
) -> PatientIdentifier | None:
    """One more number; None where the patient already has it (nothing is written).

    `Refused`: a number taken by another patient of the domain, an INS under an identity that is not « qualifiée ».
    """
    return _add(actor, lock(patient), identifier.normalised(), now)


@operation
def end_identifier(*, actor: Actor, identifier: PatientIdentifier, now: datetime) -> PatientIdentifier:
    """The number is no longer the patient's; without its INS, a qualified identity becomes « validée »."""
    patient = lock(identifier.patient)
    row = patient.identifiers.select_for_update(no_key=True).filter(pk=identifier.pk, ends_at=None).first()
    if row is None:
        raise Refused("Ce numéro a déjà été retiré.", code="identifier_ended", status=409)
    _end(actor, patient, row, now)
    if row.kind == IdentifierKind.INS and may_carry_ins(patient.status):
        _write(actor, patient, None, {"identity_status": IdentityStatus.VALIDEE.value}, now)
    return row


def lock(patient: Patient) -> Patient:
    """The fresh row, locked until the end of the action; the survivor where it was merged."""
    row = Patient.objects.select_for_update(of=("self",), no_key=True).filter(pk=patient.pk).first()
    if row is None:
        raise NotVisible
    return row if row.merged_into is None else lock(queries.survivor(row))


def _merged(row: Patient, given: Traits, cleared: Collection[str]) -> Traits:
    """Today's traits with what is given over them."""
    today = row.traits()
    taken: dict[str, Any] = {name: Traits.__dataclass_fields__[name].default for name in cleared}
    for name in ("birth_name", "used_name", "first_name", "birth_first_names", "birth_date", "birth_place"):
        if value := getattr(given, name):
            taken[name] = value
    if given.sex is not Sex.UNDETERMINED:
        taken["sex"] = given.sex
    if given.birth_year is not None:
        taken["birth_year"] = given.birth_year
    return replace(today, **taken)


def _columns(row: Patient, known: Traits, today: date) -> dict[str, Any]:
    """The columns of the traits; an estimated age that says nothing new keeps its date."""
    wanted = storing.columns(known, today)
    if known.birth_date is None and known.birth_year == row.estimated_birth_year:
        wanted |= {"estimated_age": row.estimated_age, "estimated_on": row.estimated_on}
    return wanted


def _standing_after(row: Patient, changed: Collection[str]) -> Standing:
    status = IdentityStatus.PROVISOIRE if STRICT.intersection(changed) else row.status
    return Standing(status=status, attributes=attributes_of(row), is_protected=row.is_protected)


def _standing_columns(standing: Standing) -> dict[str, Any]:
    return {
        "identity_status": standing.status.value,
        "attributes": sorted(attribute.value for attribute in standing.attributes),
        "is_protected": standing.is_protected,
    }


def _require_possible(row: Patient, known: Traits, standing: Standing, numbers: list[Identifier]) -> None:
    require_transition(row.status, standing.status, standing.attributes)
    given = any(number.kind is IdentifierKind.INS for number in numbers)
    held = may_carry_ins(standing.status) and row.identifiers.filter(kind="INS", ends_at=None).exists()
    storing.require_trusted(known, standing, has_ins=given or held)


def _write(actor: Actor, row: Patient, known: Traits | None, values: dict[str, Any], now: datetime) -> None:
    """Saves the named fields only, ends an INS that the new status does not allow, tells it."""
    status = IdentityStatus(values.get("identity_status", row.identity_status))
    if not may_carry_ins(status):
        for matricule in row.identifiers.filter(kind="INS", ends_at=None):
            _end(actor, row, matricule, now)
    told = sorted(name for name in values if name not in ("estimated_on", "is_unknown"))
    before = {name: _words(getattr(row, name)) for name in told}
    for name, value in values.items():
        setattr(row, name, value)
        revisions.bump(row, name)
    row.version += 1
    row.save(update_fields=[*values, "revisions", "version"])
    if known is not None:
        storing.index(row, known)
    fact = events.IdentityCorrected(fields=told, before=before, after={n: _words(getattr(row, n)) for n in told})
    record(fact, subject=row, actor=actor, at=now, changed=told)


def _words(value: Any) -> str:
    """A value as the (encrypted) event keeps it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return french.numeric_date(value)
    return ", ".join(value) if isinstance(value, list) else str(value)


def _add(actor: Actor, row: Patient, number: Identifier, now: datetime) -> PatientIdentifier | None:
    if number.kind is IdentifierKind.INS and not may_carry_ins(row.status):
        raise Refused(
            "Seule une identité qualifiée porte un matricule INS.", field="ins", code="ins_without_qualification"
        )
    storing.lock_same(row.establishment_id, Traits(), [number])
    storing.require_free(row.establishment_id, number, patient=row)
    if queries.holder_of(row.establishment_id, number) is not None:
        return None
    if number.kind is IdentifierKind.INS:
        for matricule in row.identifiers.filter(kind="INS", ends_at=None):
            _end(actor, row, matricule, now)
    added = storing.attach(row, number, now)
    fact = events.IdentifierAdded(kind=number.kind.value, authority=number.authority)
    record(fact, subject=row, actor=actor, at=now, changed=["identifiers"])
    return added


def _end(actor: Actor, patient: Patient, row: PatientIdentifier, now: datetime) -> None:
    row.ends_at = max(now, row.starts_at)
    row.save(update_fields=["ends_at"])
    fact = events.IdentifierEnded(kind=row.kind, authority=row.authority)
    record(fact, subject=patient, actor=actor, at=now, changed=["identifiers"])
