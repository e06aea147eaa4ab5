"""How a PEC's requests and states are said, on the board and on the patient page alike."""

from osmose.encounters.presenters.coming import Coming, coming_of
from osmose.encounters.presenters.concern import ConcernBadge, concern_badge
from osmose.encounters.presenters.decision import awaited_decision, decision_badge, seen_at, unreadable_decision
from osmose.encounters.presenters.kinds import KindSample, StateSample, kind_sample
from osmose.encounters.presenters.requests import RequestBadge, hour_of, request_badge, toggle_tone
from osmose.encounters.presenters.safety import SafetyBadge, missing_badge, restraint_badge, watch_badge

__all__ = [
    "Coming",
    "ConcernBadge",
    "KindSample",
    "RequestBadge",
    "SafetyBadge",
    "StateSample",
    "awaited_decision",
    "coming_of",
    "concern_badge",
    "decision_badge",
    "hour_of",
    "kind_sample",
    "missing_badge",
    "request_badge",
    "restraint_badge",
    "seen_at",
    "toggle_tone",
    "unreadable_decision",
    "watch_badge",
]
