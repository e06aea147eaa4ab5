"""Opening a PEC."""

from datetime import datetime

from osmose.encounters.models import Encounter
from osmose.encounters.operations import arrivals
from osmose.encounters.policies import REGISTER
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.organisations.models import CareUnit
from osmose.patients import operations as patients
from osmose.patients.models import Patient
from osmose.patients.rules import Sex, Traits


@action(may=REGISTER, subject="care_unit", verb=Verb.CREATE)
def open_encounter(
    *,
    actor: Actor,
    care_unit: CareUnit,
    patient: Patient | None,
    traits: Traits | None,
    motif: str,
    arrival_mode: str,
    now: datetime,
) -> Encounter:
    """Opens a PEC in one of the actor's units, for a known patient or one registered from these traits.

    `arrival_mode` is the code of one of the hospital's modes of arrival. Refused when the patient belongs to another
    identity domain, or already has an open PEC in the establishment.
    """
    if patient is None:
        if traits is None:
            raise Refused("Choisissez un patient, ou décrivez-le.", code="no-patient")
        patient = patients.register(actor=actor, establishment=care_unit.establishment, traits=traits, now=now)
    arrivals.require_free(patient, care_unit)
    arrival = arrivals.Arrival(
        care_unit=care_unit, patient=patient, arrived_at=now, motif=motif, arrival_mode=arrival_mode
    )
    return arrivals.arrive(actor=actor, arrival=arrival, now=now)


@action(may=REGISTER, subject="care_unit", verb=Verb.CREATE)
def open_for_unknown(
    *,
    actor: Actor,
    care_unit: CareUnit,
    sex: Sex,
    estimated_age: int | None,
    signs: str,
    motif: str,
    now: datetime,
) -> Encounter:
    """Opens a PEC for somebody nobody can name yet: a provisional identity « INCONNU H n »."""
    patient = patients.register_unknown(
        actor=actor,
        establishment=care_unit.establishment,
        sex=sex,
        estimated_age=estimated_age,
        distinctive_signs=signs,
        now=now,
    )
    arrival = arrivals.Arrival(care_unit=care_unit, patient=patient, arrived_at=now, motif=motif)
    return arrivals.arrive(actor=actor, arrival=arrival, now=now)
