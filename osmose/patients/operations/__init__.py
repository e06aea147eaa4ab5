"""Writes on identities and standing instructions: each needs an open action."""

from osmose.patients.operations.correcting import (
    Correction,
    add_identifier,
    correct_identity,
    end_identifier,
    lock,
)
from osmose.patients.operations.instructions import (
    correct_instruction,
    end_instruction,
    resume_instruction,
    review_instruction,
    write_instruction,
)
from osmose.patients.operations.recognising import identify
from osmose.patients.operations.registering import register, register_unknown

__all__ = [
    "Correction",
    "add_identifier",
    "correct_identity",
    "correct_instruction",
    "end_identifier",
    "end_instruction",
    "identify",
    "lock",
    "register",
    "register_unknown",
    "resume_instruction",
    "review_instruction",
    "write_instruction",
]
