"""Reading handover notes through the policy."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery

from osmose.encounters.models import Encounter
from osmose.handover.models import HandoverNote, NoteRecipient
from osmose.handover.policies import READ
from osmose.kernel.access.actor import Actor
from osmose.kernel.db import embedded

# Lists show the same to everybody of an audience: what is kept for some stays out of them.
_OPEN = {"confidential_unit": None, "confidential_category": ""}


def notes_by_id(ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> dict[uuid.UUID, HandoverNote]:
    """These notes with their recipients (`recipients_of`), where the actor may read them: one query."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = READ.rows(actor, now).filter(pk__in=wanted).annotate(recipients_json=_recipients())
    return {note.pk: note for note in found}


def _recipients() -> ArraySubquery:
    sent = NoteRecipient.objects.filter(note_id=OuterRef("pk")).order_by("id")
    return ArraySubquery(sent.values(json=embedded.columns("id", "data_key_id", "care_unit_id", "user_id", "words")))


def recipients_of(note: HandoverNote) -> list[NoteRecipient]:
    """To whom a note read by `notes_by_id` is addressed, in the order it was."""
    return [embedded.revived(NoteRecipient, stored) for stored in getattr(note, "recipients_json", ())]


def with_last_note(rows: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """The PECs with their last note annotated (`last_note_of`), in the same query; never a confidential one."""
    notes = HandoverNote.objects.filter(encounter_id=OuterRef("pk"), **_OPEN)
    last = notes.order_by("-occurred_at", "-id").values(
        json=embedded.columns("id", "data_key_id", "kind", "text", "focus", "parts")
    )
    return rows.annotate(last_note=Subquery(last[:1]))


def last_note_of(encounter: Encounter) -> HandoverNote | None:
    """The last note of a PEC read `with_last_note`; whoever shows it checks that notes are shared."""
    stored = getattr(encounter, "last_note", None)
    return embedded.revived(HandoverNote, stored) if stored else None


def last_notes(encounter_ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> dict[uuid.UUID, HandoverNote]:
    """The last note of each PEC that the actor may read and that is kept for nobody in particular: one query."""
    wanted = list(encounter_ids)
    if not wanted:
        return {}
    rows = READ.rows(actor, now).filter(encounter_id__in=wanted, **_OPEN)
    last = rows.order_by("encounter_id", "-occurred_at", "-id").distinct("encounter_id")
    return {note.encounter_id: note for note in last}
