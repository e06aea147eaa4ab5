"""Live displays that go on, so that one whose process was killed ends in the journal too.

The process that shows them says every few seconds that it lives. What it no longer says is closed here: the line tells
until when the display is known to have gone on, and that it was over when the line was written, at most.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from osmose.kernel.audit import journal
from osmose.kernel.audit.models import AccessEntry, OpenDisplay

SEEN_EVERY = timedelta(seconds=20)
LOST_AFTER = timedelta(seconds=70)
LOST = "_perdu"  # after the door of the opening line
_BATCH = 1000


def opened(lines: Iterable[uuid.UUID], *, process: uuid.UUID, now: datetime) -> None:
    """These opening lines begin displays of this process; in the transaction of the lines."""
    OpenDisplay.objects.bulk_create(OpenDisplay(uid=uid, process=process, seen_at=now) for uid in lines)


def ended(lines: Iterable[uuid.UUID]) -> None:
    """Their end is written; in the transaction of its line."""
    OpenDisplay.objects.filter(uid__in=list(lines)).delete()


def seen(*, process: uuid.UUID, now: datetime) -> set[uuid.UUID]:
    """This process lives; which of its displays the journal still holds open (the others were taken for lost)."""
    theirs = OpenDisplay.objects.filter(process=process)
    with transaction.atomic():
        theirs.update(seen_at=now)
        return set(theirs.values_list("uid", flat=True))


def close_lost(now: datetime) -> int:
    """Ends the displays of processes that no longer say that they live; returns how many."""
    with transaction.atomic():
        silent = OpenDisplay.objects.select_for_update(skip_locked=True).filter(seen_at__lt=now - LOST_AFTER)
        lost = {row.uid: row.seen_at for row in silent.order_by("seen_at")[:_BATCH]}
        openings = AccessEntry.objects.filter(uid__in=list(lost)) if lost else AccessEntry.objects.none()
        journal.append_all(_end_of(opening, lost[opening.uid]) for opening in openings)
        ended(lost)
    return len(lost)


def _end_of(opening: AccessEntry, seen_at: datetime) -> AccessEntry:
    return AccessEntry(
        actor_id=opening.actor_id,
        actor_kind=opening.actor_kind,
        role=opening.role,
        unit_id=opening.unit_id,
        verb=opening.verb,
        outcome=opening.outcome,
        door=opening.door + LOST,
        policy=opening.policy,
        parent=opening.uid,
        request_id=opening.request_id,
        address=opening.address,
        workstation=opening.workstation,
        known_until=seen_at,
    )
