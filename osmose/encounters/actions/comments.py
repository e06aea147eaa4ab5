"""A word on one's own click, which becomes part of its entry in the timeline."""

import dataclasses
import uuid
from datetime import datetime

from osmose.encounters import events
from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows
from osmose.encounters.policies import ASK, COMMENT
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions, undo
from osmose.kernel.actions.deeds import action
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.record import record

COMMENT_MAX = 500


@action(may=COMMENT, subject="encounter")
def comment_event(
    *, actor: Actor, encounter: Encounter, event_uid: uuid.UUID, comment: str, now: datetime
) -> Encounter:  # fmt: skip
    """Adds a comment to one's own click: the same event again, at the same hour, in the place of the first one.

    Nothing of what the click changed moves, so nobody else's page grows stale, and the ten seconds to undo go on from
    the click. One comment a click, for good. `Refused`: somebody else's click, one that was changed or undone since,
    one that is no click on a field, a second comment.
    """
    row = rows.lock(encounter)
    event = undo.require_own(timeline.by_uid(row.pk, event_uid), actor=actor)
    told = timeline.read(event)
    payload = told.payload
    if not isinstance(payload, events.FieldChanged):
        raise Refused(
            "Cette action ne se commente pas\u202f: écrivez une transmission.", code="comment-kind", status=409
        )
    if isinstance(payload, events.OF_REQUESTS) and not ASK.allows(actor, row, now):
        raise NotVisible
    if payload.comment:
        raise Refused(
            "Cette action porte déjà un commentaire\u202f: complétez-le par une transmission.",
            code="comment-done",
            status=409,
        )
    field = event.changed[0]
    if revisions.revision(row, field) != payload.revision:
        raise Refused(
            "Quelqu’un a modifié ce champ depuis\u202f: écrivez une transmission.", code="comment-stale", status=409
        )
    again = dataclasses.replace(payload, comment=comment, clicked_at=events.clicked_at(told).isoformat())
    record(again, subject=row, actor=actor, at=event.occurred_at, changed=[field], undoes=event.uid)
    return rows.save(row)
