"""Searching before creating: RNIV's first rule. Hits are decrypted, ranked and shown; no name reaches SQL."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from osmose.kernel.access.actor import Actor
from osmose.kernel.base.text import fold
from osmose.kernel.crypto.errors import Unreadable
from osmose.patients.models import Patient, PatientIdentifier, SearchToken, attributes_of
from osmose.patients.policies import SEARCH, search_domain
from osmose.patients.queries import tokens
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Likeness, Traits, rank
from osmose.patients.rules.registration import Identifier, IdentifierKind

SHOWN = 50
_FETCHED = 200


@dataclass(frozen=True, kw_only=True, repr=False)
class Candidate:
    """One patient found, with what identifying needs and no more. Not readable: `traits` are empty."""

    patient: Patient
    traits: Traits
    ipp: str
    is_readable: bool = True
    found_by_number: bool = False
    merged_from: uuid.UUID | None = None

    @property
    def patient_id(self) -> uuid.UUID:
        return self.patient.pk

    @property
    def status(self) -> IdentityStatus:
        return self.patient.status

    @property
    def attributes(self) -> frozenset[IdentityAttribute]:
        return attributes_of(self.patient)


def open_numbers(path: str = "identifiers") -> Prefetch[str]:
    """The numbers in use of patients."""
    return Prefetch(path, PatientIdentifier.objects.filter(ends_at=None).order_by("kind", "starts_at"))


def search(
    actor: Actor, now: datetime, *, birth_date: date | None = None, letters: str = "", number: str = ""
) -> list[Candidate]:
    """The patients of the actor's own identity domain with this birth date, narrowed by letters, or this number.

    Day and month may be swapped; accents, hyphens, sound and which of the names do not matter. Best first, at most
    50; merged patients give their survivor. A name alone finds nothing here. Constant number of queries.
    """
    domain = search_domain(actor)
    if domain is None:
        return []
    words = tokens.asked(domain, birth_date=birth_date, letters=letters) if birth_date else []
    found = _candidates(actor, now, domain, words, tokens.number_tokens(domain, number))
    if letters and not tokens.is_narrowing(letters):
        found = [c for c in found if c.found_by_number or not c.is_readable or tokens.names_agree(c.traits, letters)]
    return sorted(found, key=lambda c: _order(c, birth_date, letters))[:SHOWN]


def likely_duplicates(
    actor: Actor, traits: Traits, now: datetime, *, identifiers: Iterable[Identifier] = ()
) -> list[tuple[Candidate, Likeness]]:
    """Who the person about to be created may already be, likeliest first, with the reasons to show.

    Unreadable files of the same birth date are not ranked: `search` shows them.
    """
    domain = search_domain(actor)
    if domain is None:
        return []
    numbers = [number.normalised() for number in identifiers]
    found = _candidates(actor, now, domain, tokens.alike(domain, traits), tokens.tokens_of(domain, numbers))
    with_numbers = _with_numbers(traits, numbers)
    return rank(with_numbers, [c for c in found if c.is_readable])[:SHOWN]


def _candidates(
    actor: Actor, now: datetime, domain: uuid.UUID, words: list[bytes], numbers: list[bytes]
) -> list[Candidate]:
    if not words and not numbers:
        return []
    by_number = PatientIdentifier.objects.filter(establishment_id=domain, value_token__in=numbers, ends_at=None)
    by_word = SearchToken.objects.filter(establishment_id=domain, token__in=words)
    rows: QuerySet[Patient] = (
        SEARCH.rows(actor, now)
        .filter(Q(pk__in=by_word.values("patient_id")) | Q(pk__in=by_number.values("patient_id")))
        .filter(establishment_id=domain)
        .select_related("merged_into")
        .prefetch_related(open_numbers(), open_numbers("merged_into__identifiers"))
        .order_by("-pk")[:_FETCHED]
    )
    found: dict[uuid.UUID, Candidate] = {}
    for row in rows:
        candidate = _candidate(row, frozenset(numbers))
        kept = found.get(candidate.patient_id)
        if kept is None or (candidate.found_by_number and not kept.found_by_number):
            found[candidate.patient_id] = candidate
    return list(found.values())


def _candidate(row: Patient, wanted: frozenset[bytes]) -> Candidate:
    patient = survivor(row)
    numbers = [number for number in patient.identifiers.all() if number.ends_at is None]
    hit = any(bytes(number.value_token) in wanted for number in (*numbers, *row.identifiers.all()))
    merged_from = None if patient is row else row.pk
    try:
        traits = _with_numbers(patient.traits(), [_number(number) for number in numbers])
        ipp = own_ipp(numbers)
    except Unreadable:
        return Candidate(
            patient=patient, traits=Traits(), ipp="", is_readable=False, found_by_number=hit, merged_from=merged_from
        )
    return Candidate(patient=patient, traits=traits, ipp=ipp, found_by_number=hit, merged_from=merged_from)


def survivor(patient: Patient) -> Patient:
    """The patient a merge kept; itself where there was none."""
    while patient.merged_into is not None:
        patient = patient.merged_into
    return patient


def own_ipp(numbers: Iterable[PatientIdentifier]) -> str:
    """The IPP to show: the first one in use; raises `Unreadable`."""
    return next((number.value for number in numbers if number.kind == IdentifierKind.IPP), "")


def _number(row: PatientIdentifier) -> Identifier:
    return Identifier(kind=IdentifierKind(row.kind), value=row.value, authority=row.authority, oid=row.oid)


def _with_numbers(traits: Traits, numbers: Iterable[Identifier]) -> Traits:
    """Stay numbers say nothing of who somebody is."""
    known = {(number.authority, number.value) for number in numbers if number.kind is not IdentifierKind.NDA}
    return replace(traits, identifiers=traits.identifiers | known)


def _order(candidate: Candidate, birth_date: date | None, letters: str) -> tuple[object, ...]:
    """Number first, then letters, then the date as typed before the swapped one, then the alphabet; unreadable last."""
    traits = candidate.traits
    return (
        not candidate.found_by_number,
        not candidate.is_readable,
        -tokens.names_agree(traits, letters),
        traits.birth_date != birth_date,
        fold(traits.birth_name),
        fold(traits.first_name),
        str(candidate.patient_id),
    )
