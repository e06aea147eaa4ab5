"""Acknowledgements: MSH, MSA and, where the message isn't applied, ERR (HL7 v2.5 §2.9, original mode).

The same message, clock and id always give the same bytes. The answer is written with the sender's own separators and
character set; what that set lacks is written without accent.
"""

import unicodedata
from datetime import datetime

from osmose.interop.hl7.mapping import REFUSED_FIELDS
from osmose.interop.hl7.messages import AckCode, ErrorCode, Header, Hl7Problem, escape
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused

APPLICATION = "OSMOSE"
DEFAULT_VERSION = "2.5"
_PLAIN = str.maketrans({"\u202f": " ", "\u00a0": " ", "’": "'", "‘": "'", "œ": "oe", "Œ": "OE", "…": "..."})

# Table 0357, in HL7's English.
ERROR_TEXTS = {
    ErrorCode.SEGMENT_SEQUENCE: "Segment sequence error",
    ErrorCode.REQUIRED_FIELD_MISSING: "Required field missing",
    ErrorCode.DATA_TYPE: "Data type error",
    ErrorCode.TABLE_VALUE_NOT_FOUND: "Table value not found",
    ErrorCode.UNSUPPORTED_MESSAGE_TYPE: "Unsupported message type",
    ErrorCode.UNSUPPORTED_EVENT_CODE: "Unsupported event code",
    ErrorCode.UNSUPPORTED_PROCESSING_ID: "Unsupported processing id",
    ErrorCode.UNSUPPORTED_VERSION: "Unsupported version id",
    ErrorCode.UNKNOWN_KEY_IDENTIFIER: "Unknown key identifier",
    ErrorCode.DUPLICATE_KEY_IDENTIFIER: "Duplicate key identifier",
    ErrorCode.RECORD_LOCKED: "Application record locked",
    ErrorCode.INTERNAL_ERROR: "Application internal error",
}


def accept(header: Header, *, control_id: str, now: datetime) -> bytes:
    """AA: the message is applied, or was already."""
    return _encoded(header, [_msh(header, control_id, now), _msa(header, AckCode.ACCEPT)])


def refuse(header: Header, problem: Hl7Problem, *, control_id: str, now: datetime) -> bytes:
    """AE or AR, with one ERR: where, table 0357, and the French sentence for whoever watches the feed."""
    return _encoded(header, [_msh(header, control_id, now), _msa(header, problem.ack), _err(header, problem)])


def problem_of(refused: Refused) -> Hl7Problem:
    """The refusal of a rule of the domain as a problem of the message, at the field it came from."""
    if isinstance(refused, Hl7Problem):
        return refused
    segment, position = REFUSED_FIELDS.get(refused.field or "", ("MSH", 10))
    code = ErrorCode.DATA_TYPE if (refused.field or "") in REFUSED_FIELDS else ErrorCode.INTERNAL_ERROR
    return Hl7Problem(refused.sentence, segment=segment, position=position, table_code=code)


def _msh(header: Header, control_id: str, now: datetime) -> list[str]:
    parts = header.separators.component
    return [
        "MSH",
        header.separators.msh2,
        header.receiving_application or APPLICATION,
        header.receiving_facility,
        header.sending_application,
        header.sending_facility,
        f"{paris(now):%Y%m%d%H%M%S}",
        "",
        parts.join(["ACK", header.event, "ACK"]) if header.event else "ACK",
        control_id,
        header.processing_id or "P",
        header.version or DEFAULT_VERSION,
        *[""] * 4,
        header.country,
        header.charset,
        header.language,
    ]


def _msa(header: Header, code: AckCode) -> list[str]:
    return ["MSA", code.value, header.control_id]


def _err(header: Header, problem: Hl7Problem) -> list[str]:
    parts = header.separators.component
    place = [problem.segment, "1"] + ([] if problem.position is None else [str(problem.position)])
    code = [problem.table_code.value, ERROR_TEXTS[problem.table_code], "HL70357"]
    sentence = escape(problem.sentence.translate(_PLAIN), header.separators)
    return ["ERR", "", parts.join(place), parts.join(code), "E", "", "", "", sentence]


def _encoded(header: Header, segments: list[list[str]]) -> bytes:
    """The segments in the sender's character set, empty fields at the end of a segment left out."""
    text = "".join(header.separators.field.join(fields).rstrip(header.separators.field) + "\r" for fields in segments)
    try:
        return text.encode(header.codec)
    except UnicodeEncodeError:
        bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        return bare.encode(header.codec, errors="replace")
