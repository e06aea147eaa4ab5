"""Writing and asking the journal. If a line can't be written, nothing is shown or saved."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from osmose.kernel.access.actor import Actor
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb

# A page left open longer than this is a new visit: its next refresh is journaled anew.
VISIT = timedelta(hours=12)


def append(
    *,
    actor: Actor,
    verb: Verb,
    door: str,
    policy: str,
    subjects: Iterable[uuid.UUID] = (),
    persons: Iterable[uuid.UUID] = (),
    outcome: Outcome = Outcome.ALLOWED,
    parent: uuid.UUID | None = None,
) -> AccessEntry:
    """Adds one line, in the caller's transaction."""
    acting = actor.acting
    return AccessEntry.objects.create(
        actor_id=actor.id,
        actor_kind=actor.kind,
        role=str(acting.role) if acting else "",
        unit_id=acting.unit_id if acting else None,
        verb=verb,
        outcome=outcome,
        door=door,
        policy=policy,
        subjects=list(dict.fromkeys(subjects)),
        persons=list(dict.fromkeys(persons)),
        parent=parent,
        request_id=actor.request_id,
        address=actor.address or None,
        workstation=actor.workstation,
    )


def shown_by_visit(*, actor: Actor, visit: uuid.UUID, now: datetime) -> set[uuid.UUID]:
    """The subjects already journaled as shown to this actor by this page visit, its refreshes included."""
    entries = AccessEntry.objects.filter(
        Q(uid=visit) | Q(parent=visit),
        actor_id=actor.id,
        outcome=Outcome.ALLOWED,
        recorded_at__gt=now - VISIT,
    )
    return {subject for subjects in entries.values_list("subjects", flat=True) for subject in subjects}
