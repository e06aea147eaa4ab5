"""The interviews on a psychiatric request, and what they say of it together; pure Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from osmose.encounters.lifecycle.requests import Meaning
from osmose.kernel.base.refused import Refused

# What a return, or the hour said with a status, may be ahead of now.
FURTHEST = timedelta(days=7)


class InterviewState(StrEnum):
    """Where one professional's interview stands."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return {"running": "Entretien en cours", "paused": "Entretien interrompu", "ended": "Entretien terminé"}[self]


# deed → from which states, and why not from the others.
DEEDS: Mapping[str, tuple[tuple[InterviewState, ...], Mapping[InterviewState, str]]] = {
    "interrupt": (
        (InterviewState.RUNNING,),
        {
            InterviewState.PAUSED: "Cet entretien est déjà interrompu.",
            InterviewState.ENDED: "Cet entretien est terminé.",
        },
    ),
    "resume": (
        (InterviewState.PAUSED,),
        {
            InterviewState.RUNNING: "Cet entretien est déjà en cours.",
            InterviewState.ENDED: "Cet entretien est terminé\u202f: commencez-en un autre.",
        },
    ),
    "end": (
        (InterviewState.RUNNING, InterviewState.PAUSED),
        {InterviewState.ENDED: "Cet entretien est déjà terminé."},
    ),
}

# What must be asked, or asked again, before anybody can begin.
NOT_ASKED = frozenset({Meaning.NONE, Meaning.CANCELLED, Meaning.REFUSED, Meaning.NOT_NEEDED})


@dataclass(frozen=True)
class Pause:
    """An interruption: from when, until when, and the return that was announced."""

    starts_at: datetime
    ends_at: datetime | None = None
    expected_at: datetime | None = None


@dataclass(frozen=True)
class Interview:
    """The hours of one professional's interview."""

    started_at: datetime
    ended_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def current_pause(self) -> Pause | None:
        if self.ended_at is not None:
            return None
        return next((pause for pause in self.pauses if pause.ends_at is None), None)

    @property
    def state(self) -> InterviewState:
        if self.ended_at is not None:
            return InterviewState.ENDED
        return InterviewState.PAUSED if self.current_pause else InterviewState.RUNNING

    @property
    def hours(self) -> list[datetime]:
        """Every hour known, in the order in which they must be."""
        pauses = sorted(self.pauses, key=lambda pause: _utc(pause.starts_at))
        inner = [hour for pause in pauses for hour in (pause.starts_at, pause.ends_at) if hour]
        return [_utc(hour) for hour in (self.started_at, *inner, self.ended_at) if hour]

    def is_in_order(self) -> bool:
        return self.hours == sorted(self.hours)

    def spells(self) -> list[tuple[datetime, datetime | None]]:
        """From when to when the professional was with the patient; the last one may last."""
        spells: list[tuple[datetime, datetime | None]] = []
        since = self.started_at
        for pause in sorted(self.pauses, key=lambda pause: _utc(pause.starts_at)):
            spells.append((_utc(since), _utc(pause.starts_at)))
            if pause.ends_at is None:
                return spells
            since = pause.ends_at
        if spells and since == self.ended_at:  # ended while it was interrupted
            return spells
        return [*spells, (_utc(since), _utc(self.ended_at) if self.ended_at else None)]


@dataclass(frozen=True)
class Standing:
    """What the interviews of a request say of it: running, interrupted or done, since when; the nearest return."""

    meaning: Meaning
    since: datetime
    started_at: datetime
    expected_at: datetime | None = None


def standing(interviews: Iterable[Interview]) -> Standing | None:
    """Any running: running. Else any interrupted: interrupted. All ended: done. None without any interview.

    Since when: the instant from which somebody has been there without a gap; interrupted, the one at which the last
    left; done, the one at which the last interview was ended.
    """
    known = list(interviews)
    if not known:
        return None
    states = {interview.state for interview in known}
    met = together(known)
    returns = [p.expected_at for i in known if (p := i.current_pause) and p.expected_at]
    expected, started = min(returns, default=None), met[0][0]
    begun, left = met[-1]
    if left is None:
        return Standing(Meaning.RUNNING, begun, started, expected)
    if InterviewState.PAUSED in states:
        return Standing(Meaning.PAUSED, left, started, expected)
    ends = [_utc(interview.ended_at) for interview in known if interview.ended_at]
    return Standing(Meaning.DONE, max(ends), started)


def together(interviews: Iterable[Interview]) -> list[tuple[datetime, datetime | None]]:
    """When at least one professional was with the patient: spells in order, none touching another."""
    merged: list[tuple[datetime, datetime | None]] = []
    for begins, ends in sorted((s for i in interviews for s in i.spells()), key=lambda spell: spell[0]):
        if merged and (merged[-1][1] is None or begins <= merged[-1][1]):
            last = merged[-1][1]
            merged[-1] = (merged[-1][0], None if last is None or ends is None else max(last, ends))
        else:
            merged.append((begins, ends))
    return merged


def require(interview: Interview, deed: str) -> None:
    """`Refused` (409) says why an interview in this state can't be interrupted, resumed or ended."""
    possible, reasons = DEEDS[deed]
    if interview.state not in possible:
        raise Refused(reasons[interview.state], code=f"interview-{deed}", status=409)


def require_coming(at: datetime | None, now: datetime, *, field: str = "expected_at") -> None:
    """An hour that is announced is to come, within the week; the minute that runs now still counts."""
    if at is None:
        return
    if at < now.replace(second=0, microsecond=0):
        raise Refused(
            "Cette heure est déjà passée\u202f: écrivez une heure à venir, ou laissez vide.", field=field, code="past"
        )
    if at - now > FURTHEST:
        raise Refused("Cette heure est trop lointaine\u202f: 7 jours au plus.", field=field, code="far")


def _utc(at: datetime) -> datetime:
    """Two instants of one local zone are compared by the clock on its wall, wrongly the nights clocks change."""
    return at.astimezone(UTC)
