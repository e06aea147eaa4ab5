"""How a kind of request looks, for whoever defines it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.models import RequestKind, ServiceRequest
from osmose.encounters.presenters.requests import RequestBadge, request_badge, toggle_tone


@dataclass(frozen=True)
class StateSample:
    """One state of a kind: its button once pressed, its badge on the board, what may follow."""

    word: str
    tone: str
    badge: RequestBadge | None
    meaning: str
    next: str


@dataclass(frozen=True)
class KindSample:
    """How a kind looks, for whoever defines it."""

    pk: uuid.UUID
    code: str
    label: str
    icon: str
    is_psychiatric: bool
    states: tuple[StateSample, ...]
    teams: tuple[str, ...]


def kind_sample(kind: RequestKind, *, teams: Iterable[str], now: datetime) -> KindSample:
    """A kind with a sample of each of its states, as if each began now."""
    table = kind.table
    words = {status.code: status.word for status in table.statuses}
    states = [
        StateSample(
            word=status.word,
            tone=toggle_tone(kind, status),
            badge=request_badge(ServiceRequest(kind=kind, status=status.code, changed_at=now)),
            meaning=status.meaning.label,
            next=", ".join(words[code] for code in table.transitions.get(status.code, ()) if code in words),
        )
        for status in table.statuses
    ]
    return KindSample(kind.pk, kind.code, kind.label, kind.icon, kind.is_psychiatric, tuple(states), tuple(teams))
