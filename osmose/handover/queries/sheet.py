"""What the handover sheet of a unit reads: its patients, what hangs on each, what was told since an hour."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from osmose.encounters.events import FieldChanged, Undone
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Assignment, Encounter, SectorDuty
from osmose.encounters.policies import READ
from osmose.encounters.queries import to_draw, with_place, with_scope
from osmose.encounters.queries.listed import InCharge
from osmose.handover.events import HandoverRead
from osmose.handover.models import ReadBack
from osmose.handover.policies import SHEET
from osmose.handover.queries.treatments import with_last_sedation
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant
from osmose.kernel.events import timeline
from osmose.kernel.events.timeline import Entry
from osmose.organisations.models import CareUnit, Sector, UnitKind

_USER = ("function", "given_name", "family_name")
_WHO = {name: F(f"user__{name}") for name in _USER}


@dataclass(frozen=True)
class SheetSector:
    """A sector of the unit: the places that are in it, and the accounts that hold it now."""

    id: uuid.UUID
    name: str
    places: frozenset[str]
    holders: tuple[InCharge, ...]


@dataclass(frozen=True)
class Read:
    """Who took note of a patient, when, and of which version of the PEC."""

    user_id: uuid.UUID
    who: str
    at: datetime
    version: int


def sheet_unit(unit_id: uuid.UUID, actor: Actor, now: datetime) -> CareUnit | None:
    """The unit, where the actor cares there: one query."""
    return SHEET.rows(actor, now).filter(pk=unit_id).select_related("establishment").first()


def on_sheet(unit: CareUnit, since: datetime, actor: Actor, now: datetime) -> QuerySet[Encounter]:
    """Its patients: who is there, and who left since an hour.

    Of an emergency department or a ward, those whom it has; of any other unit, those whose care it takes part in.
    """
    if unit.kind in (UnitKind.EMERGENCY, UnitKind.WARD):
        theirs = Q(care_unit_id=unit.pk)
    else:
        theirs = Q(pk__in=Grant.objects.in_force(now).filter(unit_id=unit.pk).values("subject_id"))
    here = Q(status=EncounterStatus.ACTIVE) | (Q(exited_at__gte=since) & ~Q(status=EncounterStatus.CANCELLED))
    return READ.rows(actor, now).filter(theirs, here)


def sheet_ids(unit: CareUnit, since: datetime, actor: Actor, now: datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(PEC, patient) of each of them, for the journal: one query."""
    return list(on_sheet(unit, since, actor, now).order_by("arrived_at", "pk").values_list("pk", "patient_id"))


def to_hand_over(
    ids: Iterable[uuid.UUID], unit: CareUnit, shift_starts_at: datetime, actor: Actor, now: datetime
) -> list[Encounter]:
    """These PECs with all that their block shows (place, requests, référents, last sedation, who read): one query."""
    in_charge = Assignment.objects.filter(encounter_id=OuterRef("pk"), ends_at=None).order_by("role")
    rows = with_last_sedation(with_scope(with_place(to_draw(ids, actor, now)), actor, now))
    return list(
        rows.annotate(
            in_charge=ArraySubquery(in_charge.values(json=JSONObject(role="role", id="user_id", **_WHO))),
            read_backs_json=_read(unit.pk, shift_starts_at),
        ).order_by("arrived_at", "pk")
    )


def _read(unit_id: uuid.UUID, shift_starts_at: datetime) -> ArraySubquery:
    rows = ReadBack.objects.filter(
        encounter_id=OuterRef("pk"), care_unit_id=unit_id, shift_starts_at=shift_starts_at, cancelled_at=None
    )
    return ArraySubquery(
        rows.order_by("read_at").values(json=JSONObject(id="user_id", at="read_at", version="version", **_WHO))
    )


def referents_of(encounter: Encounter) -> tuple[InCharge, ...]:
    """Who is in charge of a PEC read by `to_hand_over`, in the order of roles."""
    stored: list[dict[str, Any]] = getattr(encounter, "in_charge", None) or []
    people = [_person(one, str(one["role"])) for one in stored]
    return tuple(sorted(people, key=lambda one: list(Referent).index(Referent(one.role))))


def read_backs_of(encounter: Encounter) -> tuple[Read, ...]:
    """Who took note of a PEC read by `to_hand_over`, the first first."""
    return tuple(_told(one) for one in getattr(encounter, "read_backs_json", None) or ())


def read_backs_now(
    ids: Iterable[uuid.UUID], unit: CareUnit, shift_starts_at: datetime, actor: Actor, now: datetime
) -> list[Encounter]:
    """These PECs with nothing but who took note of them: one query."""
    rows = READ.rows(actor, now).filter(pk__in=list(ids)).only("id", "version", "status")
    return list(rows.annotate(read_backs_json=_read(unit.pk, shift_starts_at)).order_by("pk"))


def state_of_sheet(unit: CareUnit, shift_starts_at: datetime, actor: Actor, now: datetime) -> str:
    """A word that changes with what the sheet shows; nothing of any patient is read: one query."""
    rows = on_sheet(unit, shift_starts_at, actor, now).select_related("patient")
    rows = rows.only("id", "version", "patient__id", "patient__version")
    return state_of(rows.annotate(read_backs_json=_read(unit.pk, shift_starts_at)).order_by("pk"), actor)


def state_of(rows: Iterable[Encounter], actor: Actor) -> str:
    """The same word, of rows read by `to_hand_over`. What the reader took note of changes nothing for them."""
    parts = sorted(
        f"{row.pk}.{row.version}.{row.patient.version}."
        + ",".join(str(read.user_id) for read in read_backs_of(row) if read.user_id != actor.id)
        for row in rows
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _told(one: dict[str, Any]) -> Read:
    return Read(uuid.UUID(one["id"]), _person(one).words, datetime.fromisoformat(one["at"]), int(one["version"]))


def _person(one: dict[str, Any], role: str = "") -> InCharge:
    return InCharge(role, uuid.UUID(one["id"]), *(one[name] for name in _USER))


def sectors_of(unit_id: uuid.UUID) -> list[SheetSector]:
    """The sectors of a unit in their order, with their places and who holds them: one query."""
    places = Sector.locations.through.objects.filter(sector_id=OuterRef("pk")).values("location_id")
    duties = SectorDuty.objects.filter(sector_id=OuterRef("pk"), ends_at=None).order_by("role")
    rows = Sector.objects.filter(care_unit_id=unit_id, ended_at=None).annotate(
        place_ids=ArraySubquery(places),
        duties_json=ArraySubquery(duties.values(json=JSONObject(id="user_id", **_WHO))),
    )
    return [
        SheetSector(row.pk, row.name, frozenset(map(str, row.place_ids)), tuple(map(_person, row.duties_json)))
        for row in rows.order_by("order", "name")
    ]


def changes_since(ids: Iterable[uuid.UUID], since: datetime) -> dict[uuid.UUID, list[Entry]]:
    """What was told of each PEC since an hour and still stands, newest first: one query.

    Neither what was undone nor, of a field that changed twice, the first time; nor who took note of the handover. What
    was said or given is no field: two notes, or two sedations, are both told.
    """
    found = {}
    for pk, events in timeline.since(ids, since).items():
        gone = {event.undoes for event in events if event.undoes}
        kept, fields = [], set[tuple[str, ...]]()
        for event in events:
            if event.uid in gone or event.kind in (Undone.name, HandoverRead.name):
                continue
            entry = timeline.read(event)
            if isinstance(entry.payload, FieldChanged):
                if entry.changed in fields:
                    continue
                fields.add(entry.changed)
            kept.append(entry)
        if kept:
            found[pk] = kept
    return found
