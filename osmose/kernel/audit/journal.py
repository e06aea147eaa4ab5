"""Writing and asking the journal. If a line can't be written, nothing is shown or saved."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db.models import Q

from osmose.kernel.access.actor import Actor
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb
from osmose.kernel.db import prepared

# A page left open longer than this is a new visit: its next refresh is journaled anew.
VISIT = timedelta(hours=12)


class _Lines:
    """The subjects and persons of the allowed lines added inside a `noting` block."""

    def __init__(self) -> None:
        self.about: set[uuid.UUID] = set()


_noted: ContextVar[_Lines | None] = ContextVar("osmose_noted_lines", default=None)


@contextmanager
def noting() -> Iterator[_Lines]:
    """What the journal says of the block: the guard of a post asks whether what it shows was journaled."""
    lines = _Lines()
    token = _noted.set(lines)
    try:
        yield lines
    finally:
        _noted.reset(token)


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
    subjects, persons = list(dict.fromkeys(subjects)), list(dict.fromkeys(persons))
    if outcome == Outcome.ALLOWED and (noted := _noted.get()) is not None:
        noted.about.update(subjects, persons)
    entry = AccessEntry(
        actor_id=actor.id,
        actor_kind=actor.kind,
        role=str(acting.role) if acting else "",
        unit_id=acting.unit_id if acting else None,
        verb=verb,
        outcome=outcome,
        door=door,
        policy=policy,
        subjects=subjects,
        persons=persons,
        parent=parent,
        request_id=actor.request_id,
        address=actor.address or None,
        workstation=actor.workstation,
    )
    return prepared.insert(entry)


def shown_by_visit(*, actor: Actor, verb: Verb, visit: uuid.UUID, now: datetime) -> set[uuid.UUID] | None:
    """The subjects already journaled under this verb by this page visit of this actor, its refreshes included.

    None when it is no visit of theirs, or too old. The verb counts: a line of a list doesn't stand for its record.
    """
    entries = AccessEntry.objects.filter(
        Q(uid=visit) | Q(parent=visit),
        actor_id=actor.id,
        verb=verb,
        outcome=Outcome.ALLOWED,
        recorded_at__gt=now - VISIT,
    )
    lines = list(entries.values_list("uid", "subjects"))
    if visit not in {uid for uid, _ in lines}:
        return None
    return {subject for _, subjects in lines for subject in subjects}
