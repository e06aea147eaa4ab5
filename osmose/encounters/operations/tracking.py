"""Writing what is noted of the patient, one field at a time."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from osmose.encounters import events
from osmose.encounters.events import TrackingChanged
from osmose.encounters.lifecycle.tracking import Concern, Decision, Tracked, read_value
from osmose.encounters.models import Encounter, Tracking
from osmose.encounters.models.tracking import PLAIN_FIELDS
from osmose.encounters.operations.rows import save
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.freeze import thaw
from osmose.kernel.events.record import record
from osmose.patients.rules.ages import is_minor

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
    before = row.stored(field)
    _put(row, field, value.as_json() if value else None)
    kind = EVENTS[field]
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
    """What the event of a worry, or of a decision, also tells."""
    if isinstance(value, Decision):
        return {
            "choice": value.choice.value,
            "title": value.title,
            "decided_by": value.decided_by,
            "text": value.text,
        }
    if not isinstance(value, Concern):
        return {}
    return {
        "is_set": value.is_set,
        "is_minor": _is_minor(encounter, at),
        "text": value.text,
        "reasons": [reason.value for reason in value.reasons],
    }


def _is_minor(encounter: Encounter, at: datetime) -> bool:
    born = encounter.patient.birth_date
    return born is not None and is_minor(born, paris(at).date())


def _put(row: Tracking, field: str, stored: Any) -> None:
    setattr(row, field, (stored or "") if field in PLAIN_FIELDS else stored)
    fields = [field]
    if field == "concern":
        value = read_value(field, stored)
        row.is_of_concern = isinstance(value, Concern) and value.is_set
        fields.append("is_of_concern")
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
