"""Writing what is noted of the patient, one field at a time."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from osmose.encounters import events
from osmose.encounters.events import TrackingChanged
from osmose.encounters.lifecycle.tracking import Concern, Decision, Restraint, Tracked, read_value, step_of
from osmose.encounters.models import Encounter, Tracking
from osmose.encounters.models.tracking import PLAIN_FIELDS
from osmose.encounters.operations.rows import save
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.freeze import thaw
from osmose.kernel.events.record import record

EVENTS: Mapping[str, type[TrackingChanged]] = {
    "concern": events.ConcernChanged,
    "triage": events.TriageChanged,
    "ccmu": events.CcmuChanged,
    "company": events.CompanyChanged,
    "treatment": events.TreatmentChanged,
    "allergies": events.AllergiesChanged,
    "cognition": events.CognitionChanged,
    "alcohol": events.AlcoholChanged,
    "substances": events.SubstancesChanged,
    "decision": events.DecisionChanged,
    "missing": events.MissingChanged,
    "guardians": events.GuardiansChanged,
    "watch": events.WatchChanged,
    "watch_check": events.WatchDone,
    "belongings": events.BelongingsChanged,
}
# A field whose being set is in clear, for the boards.
FLAGS: Mapping[str, str] = {"concern": "is_of_concern", "missing": "is_missing"}


# A restraint is told step by step: its delays are computed from events alone.
STEPS: Mapping[str, type[TrackingChanged]] = {
    "started": events.RestraintStarted,
    "reassessed": events.RestraintReassessed,
    "ended": events.RestraintEnded,
    "corrected": events.RestraintCorrected,
}


def noted(encounter: Encounter) -> Tracking:
    """The tracking of a (locked) PEC; a new one, not saved, while nothing is noted."""
    known = Tracking.objects.filter(encounter_id=encounter.pk).first()
    return known or Tracking(encounter=encounter, data_key_id=encounter.data_key_id)


@operation
def note_field(
    *, actor: Actor, encounter: Encounter, row: Tracking, field: str, value: Tracked | None, at: datetime
) -> Encounter:
    """Writes one field and tells it."""
    before, known = row.stored(field), row.value(field)
    _put(row, field, value.as_json() if value else None)
    kind = STEPS[step_of(known, value)] if field == "restraint" else EVENTS[field]
    told = kind(
        before=_json(before),
        after=_json(row.stored(field)),
        revision=revisions.bump(encounter, field),
        words=value.words if value else "",
        **_details(encounter, value, at),
    )
    record(told, subject=encounter, actor=actor, at=at, changed=[field])
    return save(encounter)


def _details(encounter: Encounter, value: Tracked | None, at: datetime) -> dict[str, Any]:
    """What the event of a worry, a decision or a restraint also tells."""
    if isinstance(value, Decision):
        return {
            "choice": value.choice.value,
            "title": value.title,
            "decided_by": value.decided_by,
            "text": value.text,
        }
    if isinstance(value, Restraint):
        return {"reason": value.reason}
    if not isinstance(value, Concern):
        return {}
    return {
        "is_set": value.is_set,
        "is_minor": is_minor_at(encounter, at),
        "text": value.text,
        "reasons": [reason.value for reason in value.reasons],
    }


def is_minor_at(encounter: Encounter, at: datetime) -> bool:
    """Whether the patient is known to be under 18 at that hour."""
    return encounter.patient.is_minor_on(paris(at).date())


def _put(row: Tracking, field: str, stored: Any) -> None:
    setattr(row, field, (stored or "") if field in PLAIN_FIELDS else stored)
    fields = [field]
    if flag := FLAGS.get(field):
        value = read_value(field, stored)
        setattr(row, flag, value is not None and getattr(value, "is_set", True))
        fields.append(flag)
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=fields)


def _json(stored: Any) -> str:
    return "" if stored in (None, "") else json.dumps(thaw(stored), ensure_ascii=False, sort_keys=True)


@operation
def restore_field(*, encounter: Encounter, told: TrackingChanged) -> None:
    """Puts back what an event replaced."""
    _put(noted(encounter), told.field, json.loads(told.before) if told.before else None)
    revisions.bump(encounter, told.field)


@operation
def move_field(*, encounter: Encounter, told: TrackingChanged, before: datetime, at: datetime) -> TrackingChanged:
    """The hours that the click wrote in the value, at the hour when it really happened; returns what is told then."""
    row = noted(encounter)
    value = row.value(told.field)
    moved = getattr(value, "moved", None)
    if value is None or moved is None:
        return told
    after: Tracked = moved(before, at)
    if after == value:
        return told
    _put(row, told.field, after.as_json())
    return replace(told, after=_json(row.stored(told.field)), words=after.words)
