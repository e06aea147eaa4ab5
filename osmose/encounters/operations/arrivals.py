"""Opening a PEC."""

from dataclasses import dataclass
from datetime import datetime

from osmose.encounters import events, lifecycle
from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.models import Encounter, ExpectedArrival, Movement
from osmose.encounters.operations import expected, sectors
from osmose.encounters.operations.places import first_zone
from osmose.encounters.operations.rows import require_past, save, visit_token
from osmose.encounters.queries import mode_label, modes_of
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.organisations.models import CareUnit, DataCategory, Location
from osmose.patients import operations as patients
from osmose.patients.models import Patient


@dataclass(frozen=True)
class Arrival:
    """What opens a PEC. `visit_number` is the sender's; `source_ref` its movement number.

    `announced` is the announcement that a person said this arrival is; without one, the patient's only one is taken.
    """

    care_unit: CareUnit
    patient: Patient
    arrived_at: datetime
    motif: str = ""
    arrival_mode: str = ArrivalMode.UNKNOWN
    location: Location | None = None
    box: Location | None = None
    visit_number: str | None = None
    source_ref: str = ""
    is_automatic: bool = False
    announced: ExpectedArrival | None = None


@operation
def require_free(patient: Patient, care_unit: CareUnit) -> None:
    """One open PEC a patient and establishment: the patient's row is locked, so that two desks can't open two."""
    patients.lock(patient)
    if patient.establishment_id != care_unit.establishment_id:
        raise Refused("Ce patient n’est pas connu de votre établissement.", code="other-domain")
    if Encounter.objects.filter(
        patient=patient, establishment_id=care_unit.establishment_id, status__in=lifecycle.OPEN
    ).exists():
        raise Refused(
            "Ce patient a déjà une prise en charge ouverte dans votre établissement\u202f: "
            "ouvrez-la depuis la liste des prises en charge.",
            code="already-open",
            status=409,
        )


@operation
def arrive(*, actor: Actor, arrival: Arrival, now: datetime) -> Encounter:
    """Opens a PEC: the encounter, its owner's grant and nobody else's, the first place, the event.

    Where this very patient was expected, the announcement becomes this PEC; its reason stands where no motif is told.
    """
    require_past(arrival.arrived_at, now, field="arrived_at")
    unit, patient = arrival.care_unit, arrival.patient
    awaited = expected.awaiting(patient, unit.establishment_id)
    chosen = arrival.announced or (awaited[0] if len(awaited) == 1 else None)
    encounter = Encounter.objects.create(
        establishment_id=unit.establishment_id,
        care_unit=unit,
        patient=patient,
        data_key_id=patient.data_key_id,
        visit_number=arrival.visit_number,
        visit_token=visit_token(unit.establishment_id, arrival.visit_number),
        motif=arrival.motif or expected.motif_of(chosen),
        arrival_mode=arrival.arrival_mode,
        arrived_at=arrival.arrived_at,
    )
    Grant.objects.create(
        subject_id=encounter.id,
        person_id=patient.id,
        unit_id=unit.id,
        scope=list(DataCategory.values),
        source=Source.OWNER,
        starts_at=now,
    )
    movement = Movement.objects.create(
        encounter=encounter,
        data_key_id=encounter.data_key_id,
        location=arrival.location or first_zone(unit),
        box=arrival.box,
        starts_at=arrival.arrived_at,
        source_ref=arrival.source_ref,
    )
    is_told = arrival.arrival_mode != ArrivalMode.UNKNOWN
    arrived = events.PatientArrived(
        mode=mode_label(arrival.arrival_mode, modes_of(unit.establishment_id)) if is_told else "",
        place=movement.words if arrival.location else "",
        is_automatic=arrival.is_automatic,
    )
    record(arrived, subject=encounter, actor=actor, at=arrival.arrived_at, changed=["status"])
    if sectors.follow(actor=actor, encounter=encounter, movement=movement, at=arrival.arrived_at):
        save(encounter)
    expected.settle(actor=actor, encounter=encounter, awaited=awaited, chosen=chosen, now=now)
    return encounter
