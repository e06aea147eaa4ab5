"""What waits for an answer, in one quiet line above the list; personal, so never in a row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.queries.waiting import PendingRelay


@dataclass(frozen=True)
class Strip:
    """One relais: what it is, whether it is mine to answer, since when, and whether nobody answered in time."""

    id: str
    words: str
    is_mine_to_answer: bool
    is_late: bool
    sent_at: datetime


def strips(relays: Iterable[PendingRelay], now: datetime) -> tuple[Strip, ...]:
    """Those to answer first, then the oldest."""
    ordered = sorted(relays, key=lambda relay: (not relay.is_mine_to_answer, relay.sent_at))
    return tuple(
        Strip(str(relay.id), _words(relay), relay.is_mine_to_answer, relay.is_late(now), relay.sent_at)
        for relay in ordered
    )


def _words(relay: PendingRelay) -> str:
    count = "1 patient" if relay.patients == 1 else f"{relay.patients} patients"
    if relay.is_asked:
        whose = f"{relay.other} vous demande le relais" if relay.is_giver else f"Relais demandé à {relay.other}"
        return f"{whose}\u202f: {count}"
    return f"{count} en relais à {relay.other}" if relay.is_giver else f"{relay.other} vous propose {count}"
