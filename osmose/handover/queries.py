"""Reading handover notes through the policy."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from osmose.handover.models import HandoverNote
from osmose.handover.policies import READ
from osmose.kernel.access.actor import Actor


def notes_by_id(ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> dict[uuid.UUID, HandoverNote]:
    """These notes, where the actor may read them: one query."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {note.pk: note for note in READ.rows(actor, now).filter(pk__in=wanted)}
