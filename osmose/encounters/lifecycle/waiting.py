"""Who waits, since when, and in which order a list shows them; pure Python.

Only instants are compared, never how long ago they were: the order depends neither on the clock of who looks nor on
a time zone, and stays the same from one second to the next.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from osmose.encounters.lifecycle.requests import Meaning

NEVER = datetime.max.replace(tzinfo=UTC)  # whoever waits for nothing comes after all who wait
# Being promised a visit, or too sedated for it, is waiting still: it is the visit that ends the wait.
UNMET = frozenset({Meaning.WAITING, Meaning.ACKNOWLEDGED, Meaning.DEFERRED})
# Somebody whose interview was interrupted is waiting for the next part of it.
TO_SEE = UNMET | {Meaning.PAUSED}
# Over, with nothing to come: a result not seen yet is something to come. Cancelled, nothing was done.
OVER = frozenset({Meaning.DONE, Meaning.SEEN, Meaning.ADVISED})
TRIAGE_ORDER = ("1", "2", "3A", "3B", "4", "5", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """A current request, as a list knows it: what its status means, since when, and who is asked."""

    meaning: Meaning
    is_psychiatric: bool
    requested_at: datetime | None
    changed_at: datetime
    unit_id: uuid.UUID | None = None
    unit: str = ""

    @property
    def waits_since(self) -> datetime | None:
        """Since it was asked, as long as somebody waits for it."""
        if self.meaning in UNMET or (self.is_psychiatric and self.meaning is Meaning.PAUSED):
            # In UTC: two instants of one local zone are compared by the clock on its wall, wrongly when clocks change.
            return (self.requested_at or self.changed_at).astimezone(UTC)
        return None


@dataclass(frozen=True, slots=True)
class Waits:
    """What one patient waits for: the oldest psychiatric wait and the oldest of the others."""

    psychiatry: datetime | None = None
    other: datetime | None = None

    @classmethod
    def of(cls, requests: Iterable[Asked]) -> "Waits":
        psychiatry, other = NEVER, NEVER
        for request in requests:
            since = request.waits_since
            if since is None:
                continue
            if request.is_psychiatric:
                psychiatry = min(psychiatry, since)
            else:
                other = min(other, since)
        return cls(None if psychiatry is NEVER else psychiatry, None if other is NEVER else other)


def psychiatric_meanings(requests: Iterable[Asked]) -> frozenset[Meaning]:
    """What the psychiatric requests of a PEC mean; empty where none was made."""
    return frozenset(r.meaning for r in requests if r.is_psychiatric and r.meaning is not Meaning.NONE)


def is_to_see(meanings: frozenset[Meaning]) -> bool:
    """« Psy à voir »: asked, promised, put off or interrupted."""
    return bool(meanings & TO_SEE)


def is_over(meanings: frozenset[Meaning]) -> bool:
    """« Psy terminée »: something was done, and nothing is left to do."""
    return bool(meanings & OVER) and not meanings & {*TO_SEE, Meaning.RUNNING, Meaning.AVAILABLE}


def by_attention(
    *,
    has_exited: bool,
    is_missing: bool,
    is_of_concern: bool,
    waits: Waits,
    arrived_at: datetime,
    tie: uuid.UUID,
) -> tuple[Any, ...]:
    """The default order: introuvable first, then préoccupant, the longest psychiatric wait, the longest other, arrival.

    Whoever has left comes last. Total: two PECs are never equal.
    """
    return (
        has_exited,
        not is_missing,
        not is_of_concern,
        waits.psychiatry or NEVER,
        waits.other or NEVER,
        arrived_at.astimezone(UTC),
        tie,
    )


def triage_rank(triage: str) -> int:
    """1 first; whoever has not been sorted comes last."""
    return TRIAGE_ORDER.index(triage) if triage in TRIAGE_ORDER else len(TRIAGE_ORDER)
