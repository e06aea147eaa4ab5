"""What one chooses for oneself in the header."""

import uuid
from dataclasses import dataclass

from django import forms

from osmose.accounts.rules import THEMES, is_own_path

HOME = "/pec/"


class ReturnForm(forms.Form):
    """Where to go back to: a path of Osmose, home otherwise."""

    next = forms.CharField(required=False, max_length=500)

    def clean_next(self) -> str:
        path = str(self.cleaned_data.get("next") or "")
        return path if is_own_path(path) else HOME


@dataclass(frozen=True)
class UnitChoice:
    unit_id: uuid.UUID
    next: str


class UnitForm(ReturnForm):
    """The unit for which one works from now on."""

    unit = forms.UUIDField(error_messages={"required": "Choisissez une unité.", "invalid": "Choisissez une unité."})

    def command(self) -> UnitChoice:
        return UnitChoice(unit_id=self.cleaned_data["unit"], next=self.cleaned_data["next"])


@dataclass(frozen=True)
class ThemeChoice:
    theme: str
    next: str


class ThemeForm(ReturnForm):
    """Light, night, or as the device says."""

    theme = forms.ChoiceField(choices=list(THEMES.items()))

    def command(self) -> ThemeChoice:
        return ThemeChoice(theme=self.cleaned_data["theme"], next=self.cleaned_data["next"])
