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
    entry = line(
        actor=actor,
        verb=verb,
        door=door,
        policy=policy,
        subjects=subjects,
        persons=persons,
        outcome=outcome,
        parent=parent,
    )
    if outcome == Outcome.ALLOWED and (noted := _noted.get()) is not None:
        noted.about.update(entry.subjects, entry.persons)
    return prepared.insert(entry)


def append_all(lines: Iterable[AccessEntry]) -> None:
    """Adds several lines at once, in the caller's transaction: all or none."""
    AccessEntry.objects.bulk_create(list(lines))


def line(
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
    """One line, for `append_all`; nothing is written yet."""
    acting = actor.acting
    subjects, persons = list(dict.fromkeys(subjects)), list(dict.fromkeys(persons))
    return AccessEntry(
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


def displayed_by(actor: Actor, verb: Verb) -> set[uuid.UUID] | None:
    """What a screen that nobody holds shows since its last line; None where it has shown nothing yet.

    Each line of a screen holds all that it showed from then to its next line: both ends are in the journal.
    """
    entries = AccessEntry.objects.filter(actor_id=actor.id, verb=verb, outcome=Outcome.ALLOWED)
    subjects = entries.order_by("-recorded_at", "-id").values_list("subjects", flat=True).first()
    return None if subjects is None else set(subjects)


def refusals_of(actor: Actor, *, since: datetime, most: int, address: str | None = None) -> int:
    """How often this actor was refused since then, no further than `most`; from one address where one is given."""
    entries = AccessEntry.objects.filter(actor_id=actor.id, outcome=Outcome.REFUSED, recorded_at__gt=since)
    if address is not None:
        entries = entries.filter(address=address or None)
    return entries.order_by("-recorded_at")[:most].count()
