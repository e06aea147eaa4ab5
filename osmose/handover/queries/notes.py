"""Reading handover notes through the policy."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from osmose.encounters.models import Encounter
from osmose.handover.models import AdditionKind, HandoverNote, NoteAddition, NoteKind
from osmose.handover.policies import READ
from osmose.handover.queries.after import awaiting, with_after
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.db import embedded

# Lists show the same to everybody of an audience: what is kept for some stays out of them.
_OPEN = {"confidential_unit": None, "confidential_category": ""}


def notes_by_id(
    ids: Iterable[uuid.UUID], actor: Actor, now: datetime, *, encounter_id: uuid.UUID | None = None
) -> dict[uuid.UUID, HandoverNote]:
    """These notes, where the actor may read them, with their recipients and all that happened since: one query.

    With `encounter_id`, the PEC that they are all of, those that still await a result or an answer come too.
    """
    wanted = tuple(ids)
    if encounter_id is not None:
        found = _of_encounter(wanted, encounter_id, actor, now)
    else:
        found = _among(wanted, actor, now) if wanted else []
    return {note.pk: note for note in found}


@Recipe
def _of_encounter(
    ids: tuple[uuid.UUID, ...], encounter_id: uuid.UUID, actor: Actor, now: datetime
) -> QuerySet[HandoverNote]:
    rows = READ.rows(actor, now).filter(Q(pk__among=ids) | awaiting(), encounter_id=encounter_id)
    return with_after(rows, encounter_id, now)


@Recipe
def _among(ids: tuple[uuid.UUID, ...], actor: Actor, now: datetime) -> QuerySet[HandoverNote]:
    return with_after(READ.rows(actor, now).filter(pk__among=ids), None, now)


def focus_notes(encounter_id: uuid.UUID, actor: Actor, now: datetime) -> list[HandoverNote]:
    """The transmissions ciblées of a PEC that the actor may read, the oldest first: one query."""
    rows = READ.rows(actor, now).filter(encounter_id=encounter_id, kind=NoteKind.FOCUS)
    return list(rows.select_related("data_key").order_by("id"))


def with_last_note(rows: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """The PECs with their last note annotated (`last_note_of`), in the same query.

    Never a confidential one, a struck one, or one of another record: a list shows the same to everybody of an audience.
    """
    notes = HandoverNote.objects.filter(encounter_id=OuterRef("pk"), misfiling=None, **_OPEN)
    last = (
        _standing(notes)
        .order_by("-occurred_at", "-id")
        .values(json=embedded.columns("id", "data_key_id", "kind", "text", "focus", "parts"))
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
    last = _standing(rows).order_by("encounter_id", "-occurred_at", "-id").distinct("encounter_id")
    return {note.encounter_id: note for note in last}


def _standing(notes: QuerySet[HandoverNote]) -> QuerySet[HandoverNote]:
    """Those that are not struck through."""
    struck = NoteAddition.objects.filter(note_id=OuterRef("pk"), kind=AdditionKind.STRIKE)
    return notes.filter(~Exists(struck))
