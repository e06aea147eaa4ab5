"""HL7 v2 messages, typed: `split_file` and `parse` are the two gates, `Hl7Problem` the only refusal."""

from osmose.interop.hl7.messages.adt import (
    Adt,
    FunctionalUnit,
    Identifier,
    Identity,
    Location,
    Movement,
    Name,
    PmsiModes,
    RawSegment,
    Visit,
)
from osmose.interop.hl7.messages.parsing import parse
from osmose.interop.hl7.messages.problem import AckCode, ErrorCode, Hl7Problem
from osmose.interop.hl7.messages.wire import Header, Separators, escape, read_header, split_file, unescape

__all__ = [
    "AckCode",
    "Adt",
    "ErrorCode",
    "FunctionalUnit",
    "Header",
    "Hl7Problem",
    "Identifier",
    "Identity",
    "Location",
    "Movement",
    "Name",
    "PmsiModes",
    "RawSegment",
    "Separators",
    "Visit",
    "escape",
    "parse",
    "read_header",
    "split_file",
    "unescape",
]
