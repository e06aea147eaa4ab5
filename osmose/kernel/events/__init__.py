"""Event (append-only), registry of kinds, record(), dispatch, timeline queries; `tell()` for what is no event."""

from osmose.kernel.events.telling import CHANNEL, tell

__all__ = ["CHANNEL", "tell"]
