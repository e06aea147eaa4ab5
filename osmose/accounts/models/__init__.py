"""Users, what they may do where, and who is available for what."""

from osmose.accounts.models.people import VIEW_NAME, VIEW_QUERY, VIEWS, Membership, SavedView, User, UserManager
from osmose.accounts.models.presence import (
    ON_CALL_WORDS,
    PLACE_MAX,
    OnCall,
    PresenceHour,
    PresencePeriod,
    PresenceStatus,
)

__all__ = [
    "ON_CALL_WORDS",
    "PLACE_MAX",
    "VIEWS",
    "VIEW_NAME",
    "VIEW_QUERY",
    "Membership",
    "OnCall",
    "PresenceHour",
    "PresencePeriod",
    "PresenceStatus",
    "SavedView",
    "User",
    "UserManager",
]
