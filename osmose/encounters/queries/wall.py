"""What the screens of a unit may know of its PECs: less than any member of the staff.

A corridor's statement reads neither the patient, nor a psychiatric request, nor any encrypted column: what it does not
read, no template can show.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from osmose.encounters.lifecycle import EncounterStatus, Meaning
from osmose.encounters.models import Encounter, Movement, ServiceRequest
from osmose.encounters.policies import ON_WALL, ON_WALL_ASKED, ON_WALL_NAMED
from osmose.kernel.access.actor import Actor
from osmose.kernel.crypto import keys
from osmose.patients.models import Patient


@dataclass(frozen=True, kw_only=True)
class OnWall:
    """One patient who is here, as a corridor may know them: where, since when, and what the neutral requests mean."""

    id: uuid.UUID
    patient_id: uuid.UUID
    arrived_at: datetime
    zone: str
    zone_order: int
    box: str
    box_order: int
    requests: tuple[tuple[str, Meaning], ...]


@dataclass(frozen=True, kw_only=True)
class State:
    """A current request, its word as the establishment writes it, and since when."""

    code: str
    label: str
    word: str
    meaning: Meaning
    is_psychiatric: bool
    requested_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, repr=False)
class InStaffRoom:
    """The same patient, as the screen of a staff room may know them. `patient` is None where the identity is not shown:
    protected, or not shared with the unit."""

    on_wall: OnWall
    patient: Patient | None
    is_of_concern: bool
    is_missing: bool
    triage: str
    states: tuple[State, ...]


_ASKED = {
    "code": F("kind__code"),
    "label": F("kind__short_label"),
    "statuses": F("kind__statuses"),
    "is_psychiatric": F("kind__is_psychiatric"),
    "status": F("status"),
    "requested_at": F("requested_at"),
    "changed_at": F("changed_at"),
}


def on_wall(unit_id: uuid.UUID, codes: Iterable[str], actor: Actor, now: datetime) -> list[OnWall]:
    """The active PECs of the unit itself, in no order, with those of their requests that have one of these codes.

    One query. A PEC of another unit in which this one only takes part is not among them: it would tell why it does.
    """
    rows = _placed(ON_WALL.rows(actor, now).filter(care_unit_id=unit_id, status=EncounterStatus.ACTIVE))
    current = ServiceRequest.objects.filter(
        encounter_id=OuterRef("pk"), is_current=True, kind__code__in=list(codes), kind__is_psychiatric=False
    )
    asked = ArraySubquery(current.order_by("kind__order").values(json=JSONObject(**_ASKED)))
    found = rows.annotate(asked=asked).values_list("pk", "patient_id", "arrived_at", "placed", "asked")
    return [_on_wall(*row) for row in found.order_by()]


def in_staff_room(actor: Actor, now: datetime) -> list[InStaffRoom]:
    """The active PECs in which the unit takes part, in no order, each as far as it is shared with it: one query."""
    rows = _placed(ON_WALL.rows(actor, now).filter(status=EncounterStatus.ACTIVE))
    current = ServiceRequest.objects.filter(encounter_id=OuterRef("pk"), is_current=True)
    rows = rows.annotate(
        asked=ArraySubquery(current.order_by("kind__order").values(json=JSONObject(**_ASKED))),
        is_named=Exists(ON_WALL_NAMED.rows(actor, now).filter(pk=OuterRef("pk"))),
        shows_requests=Exists(ON_WALL_ASKED.rows(actor, now).filter(pk=OuterRef("pk"))),
    )
    found: list[Any] = list(rows.select_related("data_key", "patient__data_key", "tracking").order_by())
    keys.adopt(pec.patient.data_key for pec in found)
    return [_in_staff_room(pec) for pec in found]


def _placed(rows: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """The PECs with the words and the order of their current place, in the same query."""
    current = Movement.objects.filter(encounter_id=OuterRef("pk"), ends_at=None, cancelled_at=None).values(
        json=JSONObject(
            zone=F("location__label"),
            zone_order=F("location__order"),
            box=F("box__label"),
            box_order=F("box__order"),
        )
    )
    return rows.annotate(placed=Subquery(current[:1]))


def _on_wall(
    pk: uuid.UUID, patient_id: uuid.UUID, arrived_at: datetime, placed: dict[str, Any] | None, asked: list[Any]
) -> OnWall:
    place = placed or {}
    return OnWall(
        id=pk,
        patient_id=patient_id,
        arrived_at=arrived_at,
        zone=place.get("zone") or "NC",
        zone_order=place.get("zone_order") or 0,
        box=place.get("box") or "",
        box_order=place.get("box_order") or 0,
        requests=tuple((stored["code"], _status(stored)[1]) for stored in asked),
    )


def _in_staff_room(pec: Any) -> InStaffRoom:
    tracking = getattr(pec, "tracking", None)
    is_shown = pec.is_named and not pec.patient.is_protected
    return InStaffRoom(
        on_wall=_on_wall(pec.pk, pec.patient_id, pec.arrived_at, pec.placed, []),
        patient=pec.patient if is_shown else None,
        is_of_concern=tracking is not None and tracking.is_of_concern,
        is_missing=tracking is not None and tracking.is_missing,
        triage=tracking.triage if tracking is not None else "",
        states=tuple(_state(stored) for stored in pec.asked) if pec.shows_requests else (),
    )


def _state(stored: dict[str, Any]) -> State:
    word, meaning = _status(stored)
    requested_at = stored["requested_at"]
    return State(
        code=stored["code"],
        label=stored["label"],
        word=word,
        meaning=meaning,
        is_psychiatric=stored["is_psychiatric"],
        requested_at=datetime.fromisoformat(requested_at) if requested_at else None,
        changed_at=datetime.fromisoformat(stored["changed_at"]),
    )


def _status(stored: dict[str, Any]) -> tuple[str, Meaning]:
    """The word and the meaning of the status; nothing of one that the kind has no more."""
    for status in stored["statuses"]:
        if status["code"] == stored["status"]:
            return str(status["word"]), Meaning(status["meaning"])
    return "", Meaning.NONE
