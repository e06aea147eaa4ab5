"""Whom a feed's message is about."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto.errors import Unreadable
from osmose.organisations.models import Establishment
from osmose.patients import queries
from osmose.patients.models import Patient
from osmose.patients.operations import storing
from osmose.patients.operations.correcting import add_identifier
from osmose.patients.operations.registering import PROVISIONAL, register
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex, Traits, may_carry_ins
from osmose.patients.rules.registration import (
    Identifier,
    IdentifierKind,
    Outcome,
    Recognised,
    Standing,
    missing_strict_traits,
)
from osmose.patients.rules.statuses import STAYS_PROVISIONAL

_SPACE = "\u202f"
_DOUBT = {
    IdentityAttribute.DOUTEUSE: "Le matricule INS est celui d’un patient dont la date de naissance ou le sexe diffère"
    f"{_SPACE}: une identité douteuse a été créée.",
    IdentityAttribute.HOMONYME: f"Un autre patient a les mêmes traits{_SPACE}: une identité homonyme a été créée.",
}


@operation
def identify(
    *,
    actor: Actor,
    establishment: Establishment,
    traits: Traits,
    now: datetime,
    identifiers: Iterable[Identifier] = (),
    standing: Standing = PROVISIONAL,
    is_unknown: bool = False,
) -> tuple[Patient, Outcome]:
    """Who a feed's message is about: by IPP, then INS, then the five strict traits; else a new patient.

    Only in the feed's own identity domain. Nothing is guessed: an INS whose holder has another birth date or sex, or
    strict traits that several patients share or whose holder has another IPP, make a new patient marked « douteuse »
    or « homonyme ». What RNIV does not allow to keep is set aside with a warning, since an arrival is never held up.
    A patient that is found keeps its traits: `correct_identity` changes them.
    """
    known = storing.normalised(traits, paris(now).date())
    numbers, standing, warnings = _admissible(known, identifiers, standing)
    storing.lock_same(establishment.pk, known, numbers)
    found, doubt = _recognised(establishment.pk, known, numbers)
    if found is not None:
        patient, by = found
        for number in numbers:
            warnings += _complete(actor, patient, number, now)
        return patient, Outcome(by=by, warnings=tuple(warnings))
    if doubt is not None:
        numbers, standing = _doubtful(numbers, standing, doubt)
        warnings.append(_DOUBT[doubt])
    patient = register(
        actor=actor,
        establishment=establishment,
        traits=known,
        now=now,
        identifiers=numbers,
        standing=standing,
        is_unknown=is_unknown,
    )
    return patient, Outcome(by=Recognised.CREATED, warnings=tuple(warnings))


def _admissible(
    traits: Traits, identifiers: Iterable[Identifier], standing: Standing
) -> tuple[list[Identifier], Standing, list[str]]:
    """What of a message RNIV allows to keep, and why the rest was set aside."""
    warnings: list[str] = []
    numbers: list[Identifier] = []
    for identifier in identifiers:
        try:
            number = identifier.normalised()
        except Refused as refused:
            warnings.append(refused.sentence)
            continue
        if number not in numbers:
            numbers.append(number)
    status = standing.status
    if STAYS_PROVISIONAL & standing.attributes:
        status = IdentityStatus.PROVISOIRE
    if missing_strict_traits(traits) and status is not IdentityStatus.PROVISOIRE:
        status = IdentityStatus.PROVISOIRE
        warnings.append("Un trait strict manque\u202f: l’identité est provisoire.")
    matricules = [number for number in numbers if number.kind is IdentifierKind.INS]
    if status is IdentityStatus.QUALIFIEE and not matricules:
        status = IdentityStatus.VALIDEE
    kept = matricules[:1] if may_carry_ins(status) else []
    if len(kept) < len(matricules):
        warnings.append("Un matricule INS n’a pas été repris\u202f: seule une identité qualifiée en porte un.")
    others = [number for number in numbers if number.kind is not IdentifierKind.INS]
    return [*others, *kept], replace(standing, status=status), warnings


def _recognised(
    establishment_id: uuid.UUID, traits: Traits, numbers: list[Identifier]
) -> tuple[tuple[Patient, Recognised] | None, IdentityAttribute | None]:
    """Who it is, or why it can be nobody we know."""
    for kind, by in ((IdentifierKind.IPP, Recognised.IPP), (IdentifierKind.INS, Recognised.INS)):
        for number in numbers:
            if number.kind is not kind:
                continue
            holder = queries.holder_of(establishment_id, number)
            if holder is not None and kind is IdentifierKind.INS and _contradicts(holder, traits):
                return None, IdentityAttribute.DOUTEUSE
            if holder is not None:
                return (holder, by), None
    alike = queries.by_strict_traits(establishment_id, traits)
    if len(alike) == 1 and not _is_numbered_otherwise(alike[0], numbers):
        return (alike[0], Recognised.STRICT_TRAITS), None
    return None, IdentityAttribute.HOMONYME if alike else None


def _contradicts(holder: Patient, traits: Traits) -> bool:
    """Whether the holder of an INS can't be the person of the message. An unreadable holder can't be trusted."""
    try:
        born, sex = holder.birth_date, Sex(holder.sex)
    except Unreadable:
        return True
    has_other_sex = Sex.UNDETERMINED not in (sex, traits.sex) and sex is not traits.sex
    return has_other_sex or (born is not None and traits.birth_date is not None and born != traits.birth_date)


def _is_numbered_otherwise(patient: Patient, numbers: list[Identifier]) -> bool:
    """Whether the sender knows this patient by another number of the same kind: then it means somebody else."""
    mine = {(number.kind.value, number.authority) for number in numbers if number.kind is not IdentifierKind.NDA}
    held = queries.numbers_of([patient.pk]).get(patient.pk, [])
    return any((row.kind, row.authority) in mine for row in held)


def _doubtful(
    numbers: list[Identifier], standing: Standing, doubt: IdentityAttribute
) -> tuple[list[Identifier], Standing]:
    marked = replace(standing, attributes=standing.attributes | {doubt})
    if doubt is IdentityAttribute.HOMONYME:
        return numbers, marked
    without_ins = [number for number in numbers if number.kind is not IdentifierKind.INS]
    return without_ins, replace(marked, status=IdentityStatus.PROVISOIRE)


def _complete(actor: Actor, patient: Patient, number: Identifier, now: datetime) -> list[str]:
    """Adds a number of the message to the patient it found; a warning where it can't be."""
    if number.kind is IdentifierKind.INS and not may_carry_ins(patient.status):
        return ["Le matricule INS n’a pas été repris\u202f: l’identité n’est pas qualifiée ici."]
    try:
        add_identifier(actor=actor, patient=patient, identifier=number, now=now)
    except Refused as refused:
        return [refused.sentence]
    return []
