"""« À lire »: what is addressed to somebody, or to a unit of theirs, and that they have not read yet."""

import json
import uuid
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from osmose.encounters.lifecycle import OPEN
from osmose.encounters.queries import Beside
from osmose.handover.models import AdditionKind, HandoverNote, MisfilingNotice, NoteAddition, NoteRecipient, Receipt
from osmose.handover.policies import READ
from osmose.handover.queries.after import with_after
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.access.roles import CLINICAL

_OPEN = [status.value for status in OPEN]
# Beyond, a number says enough, and nobody reads on.
MOST = 200
_COUNTED = """(
    SELECT coalesce(json_object_agg(u.encounter_id, u.notes), '{{}}')::text FROM ({counts}) u(encounter_id, notes)
)"""


def _unread(actor: Actor, now: datetime) -> QuerySet[HandoverNote]:
    """Of the open PECs, the notes of others addressed to the actor or a unit of theirs; a struck one says nothing."""
    addressed = NoteRecipient.objects.filter(
        Q(care_unit_id__in=actor.unit_ids(*CLINICAL)) | Q(user_id=actor.id), note_id=OuterRef("pk")
    )
    read = Receipt.objects.filter(note_id=OuterRef("pk"), reader_id=actor.id)
    struck = NoteAddition.objects.filter(note_id=OuterRef("pk"), kind=AdditionKind.STRIKE.value)
    rows = READ.rows(actor, now).filter(Exists(addressed), ~Exists(read), ~Exists(struck))
    return rows.filter(encounter__status__in=_OPEN).exclude(author_id=actor.id)


@Recipe
def _counts(actor: Actor, now: datetime) -> QuerySet[HandoverNote, tuple[uuid.UUID, int]]:
    rows = _unread(actor, now).order_by().values("encounter_id").annotate(notes=Count("pk"))
    return rows.values_list("encounter_id", "notes")


@Recipe
def _notices(user_id: uuid.UUID) -> QuerySet[MisfilingNotice]:
    return MisfilingNotice.objects.filter(reader_id=user_id, known_at=None)


def unread_beside(actor: Actor, now: datetime) -> Beside:
    """How many notes there are to read of each PEC, for the listing of the board to say in its own query."""
    written = _counts.statement(actor, now)
    if written is None:
        return Beside("'{}'")
    counts, params = written
    return Beside(_COUNTED.format(counts=counts), params)


def unread_of(said: str) -> dict[uuid.UUID, int]:
    """What `unread_beside` had the listing say."""
    return {uuid.UUID(pk): int(count) for pk, count in json.loads(said or "{}").items()}


def count_to_read(actor: Actor, now: datetime) -> int:
    """Notes to read, and errors of record to know of: two queries."""
    return sum(count for _, count in _counts(actor, now)) + len(_notices(actor.id))


def notes_to_read(actor: Actor, now: datetime) -> list[HandoverNote]:
    """The notes to read, urgent first, then the oldest; with their PEC and patient: one query."""
    rows = _unread(actor, now).select_related("data_key", "encounter__patient", "encounter__care_unit")
    return list(with_after(rows, None, now).order_by("-is_urgent", "occurred_at", "id")[:MOST])


def notices_to_know(actor: Actor) -> list[MisfilingNotice]:
    """What one had read and was of somebody else, the last first: one query."""
    rows = MisfilingNotice.objects.filter(reader_id=actor.id, known_at=None)
    return list(rows.select_related("misfiling__encounter", "misfiling__data_key").order_by("-id")[:MOST])
