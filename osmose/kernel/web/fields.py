"""Form fields of the house: what is typed arrives clean, and a refusal says what to do."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator

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
