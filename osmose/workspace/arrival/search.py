"""Who this may be: the search, the likely duplicates, and the patient chosen; journaled before anybody is shown."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from osmose.encounters import queries as encounters
from osmose.encounters.lifecycle import OPEN
from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.actions.models import IdempotencyKey
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.base.text import clean
from osmose.kernel.events.record import EventSubject
from osmose.kernel.web.guard import TOKEN
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.organisations.models import CareUnit
from osmose.patients import queries as patients
from osmose.patients.forms import SearchForm
from osmose.patients.models import Patient
from osmose.patients.policies import SEARCH, search_domain
from osmose.patients.presenters import IdentityBand, Match, identity, match
from osmose.patients.rules import Likeness, Traits
from osmose.workspace.arrival.forms import ArrivalChoices

# Nobody types faster at an arrival; a script that tries birth dates one after the other does.
PER_MINUTE = 60
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Hit:
    """One person found: who, and the open PEC if there is one (`open_id` only where the actor may see it).

    `instructions` are those that this unit may already read; none of somebody whose identity is protected.
    """

    who: Match
    open_id: uuid.UUID | None = None
    is_present: bool = False
    instructions: int = 0


@dataclass(frozen=True)
class Arriving:
    """The known patient of whom a PEC is about to be opened."""

    patient: Patient
    band: IdentityBand
    units: tuple[CareUnit, ...]
    open_id: uuid.UUID | None
    is_present: bool

    def event_subject(self) -> EventSubject:
        """For the journal: reading an identity before any PEC of it is reading that patient."""
        return EventSubject(self.patient.pk, self.patient.pk, self.patient.data_key_id)


def units_of(actor: Actor, now: datetime) -> list[CareUnit]:
    """Where an arrival may be registered, the acting unit first: those of the hospital one works for now."""
    domain = search_domain(actor)
    return [unit for unit in encounters.registering_units(actor, now) if unit.establishment_id == domain]


def require_units(request: StaffRequest) -> list[CareUnit]:
    """The same; nobody registers an arrival, nor searches for one, from elsewhere."""
    units = units_of(request.actor, request.now)
    if not units:
        raise NotVisible
    return units


def choices_of(units: Sequence[CareUnit]) -> ArrivalChoices:
    """What the first of these units, all of one hospital, offers: two queries; nothing where there is none."""
    if not units:
        return ArrivalChoices((), ())
    first = units[0]
    motifs = encounters.motifs_of(first.establishment_id, first.pk)
    return ArrivalChoices(encounters.modes_of(first.establishment_id), tuple(dict.fromkeys(m.label for m in motifs)))


def listing(request: StaffRequest, policy: Policy[Patient]) -> Listing:  # noqa: ARG001 - the policy is the queries' own
    """The people found; `Refused` where nothing readable was typed, or too many searches were made."""
    require_units(request)
    form = SearchForm(request.POST, today=paris(request.now).date())
    if not form.is_valid():
        raise Refused("Précisez la recherche.", code="search")
    _require_pace(request.actor, request.now)
    asked = form.command()
    found = patients.search(
        request.actor, request.now, birth_date=asked.birth_date, letters=asked.letters, number=asked.number
    )
    hits = _hits([(candidate, None) for candidate in found], request)
    return Listing(subjects=_shown(hits), persons=tuple(c.patient_id for c in found), rows=hits)


def duplicates(request: StaffRequest, traits: Traits, seen: frozenset[str]) -> tuple[Hit, ...]:
    """Who the person about to be created may already be, journaled; empty where all of them were seen and set aside."""
    _require_pace(request.actor, request.now)
    found = patients.likely_duplicates(request.actor, traits, request.now)
    persons = [candidate.patient_id for candidate, _ in found]
    if {str(person) for person in persons} <= seen or _is_carried_out(request):
        return ()
    hits = _hits(found, request)
    with transaction.atomic(durable=True):
        line = journal.append(
            actor=request.actor,
            verb=Verb.SEARCH,
            door=request.door.name,
            policy=SEARCH.name,
            subjects=_shown(hits),
            persons=persons,
        )
    request.visit = line.uid
    return hits


def arriving(request: StaffRequest, policy: Policy[Patient], **kwargs: Any) -> Arriving | None:
    """The patient of the address, in the identity domain of the actor's hospital and no other."""
    units = units_of(request.actor, request.now)
    if not units:
        return None
    rows = policy.rows(request.actor, request.now).filter(establishment_id=units[0].establishment_id)
    patient = rows.filter(pk=kwargs["patient_id"], merged_into=None).select_related("data_key").first()
    if patient is None:
        return None
    numbers = patients.numbers_of([patient.pk]).get(patient.pk, [])
    present = _present([patient.pk], request)
    return Arriving(
        patient=patient,
        band=identity(patient, today=paris(request.now).date(), numbers=numbers),
        units=tuple(units),
        open_id=present.get(patient.pk),
        is_present=patient.pk in present,
    )


def _require_pace(actor: Actor, now: datetime) -> None:
    """`Refused` (429) past sixty searches in a minute, as the access journal counts them."""
    made = AccessEntry.objects.filter(actor_id=actor.id, verb=Verb.SEARCH, recorded_at__gt=now - _MINUTE).count()
    if made >= PER_MINUTE:
        raise Refused(
            "Trop de recherches en une minute\u202f: patientez un peu, puis recommencez. Rien de ce que vous avez "
            "écrit n’est perdu.",
            code="search-pace",
            status=429,
        )


def _is_carried_out(request: StaffRequest) -> bool:
    """The form was already sent: whoever it created is no duplicate of itself, and the deed says what it did.

    Asked after the duplicates: the key of a submission is committed with the patient it made.
    """
    token = clean(request.POST.get(TOKEN, ""))[:64]
    return IdempotencyKey.objects.filter(actor_id=request.actor.id, token=token).exists()


def _hits(found: Sequence[tuple[patients.Candidate, Likeness | None]], request: StaffRequest) -> tuple[Hit, ...]:
    today = paris(request.now).date()
    present = _present([candidate.patient_id for candidate, _ in found], request)
    open_ = [candidate.patient_id for candidate, _ in found if not candidate.patient.is_protected]
    instructions = patients.current_among(open_, request.actor, request.now)
    return tuple(
        Hit(
            who=match(candidate, today=today, likeness=likeness),
            open_id=present.get(candidate.patient_id),
            is_present=candidate.patient_id in present,
            instructions=len(instructions.get(candidate.patient_id, ())),
        )
        for candidate, likeness in found
    )


def _present(patient_ids: Iterable[uuid.UUID], request: StaffRequest) -> dict[uuid.UUID, uuid.UUID | None]:
    """The patients with an open PEC in the hospital; its id where the actor may see it. Two queries."""
    rows = Encounter.objects.filter(patient_id__in=list(patient_ids), status__in=OPEN).order_by("arrived_at")
    open_ones = dict(rows.values_list("patient_id", "pk"))
    visible = set(
        READ.rows(request.actor, request.now).filter(pk__in=list(open_ones.values())).values_list("pk", flat=True)
    )
    return {person: pk if pk in visible else None for person, pk in open_ones.items()}


def _shown(hits: Iterable[Hit]) -> tuple[uuid.UUID, ...]:
    """The PECs that the results lead to."""
    return tuple(hit.open_id for hit in hits if hit.open_id)
