"""Introuvable, surveillance, restraint: a few words that lead a row and the band of the page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.encounters.lifecycle.tracking import Missing, Restraint, Watch, WatchCheck, next_look, watched_since
from osmose.kernel.base import french

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class SafetyBadge:
    """One state that keeps a patient safe. `since` ticks: what has lasted since then; with `late` (minutes after
    `since`) there is a term, at the hour `due`, and the browser says when it has passed."""

    words: str
    short: str
    icon: str
    tone: str
    since: datetime | None = None
    late: int = 0
    due: str = ""
    look: str = ""
    title: str = ""


def missing_badge(missing: Missing | None, *, is_grave: bool) -> SafetyBadge | None:
    """« Introuvable depuis 25 min »; grave of somebody préoccupant, of a minor, or who may not leave."""
    if missing is None:
        return None
    return SafetyBadge(
        words="Introuvable depuis",
        short="Introuvable",
        icon="user-round-search",
        tone="danger" if is_grave or missing.is_constrained else "warning",
        since=missing.from_when,
        look="solid" if is_grave or missing.is_constrained else "",
        title=f"Introuvable depuis {french.day_time(missing.from_when)}",
    )


def restraint_badge(restraint: Restraint | None) -> SafetyBadge | None:
    """« Contention, à réévaluer à 15:10 », while it lasts."""
    if restraint is None or not restraint.is_set:
        return None
    due = french.time(restraint.due_at)
    return SafetyBadge(
        words=f"Contention, à réévaluer à {due}",
        short="Contention",
        due=due,
        icon="lock",
        tone="warning",
        since=restraint.decided_at,
        late=_minutes(restraint.due_at - restraint.decided_at),
        title=f"Contention depuis {french.day_time(restraint.started_at)}, à réévaluer à {due}",
    )


def watch_badge(watch: Watch | None, check: WatchCheck | None) -> SafetyBadge | None:
    """« Surveillance / 15 min, prochaine à 14:35 »; « Surveillance visuelle constante »; nothing where none is."""
    if watch is None or watch.level.is_none:
        return None
    due = next_look(watch, check)
    if due is None:
        words = f"Surveillance {watch.level.label.lower()}"
        return SafetyBadge(words=words, short="Surv. constante", icon="eye", tone="info", title=words)
    at, since = french.time(due), watched_since(watch, check)
    words = f"Surveillance {watch.level.label}, prochaine à {at}"
    return SafetyBadge(
        words=words,
        short="Surv.",
        due=at,
        icon="eye",
        tone="info",
        since=since,
        late=_minutes(due - since),
        title=words,
    )


def _minutes(span: timedelta) -> int:
    """Whole minutes, at least one: a term is never passed when it is set."""
    return max(1, round(span / _MINUTE))
