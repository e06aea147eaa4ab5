"""What is ticked on the sheet."""

import uuid
from typing import Any

from django import forms

from osmose.kernel.base.refused import Refused

MOST = 300  # patients of one click
_GONE = "Ce choix n’existe plus\u202f: rechargez la page."


class ReadForm(forms.Form):
    """The patients that are ticked, or the one whose own button was clicked."""

    groupe = forms.RegexField(r"[0-9a-f-]{36}|autres", required=False)
    only = forms.UUIDField(required=False, error_messages={"invalid": _GONE})

    def __init__(self, data: Any):
        super().__init__(data)
        self.ticked: list[str] = list(data.getlist("pec"))

    @property
    def group(self) -> str:
        """The sector of the sheet whose form it is, which is given another token; once `chosen`."""
        return str(self.cleaned_data["groupe"])

    def chosen(self) -> list[uuid.UUID]:
        """`Refused` where something is wrong."""
        if not self.is_valid() or len(self.ticked) > MOST:
            raise Refused(_GONE, field="pec", code="form")
        if self.cleaned_data["only"]:
            return [self.cleaned_data["only"]]
        try:
            return [uuid.UUID(text) for text in dict.fromkeys(self.ticked)]
        except ValueError:
            raise Refused(_GONE, field="pec", code="form") from None


class SheetForm(forms.Form):
    """The unit whose sheet is on a screen."""

    unite = forms.UUIDField()

    def chosen(self) -> uuid.UUID | None:
        return self.cleaned_data["unite"] if self.is_valid() else None


class UndoReadForm(forms.Form):
    """The click to take back."""

    read = forms.UUIDField(error_messages={"required": _GONE, "invalid": _GONE})

    def chosen(self) -> uuid.UUID:
        if not self.is_valid():
            raise Refused(_GONE, field="read", code="form")
        value: uuid.UUID = self.cleaned_data["read"]
        return value
