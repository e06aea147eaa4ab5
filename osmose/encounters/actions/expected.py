"""Somebody is expected, comes, or doesn't come after all."""

from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.models import Encounter, ExpectedArrival
from osmose.encounters.operations import arrivals, rows
from osmose.encounters.operations import expected as announcements
from osmose.encounters.operations.expected import Announcement
from osmose.encounters.policies import ANNOUNCE, EXPECTED, RECEIVE, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.organisations.models import CareUnit, UnitKind
from osmose.patients import operations as patients
from osmose.patients.models import Patient
from osmose.patients.rules import Sex, Traits

# As `policies.REGISTER` and `policies.RECEIVE`.
_RECEIVING = (UnitKind.EMERGENCY,)


@dataclass(frozen=True, kw_only=True, repr=False)
class Expected:
    """Who is expected, as far as it is known: somebody of the hospital, traits, or a sex and an age."""

    patient: Patient | None = None
    traits: Traits | None = None
    sex: Sex = Sex.UNDETERMINED
    estimated_age: int | None = None


@action(may=ANNOUNCE, subject="announcing_unit", verb=Verb.CREATE)
def announce_patient(
    *, actor: Actor, announcing_unit: CareUnit, who: Expected, told: Announcement, now: datetime
) -> ExpectedArrival:
    """Announces somebody to a unit that registers arrivals, in its own hospital or under an agreement.

    Whoever is not known there gets a provisional identity, « INCONNU » without a name. A partner never learns whether
    somebody is known: it announces by what it was told. `Refused`: past hour, unit without agreement.
    """
    announcements.require_may_announce(told.care_unit, announcing_unit, now)
    if told.care_unit.kind not in _RECEIVING:
        raise Refused("Cette unité n’enregistre pas d’arrivée\u202f: choisissez-en une autre.", field="unit")
    hospital, patient = told.care_unit.establishment, who.patient
    if patient is not None and announcing_unit.establishment_id != hospital.pk:
        raise Refused("Ce patient n’est pas connu de cet établissement.", code="other-domain")
    if patient is None and who.traits is not None:
        patient = patients.register(actor=actor, establishment=hospital, traits=who.traits, now=now)
    if patient is None:
        patient = patients.register_unknown(
            actor=actor, establishment=hospital, sex=who.sex, estimated_age=who.estimated_age, now=now
        )
    return announcements.announce(actor=actor, announcing_unit=announcing_unit, patient=patient, told=told, now=now)


@action(may=RECEIVE, subject="expected", verb=Verb.CREATE)
def receive_expected(*, actor: Actor, expected: ExpectedArrival, now: datetime) -> Encounter:
    """« Arrivé »: opens the PEC of somebody expected, in the unit that expects them.

    `Refused` (409): somebody else was faster, or the patient already has an open PEC here.
    """
    # The patient first, as at every desk: two clicks at once are one after the other.
    patients.lock(expected.patient)
    row = announcements.lock(expected)
    announcements.require_awaited(row)
    arrivals.require_free(row.patient, row.care_unit)
    arrival = arrivals.Arrival(
        care_unit=row.care_unit, patient=row.patient, arrived_at=now, motif=announcements.motif_of(row), announced=row
    )
    return arrivals.arrive(actor=actor, arrival=arrival, now=now)


@action(may=WRITE, subject="encounter")
def link_expected(*, actor: Actor, encounter: Encounter, expected: ExpectedArrival, now: datetime) -> Encounter:
    """This PEC is the one that was announced, says a person: where the admissions could not tell.

    `Refused` (409): the PEC is closed, or the announcement is settled already.
    """
    if not EXPECTED.allows(actor, expected, now):
        raise NotVisible
    row = rows.lock(encounter)
    announcements.become(actor=actor, expected=announcements.lock(expected), encounter=row, now=now)
    return rows.save(row)


@action(may=WRITE, subject="encounter")
def detach_expected(*, actor: Actor, encounter: Encounter, expected: ExpectedArrival, now: datetime) -> Encounter:
    """The announcement was not this PEC's: it waits for its patient again. `Refused` (409): it isn't linked to it."""
    if not EXPECTED.allows(actor, expected, now):
        raise NotVisible
    row, announced = rows.lock(encounter), announcements.lock(expected)
    if announced.encounter_id != row.pk:
        raise Refused("Cette annonce n’est plus rattachée à cette prise en charge.", code="expected-state", status=409)
    announcements.detach(actor=actor, expected=announced, encounter=row, now=now)
    return rows.save(row)


@action(may=EXPECTED, subject="expected")
def cancel_expected(*, actor: Actor, expected: ExpectedArrival, reason: str, now: datetime) -> ExpectedArrival:
    """Nobody will come. `Refused`: no reason; settled already (409)."""
    if not reason:
        raise Refused("Écrivez pourquoi ce patient n’est plus attendu.", field="reason", code="reason")
    return announcements.cancel(actor=actor, expected=announcements.lock(expected), reason=reason, now=now)


@action(may=EXPECTED, subject="expected")
def restore_expected(*, actor: Actor, expected: ExpectedArrival, now: datetime) -> ExpectedArrival:
    """The cancellation was a mistake."""
    return announcements.restore(actor=actor, expected=announcements.lock(expected), now=now)
