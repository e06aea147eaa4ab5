"""Who the patients are, the blind index they are searched by, and what is to be known of them at each visit."""

from osmose.patients.models.identity import (
    UNTRUSTED,
    Patient,
    PatientIdentifier,
    SearchToken,
    attributes_of,
)
from osmose.patients.models.instructions import StandingInstruction

__all__ = [
    "UNTRUSTED",
    "Patient",
    "PatientIdentifier",
    "SearchToken",
    "StandingInstruction",
    "attributes_of",
]
