"""How it is said where a patient goes, what is missing for it, and that nobody decided yet."""

from collections.abc import Iterable
from datetime import datetime

from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.tracking import Decision, Outlook
from osmose.encounters.lifecycle.waiting import OVER, is_over
from osmose.encounters.models import ServiceRequest
from osmose.encounters.presenters.requests import RequestBadge
from osmose.organisations.models import CareUnit

_ICONS = {
    Outlook.HOME: "house",
    Outlook.SHORT_STAY: "bed",
    Outlook.WARD: "bed",
    Outlook.VOLUNTARY: "hospital",
    Outlook.INVOLUNTARY: "hospital",
    Outlook.TRANSFER: "ambulance",
    Outlook.REVIEW: "refresh-cw",
}


def _badge(short: str, icon: str, tone: str, note: str = "") -> RequestBadge:
    return RequestBadge(
        words=f"Décision\u202f: {short}",
        short=f"{short[:1].upper()}{short[1:]}",
        icon=icon,
        tone=tone,
        look="bare",
        since=None,
        is_psychiatric=False,
        code="decision",
        kind="Décision",
        note=note,
    )


def decision_badge(decision: Decision) -> RequestBadge:
    """« Décision : CH Thuir, soins libres »; the whole words to whoever points at it."""
    return _badge(decision.short, _ICONS[decision.choice], "neutral", note=decision.words)


def unreadable_decision() -> RequestBadge:
    """A decision that can't be read is said so: left blank, nobody would seem to have decided."""
    return _badge("illisible", "lock", "neutral")


def awaited_decision(since: datetime, unit: CareUnit) -> RequestBadge:
    """« Décision attendue 35 min »: psychiatry is over, the patient is here, and nothing is decided."""
    return RequestBadge(
        words="Décision attendue",
        short="Décision attendue",
        icon="hourglass",
        tone="neutral",
        look="waiting",
        since=since,
        is_psychiatric=False,
        code="decision",
        kind="Décision attendue",
        soon=unit.request_watch_minutes,
        late=unit.request_over_minutes,
    )


def seen_at(requests: Iterable[ServiceRequest]) -> datetime | None:
    """When psychiatry was over; None while something of it is left to do, or nothing was asked."""
    asked = [(request.state.meaning, request.changed_at) for request in requests if request.kind.is_psychiatric]
    if not is_over(frozenset(meaning for meaning, _ in asked if meaning is not Meaning.NONE)):
        return None
    return max(at for meaning, at in asked if meaning in OVER)
