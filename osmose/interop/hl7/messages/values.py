"""Timestamps and dates of HL7 (data type TS, v2.5 §2.A.77)."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from osmose.kernel.base.clock import PARIS
from osmose.patients.rules import InterpretedDate, interpret_birth_date

_INSTANT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:\.(\d{1,6})\d*)?)?([+-]\d{4})?", re.ASCII)
_DATE = re.compile(r"(\d{4})(\d\d)?(\d\d)?(?:(?<=\d{8})\d{2,6}(?:\.\d+)?(?:[+-]\d{4})?)?", re.ASCII)
_OLDEST_YEAR = 1900


def instant(text: str) -> datetime:
    """`YYYYMMDDHHMM[SS[.S…]][±ZZZZ]` in UTC; a `ValueError` tells anything else, a missing hour or minute included.

    Without zone it is Paris wall time. In the hour that the autumn night repeats it is the first of the two (summer
    time): HL7 has no word for the second, and a delay too long is seen where one too short is not. An hour that the
    spring night skips is read as if the clocks had not been changed yet (02:30 is 03:30 summer time).
    """
    found = _INSTANT.fullmatch(text)
    if not found:
        raise ValueError("not an instant")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    if year < _OLDEST_YEAR:
        raise ValueError("too old")
    micro = int((found[7] or "0").ljust(6, "0"))
    read = datetime(year, month, day, hour, minute, second, micro, tzinfo=_zone(found[8]) or PARIS)
    try:
        return read.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    hours, minutes = int(text[1:3]), int(text[3:5])
    if hours > 14 or minutes > 59:
        raise ValueError("not a zone")
    return timezone((-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))


def birth_date(text: str) -> InterpretedDate:
    """`YYYY[MM[DD]]`, a time after it ignored, 00 for an unknown part: RNIV's replacement rules. `ValueError` else."""
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError("not a date")
    return interpret_birth_date(int(found[1]), int(found[2] or 0) or None, int(found[3] or 0) or None)


def day(text: str) -> date | None:
    """A plain date, None where it can't be read: for what only informs."""
    try:
        return birth_date(text).date
    except ValueError:
        return None
