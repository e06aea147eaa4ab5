"""Typed reads: what staff may search, and what a feed needs to recognise a patient. See `search` and `tokens`."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, QuerySet

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.crypto.errors import Unreadable
from osmose.patients.models import Patient, PatientIdentifier, SearchToken
from osmose.patients.policies import READ
from osmose.patients.queries import tokens
from osmose.patients.queries.instructions import (
    current_among,
    current_instructions,
    current_of,
    instruction,
    instructions_of,
    revived,
    version_of,
    versions_of,
)
from osmose.patients.queries.search import (
    Candidate,
    likely_duplicates,
    open_numbers,
    own_ipp,
    search,
    survivor,
)
from osmose.patients.queries.tokens import names_agree
from osmose.patients.rules import Traits, normalise_ins, same_strict_traits
from osmose.patients.rules.registration import Identifier, IdentifierKind, normalise_number

__all__ = [
    "Candidate",
    "by_identifier",
    "by_strict_traits",
    "current_among",
    "current_instructions",
    "current_of",
    "holders_of",
    "instruction",
    "instructions_of",
    "likely_duplicates",
    "names_agree",
    "next_unknown_number",
    "numbers_of",
    "own_ipp",
    "revived",
    "search",
    "survivor",
    "version_of",
    "versions_of",
    "visible",
    "visible_among",
]


def visible(actor: Actor, now: datetime, patient_id: uuid.UUID) -> Patient | None:
    """The patient with the numbers in use, where one of the actor's units takes part in the care."""
    return READ.rows(actor, now).filter(pk=patient_id).prefetch_related(open_numbers()).first()


def visible_among(actor: Actor, now: datetime, patient_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Patient]:
    """Those of these patients whose identity is open to the actor: one query, their keys included."""
    rows = READ.rows(actor, now).filter(pk__in=set(patient_ids)).select_related("data_key")
    return {patient.pk: patient for patient in rows}


def holders_of(patient_ids: Iterable[uuid.UUID], wanted: Iterable[bytes]) -> set[uuid.UUID]:
    """Those of these patients, fetched through their policy, who hold a number of one of these tokens: one query."""
    rows = PatientIdentifier.objects.filter(patient_id__in=set(patient_ids), value_token__in=list(wanted), ends_at=None)
    return set(rows.values_list("patient_id", flat=True))


def numbers_of(patient_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[PatientIdentifier]]:
    """The numbers in use of patients already fetched through their policy, in one query."""
    found: defaultdict[uuid.UUID, list[PatientIdentifier]] = defaultdict(list)
    for row in _numbers(*patient_ids):
        found[row.patient_id].append(row)
    return dict(found)


@Recipe
def _numbers(*patient_ids: uuid.UUID) -> QuerySet[PatientIdentifier]:
    return PatientIdentifier.objects.filter(patient_id__in=patient_ids, ends_at=None).order_by("kind", "starts_at")


def by_identifier(establishment_id: uuid.UUID, authority: str, kind: IdentifierKind, value: str) -> Patient | None:
    """Who holds this number in this domain and no other; the survivor where the holder was merged.

    For feeds, whose right is that of their source: the screens go through `search`.
    """
    stored = normalise_ins(value) if kind is IdentifierKind.INS else normalise_number(value)
    held = (
        PatientIdentifier.objects.filter(
            establishment_id=establishment_id,
            authority=authority,
            kind=kind.value,
            value_token=tokens.identifier_token(establishment_id, kind, stored),
            ends_at=None,
        )
        .select_related("patient__merged_into")
        .first()
    )
    return survivor(held.patient) if held else None


def holder_of(establishment_id: uuid.UUID, number: Identifier) -> Patient | None:
    """`by_identifier` of a normalised number."""
    return by_identifier(establishment_id, number.authority, number.kind, number.value)


def by_strict_traits(establishment_id: uuid.UUID, traits: Traits) -> list[Patient]:
    """The patients of the domain whose five strict traits are known and equal to these; survivors of merges once."""
    if traits.birth_date is None:
        return []
    born = SearchToken.objects.filter(
        establishment_id=establishment_id, token=tokens.birth_date_token(establishment_id, traits.birth_date)
    )
    rows = Patient.objects.filter(pk__in=born.values("patient_id")).select_related("merged_into").order_by("pk")
    found = {patient.pk: patient for row in rows if (patient := survivor(row))}
    return [patient for patient in found.values() if _is_same(patient, traits)]


def next_unknown_number(establishment_id: uuid.UUID) -> int:
    """The next « INCONNU » of the domain. One sequence for both sexes: two unknown patients never share a number.

    The caller holds the domain's lock (`operations.register_unknown` does).
    """
    last = Patient.objects.filter(establishment_id=establishment_id).aggregate(last=Max("unknown_number"))["last"]
    return (last or 0) + 1


def _is_same(patient: Patient, traits: Traits) -> bool:
    try:
        return same_strict_traits(patient.traits(), traits)
    except Unreadable:
        return False
