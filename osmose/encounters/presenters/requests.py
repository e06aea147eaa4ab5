"""How a request and its state are said."""

from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.lifecycle import Meaning, RequestStatus, ResultFlag
from osmose.encounters.lifecycle.interviews import InterviewState
from osmose.encounters.lifecycle.waiting import UNMET
from osmose.encounters.models import RequestKind, ServiceRequest
from osmose.encounters.operations.founding import BED
from osmose.encounters.operations.requests import hour_words
from osmose.encounters.queries.interviews import Held, interviews_of
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.organisations.models import CareUnit

_ICONS = {
    Meaning.NONE: "circle",
    Meaning.WAITING: "hourglass",
    Meaning.ACKNOWLEDGED: "user-round-check",
    Meaning.DEFERRED: "moon",
    Meaning.RUNNING: "loader",
    Meaning.PAUSED: "pause",
    Meaning.DONE: "circle-check",
    Meaning.ADVISED: "phone",
    Meaning.CANCELLED: "circle-x",
    Meaning.REFUSED: "circle-x",
    Meaning.AVAILABLE: "eye",
    Meaning.SEEN: "eye",
    Meaning.NOT_NEEDED: "ban",
}
# A wait within its delays is neutral: the browser gives it the tone of a warning once it lasts too long.
_TONES = {
    Meaning.NONE: "neutral",
    Meaning.WAITING: "neutral",
    Meaning.ACKNOWLEDGED: "info",
    Meaning.DEFERRED: "neutral",
    Meaning.RUNNING: "info",
    Meaning.PAUSED: "warning",
    Meaning.DONE: "success",
    Meaning.ADVISED: "success",
    Meaning.CANCELLED: "neutral",
    Meaning.REFUSED: "neutral",
    Meaning.AVAILABLE: "info",
    Meaning.SEEN: "neutral",
    Meaning.NOT_NEEDED: "neutral",
}
# The letter of a pressed toggle's tone (n neutral, w warning, i info, s success, p psychiatry).
_LETTERS = {
    Meaning.NONE: "n",
    Meaning.WAITING: "w",
    Meaning.ACKNOWLEDGED: "i",
    Meaning.DEFERRED: "n",
    Meaning.RUNNING: "i",
    Meaning.PAUSED: "w",
    Meaning.DONE: "s",
    Meaning.ADVISED: "s",
    Meaning.CANCELLED: "n",
    Meaning.REFUSED: "w",
    Meaning.AVAILABLE: "i",
    Meaning.SEEN: "s",
    Meaning.NOT_NEEDED: "n",
}
_LOOKS = {
    Meaning.WAITING: "waiting",
    Meaning.DONE: "done",
    Meaning.ADVISED: "done",
    Meaning.CANCELLED: "done",
    Meaning.REFUSED: "done",
    Meaning.SEEN: "done",
    Meaning.NOT_NEEDED: "done",
}
_RESULTS = (Meaning.AVAILABLE, Meaning.SEEN)
# « Imagerie : vu, sans anomalie »: it is the result that is seen, whatever the gender of its kind.
_OF_RESULT = "\u202f: "
# Only what lasts shows how long it has lasted: a finished request is quiet.
_WHERE_LENGTH = 40
_CLOCKED = frozenset({*UNMET, Meaning.RUNNING, Meaning.PAUSED})
# Nobody is late for a patient who can't be seen yet.
_TIMED = frozenset({Meaning.WAITING, Meaning.ACKNOWLEDGED, Meaning.PAUSED})
_NAMED = 2  # how many people in an interview a row names


@dataclass(frozen=True)
class RequestBadge:
    """« Bilan bio. demandé 48 min »: icon, words, tone, and since when where it still lasts.

    `short` leaves the kind out, for a column that is named after it. `soon` and `late` are the minutes from which the
    wait is to be watched, then over; 0 where none counts. `names` says who is there (`who` in full), `hour` the hour
    said with the state: « Martin D. », « reprise 15:00 ».
    """

    words: str
    short: str
    icon: str
    tone: str
    look: str
    since: datetime | None
    is_psychiatric: bool
    code: str
    kind: str
    soon: int = 0
    late: int = 0
    note: str = ""
    names: str = ""
    who: str = ""
    hour: str = ""

    @property
    def more(self) -> str:
        """« Martin D. · reprise 15:00 »."""
        return " · ".join(part for part in (self.names, self.hour) if part)

    @property
    def narrow(self) -> str:
        """« Lit » beside how long it lasts, « Lit obtenu » without where: for a column with little room."""
        return self.kind if self.since else self.words.partition(" · ")[0]

    @property
    def brief(self) -> str:
        """« Imagerie : vu, normal », « Bilan bio. demandé »: of a result the shortest word, for a card."""
        if _OF_RESULT not in self.words:
            return self.words
        return f"{self.kind}{_OF_RESULT}{self.short[:1].lower()}{self.short[1:]}"


def request_badge(request: ServiceRequest, unit: CareUnit | None = None) -> RequestBadge | None:
    """The badge of a current request, with the patience of the unit; None while nothing is asked."""
    state = request.state
    if state.meaning is Meaning.NONE:
        return None
    kind, meaning = request.kind, state.meaning
    word, short, icon, tone, look = _said(request, state)
    note = readable(request, "note") or ""
    soon, late = _patience(unit, is_psychiatric=kind.is_psychiatric) if unit and meaning in _TIMED else (0, 0)
    there = [held for held in interviews_of(request) if held.state is not InterviewState.ENDED]
    return RequestBadge(
        words=f"{kind.short_label}{_OF_RESULT if meaning in _RESULTS else ' '}{word}",
        short=f"{short[:1].upper()}{short[1:]}",
        icon=icon,
        tone=tone,
        look=look,
        since=_since(request, meaning),
        is_psychiatric=kind.is_psychiatric,
        code=kind.code,
        kind=kind.short_label,
        soon=soon,
        late=late,
        note=str(note),
        names=_names(there),
        hour=hour_of(request),
        who=", ".join(str(held.professional) for held in there),
    )


def hour_of(request: ServiceRequest) -> str:
    """« vers 14:30 », « avant 16:00 », « reprise 15:00 »: the hour said with the state, absolute."""
    at, state = request.expected_at, request.state
    if at is None:
        return ""
    # Of several in an interview, one may be away while the state is « en cours ».
    return hour_words(state.hour or "reprise", at, request.changed_at)


def _names(there: list[Held]) -> str:
    """« Martin D., Lucie R. », « Martin D. +2 »."""
    names = [held.short for held in there]
    return ", ".join(names) if len(names) <= _NAMED else f"{names[0]} +{len(names) - 1}"


def _since(request: ServiceRequest, meaning: Meaning) -> datetime | None:
    """A promise, or a delay, doesn't begin the wait anew: it counts since the request."""
    if meaning not in _CLOCKED:
        return None
    is_unmet = meaning in (Meaning.ACKNOWLEDGED, Meaning.DEFERRED)
    return (request.requested_at if is_unmet else None) or request.since


def _said(request: ServiceRequest, state: RequestStatus) -> tuple[str, str, str, str, str]:
    """Words, shorter ones, icon, tone and look of a state."""
    meaning = state.meaning
    if meaning in _RESULTS:
        return _result(request, meaning)
    word = _bed(request, meaning) or f"{state.word[:1].lower()}{state.word[1:]}"
    if request.kind.is_psychiatric and meaning is Meaning.RUNNING:
        return word, word, "message-square-text", "psy", ""
    short = "refusé" if meaning is Meaning.REFUSED else word
    return word, short, _ICONS[meaning], _TONES[meaning], _LOOKS.get(meaning, "")


def _bed(request: ServiceRequest, meaning: Meaning) -> str:
    """« attendu », « obtenu · Gériatrie, lit 12 »: of a bed, how long it is awaited and where it is."""
    if request.kind.code != BED or meaning not in (Meaning.WAITING, Meaning.DONE):
        return ""
    written = readable(request, "note") if meaning is Meaning.DONE else ""
    where = "" if written is UNREADABLE else " ".join(str(written or "").split())
    where = where if len(where) <= _WHERE_LENGTH else f"{where[: _WHERE_LENGTH - 1].rstrip()}…"
    return "attendu" if meaning is Meaning.WAITING else f"obtenu · {where}" if where else ""


def _result(request: ServiceRequest, meaning: Meaning) -> tuple[str, str, str, str, str]:
    """« anormal, vu », « résultat à voir »: seen never hides abnormal, and only a normal one has a green tick."""
    stored, is_seen = readable(request, "result"), meaning is Meaning.SEEN
    flag = ResultFlag(stored) if stored and stored is not UNREADABLE else None
    if flag is ResultFlag.ABNORMAL:
        word = "anormal, vu" if is_seen else "anormal, à voir"
        return word, word, "circle-alert", "info" if is_seen else "warning", ""
    if not is_seen:
        return "résultat à voir", "à voir", _ICONS[meaning], _TONES[meaning], ""
    if flag is ResultFlag.NORMAL:
        return "vu, sans anomalie", "vu, normal", "circle-check", "success", "done"
    return "résultat vu", "vu", _ICONS[meaning], _TONES[meaning], "done"


def _patience(unit: CareUnit, *, is_psychiatric: bool) -> tuple[int, int]:
    """From how many minutes a wait is to be watched, and over."""
    if is_psychiatric:
        return unit.psychiatry_watch_minutes, unit.psychiatry_over_minutes
    return unit.request_watch_minutes, unit.request_over_minutes


def toggle_tone(kind: RequestKind, status: RequestStatus) -> str:
    """The tone of the pressed toggle of a status: a neutral answer is grey, only a meaning has a tone."""
    if kind.is_psychiatric and status.meaning is Meaning.RUNNING:
        return "p"
    return _LETTERS[status.meaning]
