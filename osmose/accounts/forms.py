"""What one types about one's own account."""

import uuid
from dataclasses import dataclass
from typing import Any

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.http import HttpRequest

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


class ForgottenPasswordForm(ResetPasswordForm):
    """The address of an account; nothing is written to an address without one, and the page doesn't say so."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if not self.users:
            return str(self.cleaned_data["email"])
        return str(super().save(request, **kwargs))
