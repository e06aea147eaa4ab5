"""Writes on identities: registering, recognising for a feed, correcting, numbering. Each needs an open action."""

from osmose.patients.operations.correcting import (
    Correction,
    add_identifier,
    correct_identity,
    end_identifier,
    lock,
)
from osmose.patients.operations.recognising import identify
from osmose.patients.operations.registering import register, register_unknown

__all__ = [
    "Correction",
    "add_identifier",
    "correct_identity",
    "end_identifier",
    "identify",
    "lock",
    "register",
    "register_unknown",
]
