"""Writes of notes that compose; each needs an open deed."""

from osmose.handover.operations.addressing import NoAccess, address
from osmose.handover.operations.signing import sign

__all__ = [
    "NoAccess",
    "address",
    "sign",
]
