"""What the admissions say of a visit, and correct later: its number, its hours, its movements in any order."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from osmose.encounters import events, lifecycle
from osmose.encounters.lifecycle import ArrivalMode, EncounterStatus, ExitMode
from osmose.encounters.models import Encounter, Movement
from osmose.encounters.operations import places, sectors
from osmose.encounters.operations.rows import require_past, save, visit_token
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.organisations.models import Location
from osmose.patients import operations as patients
from osmose.patients.models import Patient

# A PEC opened by hand that the admissions announce later is the same arrival when the hours are this close.
SAME_ARRIVAL = timedelta(hours=12)
_FIGURES = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Stay:
    """A movement as the sender tells it: `source_ref` is its number there, `places` None keeps the place known."""

    source_ref: str
    starts_at: datetime
    places: tuple[Location | None, Location | None] | None


@dataclass(frozen=True)
class Settled:
    """What became of a movement: whether anything was written, and whether it is where the patient is now."""

    is_changed: bool
    is_current: bool


def of_number(establishment_id: uuid.UUID, visit_number: str) -> Encounter | None:
    """The PEC of a visit number, in its establishment and no other; a cancelled one is nobody's."""
    return _numbered(establishment_id, visit_number).first()


@operation
def lock_number(establishment_id: uuid.UUID, visit_number: str) -> Encounter | None:
    """The same, fresh and locked until the end of the action."""
    rows = _numbered(establishment_id, visit_number).select_for_update(of=("self",), no_key=True)
    return rows.select_related("patient", "care_unit", "establishment").first()


def _numbered(establishment_id: uuid.UUID, visit_number: str) -> QuerySet[Encounter]:
    return Encounter.objects.filter(
        establishment_id=establishment_id, visit_token=visit_token(establishment_id, visit_number)
    ).exclude(status=EncounterStatus.CANCELLED)


@operation
def adopt(
    *, actor: Actor, patient: Patient, arrived_at: datetime, visit_number: str, source_ref: str, now: datetime
) -> Encounter | None:
    """Gives its visit number to a PEC that the staff opened before the admissions; None where there is none.

    Only the patient's one open PEC without number, of about that hour. Its first movement takes the sender's number.
    The patient is locked, as at a desk: « Arrivé » clicked at the same instant opens no second one.
    """
    patients.lock(patient)
    candidates = list(
        Encounter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("patient", "care_unit", "establishment")
        .filter(
            patient=patient,
            establishment_id=patient.establishment_id,
            visit_token=None,
            status__in=lifecycle.OPEN,
            arrived_at__range=(arrived_at - SAME_ARRIVAL, arrived_at + SAME_ARRIVAL),
        )[:2]
    )
    if len(candidates) != 1:
        return None
    encounter = candidates[0]
    encounter.visit_number = visit_number
    encounter.visit_token = visit_token(encounter.establishment_id, visit_number)
    first = _movements(encounter)[:1]
    for movement in first:
        movement.source_ref = source_ref
        movement.save(update_fields=["source_ref"])
    told = events.ArrivalCorrected(what="numéro de venue reçu des admissions")
    record(told, subject=encounter, actor=actor, at=now, changed=["visit_number"])
    return save(encounter, "visit_number", "visit_token")


@operation
def correct_arrival(
    *, actor: Actor, encounter: Encounter, arrived_at: datetime, mode: ArrivalMode, now: datetime
) -> bool:
    """The hour of arrival as the admissions know it, and the mode where the staff did not say; True when it changed.

    `Refused`: in the future, after the exit, or after the patient had already moved.
    """
    words = []
    if arrived_at != encounter.arrived_at:
        require_past(arrived_at, now, field="arrived_at")
        shift_arrival(encounter=encounter, arrived_at=arrived_at)
        words.append(f"arrivée à {french.time(arrived_at)}")
    if encounter.arrival_mode == ArrivalMode.UNKNOWN and mode != ArrivalMode.UNKNOWN:
        encounter.arrival_mode = mode
        revisions.bump(encounter, "arrival_mode")
        words.append(f"mode d’arrivée\u202f: {mode.label}")
    if not words:
        return False
    told = events.ArrivalCorrected(what=", ".join(words))
    record(told, subject=encounter, actor=actor, at=now, changed=["arrived_at"])
    save(encounter, "arrived_at", "arrival_mode")
    return True


@operation
def shift_arrival(*, encounter: Encounter, arrived_at: datetime) -> None:
    """Moves the arrival and the first place with it; `Refused` after the exit or a later movement."""
    known = _movements(encounter)
    first = known[0] if known else None
    too_late = (encounter.exited_at is not None and arrived_at > encounter.exited_at) or (
        first is not None and first.ends_at is not None and arrived_at > first.ends_at
    )
    if too_late:
        raise Refused(
            "L’heure d’arrivée corrigée est postérieure à la suite de la prise en charge.",
            field="arrived_at",
            code="arrival-too-late",
        )
    if first is not None and (first.starts_at == encounter.arrived_at or first.starts_at < arrived_at):
        first.starts_at = arrived_at
        first.save(update_fields=["starts_at"])
    encounter.arrived_at = arrived_at


@operation
def correct_exit(
    *, actor: Actor, encounter: Encounter, at: datetime | None, mode: ExitMode | None, now: datetime
) -> bool:
    """What the admissions know better of an exit already recorded; True when it changed.

    `at` None keeps the hour; the mode completes an empty one only.
    """
    words = []
    if at is not None and at != encounter.exited_at:
        require_past(at, now, field="exited_at")
        if at < encounter.arrived_at:
            raise Refused("La sortie ne peut précéder l’arrivée.", field="exited_at", code="exit-before-arrival")
        encounter.exited_at = at
        words.append(f"sortie à {french.time(at)}")
    if mode is not None and not encounter.exit_mode:
        encounter.exit_mode = mode
        words.append(f"sortie\u202f: {mode.label}")
    if not words:
        return False
    told = events.ArrivalCorrected(what=", ".join(words))
    record(told, subject=encounter, actor=actor, at=now, changed=["status"])
    save(encounter, "exited_at", "exit_mode")
    return True


@operation
def settle(*, actor: Actor, encounter: Encounter, stay: Stay, now: datetime) -> Settled:
    """Writes a movement where it belongs, in the order of hours and then of the sender's numbers.

    A number already known is corrected, not repeated: another place is written in it, another hour strikes it out
    and writes it anew. Between two movements of the same instant the higher number is where the patient went on.
    """
    known = _movements(encounter)
    at = max(stay.starts_at, encounter.arrived_at)
    mine = next((m for m in known if m.source_ref == stay.source_ref), None)
    if mine is not None and (mine.starts_at == at or _is_arrival(mine, known, at)):
        is_changed = _correct_place(actor, encounter, mine, stay)
        return Settled(is_changed, is_current=mine.ends_at is None)
    location, box = stay.places or ((mine.location, mine.box) if mine else (None, None))
    if mine is not None:
        _strike(mine, known, now)
        known.remove(mine)
    elif stay.places is None:
        return Settled(is_changed=False, is_current=False)
    if any(m.starts_at == at and _number(stay.source_ref) < _number(m.source_ref) for m in known if m.source_ref):
        # Left the very instant it began: kept for the sender's corrections, and counts for nothing.
        Movement.objects.create(
            encounter=encounter,
            data_key_id=encounter.data_key_id,
            location=location,
            box=box,
            starts_at=at,
            ends_at=at,
            cancelled_at=now,
            source_ref=stay.source_ref,
        )
        return Settled(is_changed=False, is_current=False)
    moved = places.move(actor=actor, encounter=encounter, location=location, box=box, at=at, source_ref=stay.source_ref)
    return Settled(is_changed=True, is_current=moved.ends_at is None)


def place_told(encounter: Encounter, at: datetime) -> Movement | None:
    """Where the sender last said the patient was at that instant, whatever the staff clicked since."""
    told = [m for m in _movements(encounter) if m.source_ref and m.starts_at <= at]
    return told[-1] if told else None


def _movements(encounter: Encounter) -> list[Movement]:
    """The movements that count, in order."""
    rows = Movement.objects.filter(encounter=encounter, cancelled_at=None).select_related("location", "box")
    return list(rows.order_by("starts_at", "id"))


def _correct_place(actor: Actor, encounter: Encounter, movement: Movement, stay: Stay) -> bool:
    before, words = places.place_code(movement.location, movement.box), movement.words
    location, box = stay.places or (movement.location, movement.box)
    if places.place_code(location, box) == before:
        return False
    movement.location, movement.box = location, box
    movement.save(update_fields=["location", "box"])
    told = events.PlaceChanged(
        before=before,
        after=places.place_code(location, box),
        revision=revisions.bump(encounter, "place"),
        words=movement.words,
        previous_words=words,
    )
    record(told, subject=encounter, actor=actor, at=movement.starts_at, changed=["place"])
    if movement.ends_at is None:
        sectors.follow(actor=actor, encounter=encounter, movement=movement, at=movement.starts_at)
    save(encounter)
    return True


def _is_arrival(movement: Movement, known: list[Movement], at: datetime) -> bool:
    """The first movement starts when the patient arrives, whatever minute the sender gave the movement itself."""
    return movement is known[0] and (movement.ends_at is None or at < movement.ends_at)


def _strike(movement: Movement, known: list[Movement], now: datetime) -> None:
    """Strikes a movement out: the one before it goes on until the one after it."""
    movement.cancelled_at = now
    movement.save(update_fields=["cancelled_at"])
    position = known.index(movement)
    if position > 0:
        previous = known[position - 1]
        previous.ends_at = movement.ends_at
        previous.save(update_fields=["ends_at"])


def _number(ref: str) -> list[tuple[int, str]]:
    """« MVT10 » comes after « MVT9 »."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _FIGURES.split(ref)]
