"""One function an event: what the message says becomes what the domain does."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.models import Encounter
from osmose.encounters.operations import arrivals, exits, participation, rows, visits
from osmose.interop.hl7 import operations
from osmose.interop.hl7.mapping import EVENTS, Deed, MovementAction
from osmose.interop.hl7.messages import ErrorCode, Hl7Problem
from osmose.interop.hl7.operations import Feed, Placement
from osmose.patients.models import Patient


@dataclass(frozen=True)
class Effect:
    """What a message did: to whom, what was set aside (French, no value), whether somebody must read it."""

    encounter_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    notes: tuple[str, ...] = ()
    is_queued: bool = False


def handle(feed: Feed) -> Effect:
    """Carries the message out, inside the transaction of `actions.apply`. Refused: nothing of it is kept."""
    return HANDLERS[EVENTS[feed.adt.event].deed](feed)


def arrive(feed: Feed) -> Effect:
    """A04: patient found or created, PEC opened by itself with its owner's grant only; a known visit is updated."""
    adt = feed.adt
    place = operations.placement(feed)
    if place is None:
        raise Hl7Problem(
            "La localisation manque (PV1-3).", segment="PV1", position=3, table_code=ErrorCode.REQUIRED_FIELD_MISSING
        )
    at = operations.past(feed, adt.visit.admitted_at or adt.occurred_at, "PV1", 44)
    patient, outcome = operations.recognise(feed)
    notes = (*adt.warnings, *outcome.warnings)
    if not outcome.is_new:
        notes = (*notes, *_correct_identity(feed, patient, holds_up=False))
    number, ref = operations.visit_number(feed), operations.movement_ref(adt)
    encounter = visits.lock_number(feed.establishment.pk, number)
    if encounter is not None and encounter.patient_id != patient.pk:
        raise operations.other_patient()
    if encounter is not None:
        operations.require_state(encounter, "write")
        _correct_arrival(feed, encounter, at)
        _update_movement(feed, encounter, place)
        return _effect(encounter, notes)
    encounter = visits.adopt(
        actor=feed.actor, patient=patient, arrived_at=at, visit_number=number, source_ref=ref, now=feed.now
    )
    if encounter is not None:
        _correct_arrival(feed, encounter, at)
        return _effect(encounter, (*notes, "Prise en charge déjà ouverte par l’équipe\u202f: complétée."))
    arrival = arrivals.Arrival(
        care_unit=place.unit,
        patient=patient,
        arrived_at=at,
        arrival_mode=operations.arrival_mode(adt),
        location=place.zone,
        box=place.box,
        visit_number=number,
        source_ref=ref,
        is_automatic=True,
    )
    return _effect(arrivals.arrive(actor=feed.actor, arrival=arrival, now=feed.now), notes)


def move(feed: Feed) -> Effect:
    """A02: another place, maybe another unit; messages out of order are settled by ZBE-2, then ZBE-1."""
    adt = feed.adt
    place = operations.placement(feed)
    encounter = operations.lock_visit(feed, "write")
    at = _movement_start(feed) if adt.movement else operations.past(feed, adt.occurred_at, "EVN", 6)
    _settle(feed, encounter, place, at)
    return _effect(encounter, adt.warnings)


def leave(feed: Feed) -> Effect:
    """A03: the patient left. Where the staff recorded it first, their hour stands and the mode is completed."""
    adt = feed.adt
    encounter = operations.lock_visit(feed, "write")
    at = operations.past(feed, adt.visit.discharged_at or adt.occurred_at, "PV1", 45)
    mode = operations.exit_mode(adt)
    if encounter.status == EncounterStatus.EXITED:
        visits.correct_exit(actor=feed.actor, encounter=encounter, at=None, mode=mode, now=feed.now)
        return _effect(encounter, (*adt.warnings, "Sortie déjà enregistrée\u202f: son heure n’a pas été changée."))
    destination = operations.exit_destination(adt)
    exits.leave(actor=feed.actor, encounter=encounter, mode=mode, destination=destination, at=at, now=feed.now)
    return _effect(encounter, adt.warnings)


def cancel_arrival(feed: Feed) -> Effect:
    """A11: the admission was a mistake."""
    encounter = operations.lock_visit(feed, "cancel")
    exits.cancel_arrival(actor=feed.actor, encounter=encounter, now=feed.now)
    return _effect(encounter, feed.adt.warnings)


def cancel_leave(feed: Feed) -> Effect:
    """A13: the exit was a mistake."""
    encounter = operations.lock_visit(feed, "cancel_exit")
    exits.come_back(actor=feed.actor, encounter=encounter, now=feed.now)
    return _effect(encounter, feed.adt.warnings)


def update_identity(feed: Feed) -> Effect:
    """A31: the identity, where the patient is known; nobody is created for it."""
    patient = operations.patient_of_number(feed)
    if patient is None:
        return Effect(notes=(*feed.adt.warnings, "Patient inconnu d’Osmose\u202f: rien à mettre à jour."))
    notes = _correct_identity(feed, patient, holds_up=True)
    return Effect(person_id=patient.pk, notes=(*feed.adt.warnings, *notes))


def update_visit(feed: Feed) -> Effect:
    """A08, Z99: the identity, then the visit: hours, and the movement that ZBE-1 names.

    Without ZBE, a place counts only where it differs from what the sender said before: repeated with a new phone
    number, it must not undo what the staff clicked since.
    """
    adt = feed.adt
    if adt.visit.number is None or adt.visit.patient_class == "N":
        return update_identity(feed)
    if adt.movement is not None and adt.movement.action is MovementAction.CANCEL:
        raise Hl7Problem(
            "L’action du mouvement contredit l’événement (ZBE-4).",
            segment="ZBE",
            position=4,
            table_code=ErrorCode.TABLE_VALUE_NOT_FOUND,
        )
    place = operations.placement(feed)
    # The patient before the encounter, as everywhere: two feeds that lock in one order never wait for each other.
    seen = visits.of_number(feed.establishment.pk, operations.visit_number(feed))
    notes = adt.warnings
    if seen is not None:
        operations.require_same_patient(feed, seen)
        operations.require_state(seen, "write")
        notes = (*notes, *_correct_identity(feed, seen.patient, holds_up=True))
    encounter = operations.lock_visit(feed, "write")
    if adt.visit.admitted_at is not None:
        _correct_arrival(feed, encounter, operations.past(feed, adt.visit.admitted_at, "PV1", 44))
    _update_movement(feed, encounter, place)
    return _effect(encounter, notes)


def merge(feed: Feed) -> Effect:
    """A40: two files become one only after somebody read them; nothing is done here."""
    return Effect(notes=feed.adt.warnings, is_queued=True)


HANDLERS: Mapping[Deed, Callable[[Feed], Effect]] = {
    Deed.ARRIVE: arrive,
    Deed.MOVE: move,
    Deed.LEAVE: leave,
    Deed.CANCEL_ARRIVAL: cancel_arrival,
    Deed.CANCEL_LEAVE: cancel_leave,
    Deed.UPDATE_IDENTITY: update_identity,
    Deed.UPDATE_VISIT: update_visit,
    Deed.MERGE: merge,
}


def _effect(encounter: Encounter, notes: tuple[str, ...]) -> Effect:
    return Effect(encounter_id=encounter.pk, person_id=encounter.patient_id, notes=notes)


def _correct_identity(feed: Feed, patient: Patient, *, holds_up: bool) -> tuple[str, ...]:
    """The identity, and the version of the patient's open PECs where it changed."""
    is_changed, notes = operations.correct(feed, patient, holds_up=holds_up)
    if is_changed:
        rows.touch_open(patient_ids=[patient.pk])
    return notes


def _correct_arrival(feed: Feed, encounter: Encounter, at: datetime) -> None:
    visits.correct_arrival(
        actor=feed.actor,
        encounter=encounter,
        arrived_at=at,
        mode=operations.arrival_mode(feed.adt),
        now=feed.now,
    )


def _update_movement(feed: Feed, encounter: Encounter, place: Placement | None) -> None:
    movement, at = feed.adt.movement, feed.adt.occurred_at
    if movement is not None and movement.original_event == "A03":
        if encounter.status == EncounterStatus.EXITED:
            left_at = operations.past(feed, movement.start, "ZBE", 2)
            visits.correct_exit(
                actor=feed.actor,
                encounter=encounter,
                at=left_at,
                mode=operations.exit_mode(feed.adt),
                now=feed.now,
            )
        return
    if movement is not None:
        _settle(feed, encounter, place, _movement_start(feed))
        return
    if place is None or (encounter.exited_at is not None and at >= encounter.exited_at):
        return
    told = visits.place_told(encounter, at)
    if told is None or (told.location_id, told.box_id) != (
        place.zone.pk if place.zone else None,
        place.box.pk if place.box else None,
    ):
        _settle(feed, encounter, place, operations.past(feed, at, "EVN", 6))


def _movement_start(feed: Feed) -> datetime:
    movement = feed.adt.movement
    return operations.past(feed, movement.start if movement else feed.adt.occurred_at, "ZBE", 2)


def _settle(feed: Feed, encounter: Encounter, place: Placement | None, at: datetime) -> None:
    """Writes the movement; where it is the current one and in another unit, the PEC goes on there."""
    stay = visits.Stay(
        source_ref=operations.movement_ref(feed.adt),
        starts_at=at,
        places=(place.zone, place.box) if place else None,
    )
    settled = visits.settle(actor=feed.actor, encounter=encounter, stay=stay, now=feed.now)
    if place is not None and settled.is_current and place.unit.pk != encounter.care_unit_id:
        participation.transfer_owner(actor=feed.actor, encounter=encounter, unit=place.unit, at=at, now=feed.now)
