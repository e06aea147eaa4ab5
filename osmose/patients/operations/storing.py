"""What the operations share: how an identity is written down, and what is locked meanwhile."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean
from osmose.kernel.crypto.blind import token
from osmose.patients import queries
from osmose.patients.models import Patient, PatientIdentifier, SearchToken
from osmose.patients.queries import tokens
from osmose.patients.rules import (
    IdentityStatus,
    Traits,
    check_birth_date,
    require_consistent,
    transliterate_name,
)
from osmose.patients.rules.registration import (
    FIELD_LABELS,
    Identifier,
    IdentifierKind,
    Standing,
    check_birth_place,
    missing_strict_traits,
)

OLDEST_AGE = 130
_LOCK = "SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k"


def normalised(traits: Traits, today: date) -> Traits:
    """The traits as they are stored. `Refused`: no name, an impossible date, age or place."""
    birth_name, used_name = transliterate_name(traits.birth_name), transliterate_name(traits.used_name)
    if not birth_name:
        raise Refused("Indiquez le nom de naissance.", field="birth_name", code="birth_name_missing")
    if traits.birth_date is not None:
        check_birth_date(traits.birth_date, today=today)
    elif traits.birth_year is not None and not 0 <= today.year - traits.birth_year <= OLDEST_AGE:
        raise Refused(
            f"L’âge estimé est compris entre 0 et {OLDEST_AGE} ans.", field="estimated_age", code="estimated_age"
        )
    return replace(
        traits,
        birth_name=birth_name,
        used_name="" if used_name == birth_name else used_name,
        first_name=transliterate_name(traits.first_name),
        birth_first_names=transliterate_name(traits.birth_first_names),
        birth_place=check_birth_place(traits.birth_place),
    )


def columns(traits: Traits, today: date) -> dict[str, Any]:
    """The fields of a patient that these (normalised) traits fill; what is not known is null."""
    has_age_only = traits.birth_date is None and traits.birth_year is not None
    return {
        "birth_name": traits.birth_name,
        "used_name": traits.used_name or None,
        "first_name": traits.first_name or None,
        "birth_first_names": traits.birth_first_names or None,
        "birth_date": traits.birth_date,
        "estimated_age": str(today.year - (traits.birth_year or 0)) if has_age_only else None,
        "estimated_on": today if has_age_only else None,
        "sex": traits.sex.value,
        "birth_place_code": traits.birth_place or None,
    }


def signs(text: str) -> str | None:
    """Distinctive signs as they are stored."""
    return clean(text, multiline=True) or None


def require_trusted(traits: Traits, standing: Standing, *, has_ins: bool) -> None:
    """`Refused`: a status above « provisoire » without its strict traits, an INS and « qualifiée » apart."""
    require_consistent(standing.status, standing.attributes, has_ins=has_ins)
    missing = missing_strict_traits(traits)
    if missing and standing.status is not IdentityStatus.PROVISOIRE:
        raise Refused(
            f"Une identité vérifiée a ses cinq traits stricts\u202f: complétez le champ {FIELD_LABELS[missing[0]]}.",
            field=missing[0],
            code="strict_traits",
        )


def require_free(establishment_id: uuid.UUID, number: Identifier, *, patient: Patient | None = None) -> None:
    """`Refused` where another patient of this domain holds the number; other domains are not asked."""
    holder = queries.holder_of(establishment_id, number)
    if holder is not None and (patient is None or holder.pk != patient.pk):
        field = "ins" if number.kind is IdentifierKind.INS else "ipp"
        raise Refused(
            "Ce numéro est déjà celui d’un autre patient de votre établissement\u202f: recherchez-le.",
            field=field,
            code="identifier_taken",
            status=409,
        )


def attach(patient: Patient, number: Identifier, now: datetime) -> PatientIdentifier:
    """The row of a normalised number."""
    return PatientIdentifier.objects.create(
        patient=patient,
        data_key_id=patient.data_key_id,
        establishment_id=patient.establishment_id,
        authority=number.authority,
        kind=number.kind.value,
        oid=number.oid,
        value=number.value,
        value_token=tokens.identifier_token(patient.establishment_id, number.kind, number.value),
        starts_at=now,
    )


def index(patient: Patient, traits: Traits) -> None:
    """Makes the patient answer to these traits and no others."""
    wanted = tokens.indexed(patient.establishment_id, traits)
    present = {bytes(word) for word in SearchToken.objects.filter(patient=patient).values_list("token", flat=True)}
    if stale := present - wanted:
        SearchToken.objects.filter(patient=patient, token__in=stale).delete()
    SearchToken.objects.bulk_create(
        SearchToken(patient=patient, establishment_id=patient.establishment_id, token=word)
        for word in sorted(wanted - present)
    )


def lock_domain(establishment_id: uuid.UUID) -> None:
    """One at a time in a domain, until the end of the transaction: for the sequence of unknown patients."""
    _lock([token(establishment_id, "lock.unknown")])


def lock_same(establishment_id: uuid.UUID, traits: Traits, numbers: Iterable[Identifier]) -> None:
    """Two registrations of the same number or of the same traits wait for each other; others don't."""
    words = tokens.tokens_of(establishment_id, numbers)
    if traits.birth_date is not None:
        words.append(tokens.birth_date_token(establishment_id, traits.birth_date))
    _lock(words)


def _lock(words: Iterable[bytes]) -> None:
    """Advisory locks named by blind tokens, in one order for all."""
    names = sorted({int.from_bytes(word[:8], signed=True) for word in words})
    if names:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [names])
