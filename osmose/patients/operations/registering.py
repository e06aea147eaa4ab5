"""Creating an identity, known or not."""

from collections.abc import Iterable
from datetime import datetime

from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.clock import paris
from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keys
from osmose.kernel.events.record import record
from osmose.organisations.models import Establishment
from osmose.patients import events, queries
from osmose.patients.models import Patient
from osmose.patients.operations import storing
from osmose.patients.rules import Sex, Traits, unknown_patient_name
from osmose.patients.rules.registration import Identifier, IdentifierKind, Standing

PROVISIONAL = Standing()


@operation
def register(
    *,
    actor: Actor,
    establishment: Establishment,
    traits: Traits,
    now: datetime,
    identifiers: Iterable[Identifier] = (),
    standing: Standing = PROVISIONAL,
    distinctive_signs: str = "",
    is_unknown: bool = False,
) -> Patient:
    """A new patient of this establishment's identity domain, with its data key, tokens and numbers.

    Other domains are neither asked nor told. `Refused`: no name, a birth date in the future or before 1900, a status
    without its strict traits, an INS that is wrong or whose identity is not « qualifiée », a number already taken here.
    """
    today = paris(now).date()
    known = storing.normalised(traits, today)
    numbers = list(dict.fromkeys(number.normalised() for number in identifiers))
    has_ins = any(number.kind is IdentifierKind.INS for number in numbers)
    storing.require_trusted(known, standing, has_ins=has_ins)
    storing.lock_same(establishment.pk, known, numbers)
    for number in numbers:
        storing.require_free(establishment.pk, number)
    if is_unknown:
        storing.lock_domain(establishment.pk)
    patient_id = new_id()
    patient = Patient.objects.create(
        id=patient_id,
        data_key=keys.create(patient_id),
        establishment=establishment,
        **storing.columns(known, today),
        distinctive_signs=storing.signs(distinctive_signs),
        identity_status=standing.status.value,
        attributes=sorted(attribute.value for attribute in standing.attributes),
        is_protected=standing.is_protected,
        is_unknown=is_unknown,
        unknown_number=queries.next_unknown_number(establishment.pk) if is_unknown else None,
    )
    storing.index(patient, known)
    for number in numbers:
        storing.attach(patient, number, now)
    fact = events.PatientRegistered(status=standing.status.value, is_unknown=is_unknown)
    record(fact, subject=patient, actor=actor, at=now, changed=["identity_status"])
    return patient


@operation
def register_unknown(
    *,
    actor: Actor,
    establishment: Establishment,
    sex: Sex,
    now: datetime,
    estimated_age: int | None = None,
    distinctive_signs: str = "",
    identifiers: Iterable[Identifier] = (),
) -> Patient:
    """A patient without identity, « INCONNU H 1 »: provisional until somebody tells who it is (RNIV)."""
    storing.lock_domain(establishment.pk)
    number = queries.next_unknown_number(establishment.pk)
    year = None if estimated_age is None else paris(now).year - estimated_age
    return register(
        actor=actor,
        establishment=establishment,
        traits=Traits(birth_name=unknown_patient_name(sex, number), sex=sex, birth_year=year),
        now=now,
        identifiers=identifiers,
        distinctive_signs=distinctive_signs,
        is_unknown=True,
    )
