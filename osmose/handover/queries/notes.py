"""Reading handover notes through the policy."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from osmose.encounters.models import Encounter
from osmose.handover.models import HandoverNote
from osmose.handover.policies import READ
from osmose.kernel.access.actor import Actor
from osmose.kernel.db import embedded


def notes_by_id(ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> dict[uuid.UUID, HandoverNote]:
    """These notes, where the actor may read them: one query."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {note.pk: note for note in READ.rows(actor, now).filter(pk__in=wanted)}


def with_last_note(rows: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """The PECs with their last note annotated (`last_note_of`), in the same query.

    Never a confidential one: a list shows the same to everybody of an audience.
    """
    notes = HandoverNote.objects.filter(encounter_id=OuterRef("pk"), confidential_unit=None)
    last = notes.order_by("-occurred_at", "-id").values(json=embedded.columns("id", "data_key_id", "text"))
    return rows.annotate(last_note=Subquery(last[:1]))


def last_note_of(encounter: Encounter) -> HandoverNote | None:
    """The last note of a PEC read `with_last_note`; whoever shows it checks that notes are shared."""
    stored = getattr(encounter, "last_note", None)
    return embedded.revived(HandoverNote, stored) if stored else None


def last_notes(encounter_ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> dict[uuid.UUID, HandoverNote]:
    """The last note of each PEC that the actor may read and that is kept for no unit: one query."""
    wanted = list(encounter_ids)
    if not wanted:
        return {}
    rows = READ.rows(actor, now).filter(encounter_id__in=wanted, confidential_unit=None)
    last = rows.order_by("encounter_id", "-occurred_at", "-id").distinct("encounter_id")
    return {note.encounter_id: note for note in last}
