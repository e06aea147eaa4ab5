"""How a request and its state are said."""

from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.lifecycle import Meaning, RequestStatus
from osmose.encounters.models import RequestKind, ServiceRequest

_ICONS = {
    Meaning.NONE: "circle",
    Meaning.WAITING: "hourglass",
    Meaning.RUNNING: "loader",
    Meaning.PAUSED: "pause",
    Meaning.DONE: "circle-check",
    Meaning.REFUSED: "circle-x",
    Meaning.AVAILABLE: "eye",
    Meaning.SEEN: "check-check",
    Meaning.NOT_NEEDED: "ban",
}
_TONES = {
    Meaning.NONE: "neutral",
    Meaning.WAITING: "warning",
    Meaning.RUNNING: "info",
    Meaning.PAUSED: "warning",
    Meaning.DONE: "neutral",
    Meaning.REFUSED: "warning",
    Meaning.AVAILABLE: "info",
    Meaning.SEEN: "neutral",
    Meaning.NOT_NEEDED: "neutral",
}
# The letter of a pressed toggle's tone (n neutral, w warning, i info, s success, p psychiatry).
_LETTERS = {
    Meaning.NONE: "n",
    Meaning.WAITING: "w",
    Meaning.RUNNING: "i",
    Meaning.PAUSED: "w",
    Meaning.DONE: "s",
    Meaning.REFUSED: "w",
    Meaning.AVAILABLE: "i",
    Meaning.SEEN: "s",
    Meaning.NOT_NEEDED: "n",
}
# Only what lasts shows how long it has lasted: a finished request is quiet.
_CLOCKED = frozenset({Meaning.WAITING, Meaning.RUNNING, Meaning.PAUSED})


@dataclass(frozen=True)
class RequestBadge:
    """« Bilan bio. · demandé · 48 min »: icon, words, tone, and since when where it still lasts."""

    words: str
    icon: str
    tone: str
    look: str
    since: datetime | None
    is_psychiatric: bool


def request_badge(request: ServiceRequest) -> RequestBadge | None:
    """The badge of a current request; None while nothing is asked."""
    state = request.state
    if state.meaning is Meaning.NONE:
        return None
    kind = request.kind
    is_interview = kind.is_psychiatric and state.meaning is Meaning.RUNNING
    return RequestBadge(
        words=f"{kind.short_label} {state.word[:1].lower()}{state.word[1:]}",
        icon="message-square-text" if is_interview else _ICONS[state.meaning],
        tone="psy" if is_interview else _TONES[state.meaning],
        look="done" if state.meaning in (Meaning.DONE, Meaning.NOT_NEEDED) else "",
        since=request.since if state.meaning in _CLOCKED else None,
        is_psychiatric=kind.is_psychiatric,
    )


def toggle_tone(kind: RequestKind, status: RequestStatus) -> str:
    """The tone of the pressed toggle of a status: a neutral answer is grey, only a meaning has a tone."""
    if kind.is_psychiatric and status.meaning is Meaning.RUNNING:
        return "p"
    return _LETTERS[status.meaning]
