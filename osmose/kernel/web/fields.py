"""Form fields of the house: what is typed arrives clean, and a refusal says what to do."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator

from osmose.kernel.base.moments import read_coming, read_moment
from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean


class CleanText(forms.CharField):
    """A text without control nor bidirectional override characters; one too long is refused, never cut.

    `lines` keeps the line breaks. `too_long` is the French sentence of the refusal.
    """

    def __init__(self, *, lines: bool = False, too_long: str, **options: Any):
        super().__init__(strip=True, **options)
        self.lines = lines
        self.error_messages["max_length"] = too_long
        # NUL characters are taken out like every other control character.
        self.validators = [v for v in self.validators if not isinstance(v, ProhibitNullCharactersValidator)]
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = too_long

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "", multiline=self.lines)


class MomentField(forms.Field):
    """An hour, with or without its day, as people type it (`read_moment`); empty is None where it may be.

    The form that holds it says what time it is: `form.fields["at"].now = now`.
    """

    now: datetime

    def to_python(self, value: Any) -> datetime | None:
        typed = clean(str(value or "")).strip()[:60]
        if not typed:
            return None
        try:
            return read_moment(typed, now=self.now)
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class ComingField(MomentField):
    """An hour that is announced: the nearest such hour to come; empty is None."""

    def to_python(self, value: Any) -> datetime | None:
        typed = clean(str(value or "")).strip()[:60]
        if not typed:
            return None
        try:
            return read_coming(typed, now=self.now)
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None
