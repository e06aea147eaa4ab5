"""A note becomes a row that nothing changes any more."""

from datetime import datetime, timedelta

from osmose.encounters.models import Encounter
from osmose.encounters.operations.hours import require_possible
from osmose.handover.models import HandoverNote
from osmose.handover.operations.addressing import address
from osmose.handover.rules import Written, require_whole
from osmose.handover.rules.shapes import SHAPES
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused


@operation
def sign(*, actor: Actor, encounter: Encounter, written: Written, now: datetime) -> HandoverNote:
    """The note and its recipients. `Refused`: see `rules.require_whole`, `address`, and hours outside the passage."""
    require_whole(written, now)
    if written.for_unit and actor.acting_unit_id is None:
        raise Refused("Choisissez d’abord l’unité pour laquelle vous écrivez.", field="readers", code="no-unit")
    occurred_at = _told(written.occurred_at, encounter, now)
    is_structured = written.kind in SHAPES
    note = HandoverNote.objects.create(
        encounter=encounter,
        data_key_id=encounter.data_key_id,
        kind=written.kind,
        stage=written.stage if written.kind == "macro" else "",
        text="" if is_structured else written.text,
        focus=(written.focus or None) if written.kind == "focus" else None,
        parts=_parts(written) if is_structured else None,
        third_party=written.third_party or None,
        is_urgent=written.is_urgent,
        answer_by=written.answer_by,
        author_id=actor.id,
        author_words=" · ".join(w for w in (actor.name, actor.unit_label) if w),
        care_unit_id=actor.acting_unit_id,
        confidential_unit_id=actor.acting_unit_id if written.for_unit else None,
        confidential_category="" if written.for_unit else written.category,
        occurred_at=occurred_at,
        recorded_at=now,
    )
    address(actor=actor, encounter=encounter, note=note, written=written, now=now)
    return note


def forms_of(note: HandoverNote) -> list[str]:
    """What a timeline may be asked for of a note, told with its event: its form, whether it is urgent."""
    return [f"note:{note.kind}", *(["note:urgent"] if note.is_urgent else [])]


def _told(at: datetime | None, encounter: Encounter, now: datetime) -> datetime:
    """The hour of the facts, now by default; an hour is typed to the minute, and so is that of the arrival."""
    if at is None:
        return now
    if at < encounter.arrived_at < at + timedelta(minutes=1):
        return encounter.arrived_at
    require_possible(encounter, at, now, until=None)
    return at


def _parts(written: Written) -> dict[str, str]:
    return {name: text for name in SHAPES[written.kind].names if (text := written.parts.get(name, ""))}
