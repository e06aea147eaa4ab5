"""Writes of notes that compose; each needs an open deed."""

from osmose.handover.operations.addressing import NoAccess, address
from osmose.handover.operations.signing import forms_of, sign

__all__ = [
    "NoAccess",
    "address",
    "forms_of",
    "sign",
]
