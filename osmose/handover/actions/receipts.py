"""Saying what one has read."""

import uuid
from collections.abc import Collection
from datetime import datetime

from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ as OPEN
from osmose.handover.models import Receipt
from osmose.handover.policies import READ
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import personal_action
from osmose.kernel.events import tell


@personal_action(may=OPEN, subject="encounter")
def mark_read(*, actor: Actor, encounter: Encounter, note_ids: Collection[uuid.UUID], now: datetime) -> int:
    """Notes of the PEC that the actor had before their eyes; their own and those they may not read are left out.

    Returns how many were new. Neither event nor version: nothing of the patient changed, and nobody's page is drawn
    again for it (`queries.read_since` tells the pages that show the count).
    """
    readable = READ.rows(actor, now).filter(pk__in=list(note_ids), encounter_id=encounter.pk)
    wanted = readable.exclude(author_id=actor.id).exclude(receipts__reader_id=actor.id)
    fresh = [
        Receipt(note_id=pk, reader_id=actor.id, care_unit_id=actor.acting_unit_id, seen_at=now)
        for pk in wanted.values_list("pk", flat=True)
    ]
    # The same page in two tabs: the first one counts.
    Receipt.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        tell("unread", actor.id)
    return len(fresh)
