"""How a notification reaches somebody, and how they show: pure rules."""

from osmose.notifications.rules.bundles import Bundle, bundled
from osmose.notifications.rules.manners import (
    FREE,
    Manner,
    Standing,
    Wanted,
    default_of,
    manner_of,
    wanted_of,
)

__all__ = ["FREE", "Bundle", "Manner", "Standing", "Wanted", "bundled", "default_of", "manner_of", "wanted_of"]
