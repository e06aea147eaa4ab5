"""What is wrong with a message, said to the sender (table 0357, place in the message) and to staff (French)."""

from enum import StrEnum

from osmose.kernel.base.refused import Refused


class AckCode(StrEnum):
    """MSA-1 (table 0008, original mode)."""

    ACCEPT = "AA"
    ERROR = "AE"  # the content is wrong: the sender corrects it
    REJECT = "AR"  # kind, event or version we don't treat, or not a message at all


class ErrorCode(StrEnum):
    """ERR-3 (table 0357)."""

    SEGMENT_SEQUENCE = "100"
    REQUIRED_FIELD_MISSING = "101"
    DATA_TYPE = "102"
    TABLE_VALUE_NOT_FOUND = "103"
    UNSUPPORTED_MESSAGE_TYPE = "200"
    UNSUPPORTED_EVENT_CODE = "201"
    UNSUPPORTED_PROCESSING_ID = "202"
    UNSUPPORTED_VERSION = "203"
    UNKNOWN_KEY_IDENTIFIER = "204"
    DUPLICATE_KEY_IDENTIFIER = "205"
    RECORD_LOCKED = "206"
    INTERNAL_ERROR = "207"


class Hl7Problem(Refused):
    """A message that isn't applied, and why.

    `segment` and `position` (None for a whole segment) tell where, `table_code` and `ack` what the sender is told.
    The sentence names fields and never quotes their values, since it may be logged.
    """

    def __init__(
        self,
        sentence: str,
        *,
        segment: str,
        position: int | None = None,
        table_code: ErrorCode,
        ack: AckCode = AckCode.ERROR,
    ):
        place = segment if position is None else f"{segment}-{position}"
        super().__init__(sentence, field=place, code=f"hl7_{table_code.value}")
        self.segment = segment
        self.position = position
        self.table_code = table_code
        self.ack = ack

    @property
    def place(self) -> str:
        """« PID-7 », or « PID » for a whole segment."""
        return self.field or self.segment


def missing(segment: str, position: int | None, what: str) -> Hl7Problem:
    """A required field or segment isn't there: « Le nom du patient manque (PID-5). »"""
    place = segment if position is None else f"{segment}-{position}"
    return Hl7Problem(
        f"{what} ({place}).", segment=segment, position=position, table_code=ErrorCode.REQUIRED_FIELD_MISSING
    )


def malformed(segment: str, position: int, what: str) -> Hl7Problem:
    """A value that can't be read as what it should be."""
    return Hl7Problem(
        f"{what} ({segment}-{position}).", segment=segment, position=position, table_code=ErrorCode.DATA_TYPE
    )


def unknown_value(segment: str, position: int, what: str) -> Hl7Problem:
    """A code that its table doesn't hold."""
    return Hl7Problem(
        f"{what} ({segment}-{position}).",
        segment=segment,
        position=position,
        table_code=ErrorCode.TABLE_VALUE_NOT_FOUND,
    )
