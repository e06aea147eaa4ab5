"""The delays of a passage, computed from what happened and when, and from nothing else; pure Python.

A delay whose two ends aren't known is None, never zero; one that would be negative (an hour corrected on one side only)
is None too, and `is_contradictory` says that there was one, so that a count can leave it out and say how many.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto

from osmose.encounters.lifecycle.interviews import Interview, Pause, together


class Step(StrEnum):
    """What a delay begins or ends with."""

    ARRIVED = auto()
    TRIAGED = auto()
    MEDICAL = auto()
    ASKED = auto()
    WITHDRAWN = auto()
    ACKNOWLEDGED = auto()
    DEFERRED = auto()
    ADVISED = auto()
    CANCELLED = auto()
    STARTED = auto()
    INTERRUPTED = auto()
    RESUMED = auto()
    ENDED = auto()
    DECIDED = auto()
    BED_ASKED = auto()
    BED_OBTAINED = auto()
    EXITED = auto()


@dataclass(frozen=True)
class Told:
    """One thing that happened. `request` is the psychiatric request it is about, `interview` whose interview.

    An empty `interview` is a state clicked without naming anybody: somebody is there, nobody says who.
    """

    step: Step
    at: datetime
    request: str = ""
    interview: str = ""


@dataclass(frozen=True)
class PsychiatricDelays:
    """Of one psychiatric request: how long until somebody came, and how long they stayed.

    `response` from asked to the first meeting. `gross` from there to the end; `net` without the interruptions, that is
    while at least one professional was there. `promise` is how long the team took to say that it comes.
    """

    request: str
    asked_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    promise: timedelta | None
    response: timedelta | None
    gross: timedelta | None
    net: timedelta | None
    interruptions: int
    professionals: int
    was_advised: bool
    was_cancelled: bool
    is_contradictory: bool


@dataclass(frozen=True)
class Delays:
    """Of one passage, what hospitals measure (French and English reference points: docs of the domain, §8).

    `decision` from the end of psychiatry to the first decision that follows, `boarding` from the last decision to the
    exit, `bed` from asked to obtained.
    """

    triage: timedelta | None
    medical: timedelta | None
    request: timedelta | None
    decision: timedelta | None
    bed: timedelta | None
    boarding: timedelta | None
    total: timedelta | None
    psychiatry: tuple[PsychiatricDelays, ...]
    is_contradictory: bool


def delays(told: Iterable[Told]) -> Delays:
    """The delays of one passage, in whatever order it is told; what was undone is not among it."""
    known = sorted(told, key=lambda one: _utc(one.at))
    requests: dict[str, list[Told]] = {}
    for one in known:
        if one.step is Step.WITHDRAWN:  # nothing was asked after all
            requests.pop(one.request, None)
        elif one.request:
            requests.setdefault(one.request, []).append(one)
    psychiatry = tuple(psychiatric(request, rows) for request, rows in requests.items())
    arrived, exited = _first(known, Step.ARRIVED), _last(known, Step.EXITED)
    medical = _first(known, Step.MEDICAL)
    asked = min((one.asked_at for one in psychiatry if one.asked_at), default=None)
    ended = max((one.ended_at for one in psychiatry if one.ended_at), default=None)
    spans = {
        "triage": _span(arrived, _first(known, Step.TRIAGED)),
        "medical": _span(arrived, medical),
        "request": _span(medical, asked),
        "decision": _span(ended, _first(known, Step.DECIDED, since=ended)),
        "bed": _span(_first(known, Step.BED_ASKED), _last(known, Step.BED_OBTAINED)),
        "boarding": _span(_last(known, Step.DECIDED), exited),
        "total": _span(arrived, exited),
    }
    is_contradictory = any(map(_is_negative, spans.values())) or any(one.is_contradictory for one in psychiatry)
    return Delays(**{n: _kept(s) for n, s in spans.items()}, psychiatry=psychiatry, is_contradictory=is_contradictory)


def psychiatric(request: str, told: list[Told]) -> PsychiatricDelays:
    """The delays of one psychiatric request, from what is told of it in order."""
    interviews = _interviews(told)
    spells = together(interviews)
    asked, promised = _first(told, Step.ASKED), _first(told, Step.ACKNOWLEDGED)
    started = spells[0][0] if spells else None
    is_over = bool(interviews) and all(interview.ended_at for interview in interviews)
    ended = max((_utc(i.ended_at) for i in interviews if i.ended_at), default=None) if is_over else None
    # An interruption told after the end of its interview: how long they were there can't be said.
    is_in_order = all(interview.is_in_order() for interview in interviews)
    net = sum(((ends - begins) for begins, ends in spells if ends), timedelta()) if is_over and is_in_order else None
    response = _span(asked, started)
    return PsychiatricDelays(
        request=request,
        asked_at=asked,
        started_at=started,
        ended_at=ended,
        promise=_kept(_span(asked, promised)),
        response=_kept(response),
        gross=_kept(_span(started, ended)),
        net=net,
        interruptions=sum(len(interview.pauses) for interview in interviews),
        professionals=len({one.interview for one in told if one.interview}),
        was_advised=any(one.step is Step.ADVISED for one in told),
        was_cancelled=any(one.step is Step.CANCELLED for one in told),
        is_contradictory=_is_negative(response) or not is_in_order,
    )


@dataclass
class _Course:
    """One interview while its story is read."""

    started_at: datetime
    ended_at: datetime | None = None
    pauses: list[Pause] = field(default_factory=list)

    def closed(self, at: datetime) -> None:
        """The interruption that lasts is over."""
        if self.pauses and self.pauses[-1].ends_at is None:
            self.pauses[-1] = Pause(self.pauses[-1].starts_at, at)


def _interviews(told: Iterable[Told]) -> list[Interview]:
    """The interviews, each from its own steps; one without a name ends where somebody named takes over."""
    known: dict[str, _Course] = {}
    for one in told:
        course = known.get(one.interview)
        if one.step is Step.STARTED:
            nameless = known.get("")
            if one.interview and nameless is not None and nameless.ended_at is None:
                nameless.closed(one.at)
                nameless.ended_at = one.at
            known.setdefault(one.interview, _Course(one.at))
        elif course is None:
            continue
        elif one.step is Step.INTERRUPTED:
            course.pauses.append(Pause(one.at))
        elif one.step is Step.RESUMED:
            course.closed(one.at)
        elif one.step is Step.ENDED:
            course.closed(one.at)
            course.ended_at = one.at
    return [Interview(c.started_at, c.ended_at, tuple(c.pauses)) for c in known.values()]


def _first(told: Iterable[Told], step: Step, *, since: datetime | None = None) -> datetime | None:
    found = (_utc(one.at) for one in told if one.step is step)
    return min((at for at in found if since is None or at >= since), default=None)


def _last(told: Iterable[Told], step: Step) -> datetime | None:
    return max((_utc(one.at) for one in told if one.step is step), default=None)


def _span(begins: datetime | None, ends: datetime | None) -> timedelta | None:
    return _utc(ends) - _utc(begins) if begins and ends else None


def _is_negative(span: timedelta | None) -> bool:
    return span is not None and span < timedelta()


def _kept(span: timedelta | None) -> timedelta | None:
    return None if _is_negative(span) else span


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
