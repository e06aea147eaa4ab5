"""Hours to come, as they are told on the phone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms

from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.base.moments import read_moment
from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean

_SPAN = re.compile(r"(?:dans\s+)?(\d{1,3})\s*(?:min|mn|minutes?)?\.?", re.IGNORECASE)
_HOUR = re.compile(r"\d{1,2}\s*[:h]\s*\d{2}(?:\s+\(?(?:été|ete|hiver)\)?)?", re.IGNORECASE)
# An hour of the clock that passed long ago is tomorrow's: « 00:20 » said at 23:50.
_YESTERDAY = timedelta(hours=12)


def read_coming(typed: str, *, now: datetime) -> datetime:
    """The instant in UTC of « 14:30 », « 20 min » or « 25/11/2026 09:00 ».

    Without a day, today's hour, or tomorrow's where it passed more than twelve hours ago. `Refused` says how to write
    it; whether it is past is the rule's to say.
    """
    text = " ".join(typed.split())
    if span := _SPAN.fullmatch(text):
        return now.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=int(span[1]))
    if not _HOUR.fullmatch(text):
        return read_moment(text, now=now)
    at = read_moment(f"{french.numeric_date(paris(now).date())} {text}", now=now)
    if now - at < _YESTERDAY:
        return at
    return read_moment(f"{french.numeric_date(paris(now).date() + timedelta(days=1))} {text}", now=now)


class ComingField(forms.Field):
    """An hour to come; empty is None where it may be. The form says what time it is (`field.now`)."""

    now: datetime

    def to_python(self, value: Any) -> datetime | None:
        typed = clean(str(value or "")).strip()[:60]
        if not typed:
            return None
        try:
            return read_coming(typed, now=self.now)
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None
