"""What is typed about a screen: its code, its name, its look; and the word that opens a staff room."""

from typing import Any

from django import forms

from osmose.devices.rules import NAME_MAX, THEMES, WORD_MAX, Room
from osmose.kernel.base.text import clean
from osmose.kernel.web.fields import CleanText


class CodeForm(forms.Form):
    """The code of a screen, however it was typed; a wrong one is answered like none."""

    code = forms.CharField(required=False, max_length=40)

    def command(self) -> str:
        return clean(self.cleaned_data.get("code", "")) if self.is_valid() else ""


class ScreenForm(forms.Form):
    """A screen's name and look."""

    name = CleanText(
        label="Nom de l’écran",
        max_length=NAME_MAX,
        too_long=f"Ce nom est trop long\u202f: {NAME_MAX} caractères au plus.",
        error_messages={"required": "Donnez un nom à cet écran, par exemple «\u202fCouloir SAU\u202f»."},
    )
    theme = forms.ChoiceField(
        label="Affichage",
        choices=list(THEMES.items()),
        error_messages={"required": "Choisissez un affichage.", "invalid_choice": "Choisissez un affichage."},
    )


class NewScreenForm(ScreenForm):
    """The same, and where it hangs."""

    room = forms.ChoiceField(
        label="Emplacement",
        choices=[(room.value, room.label) for room in Room],
        error_messages={"required": "Dites où est l’écran.", "invalid_choice": "Dites où est l’écran."},
    )

    @property
    def wanted(self) -> dict[str, Any]:
        return {
            "name": self.cleaned_data["name"],
            "theme": self.cleaned_data["theme"],
            "room": Room(self.cleaned_data["room"]),
        }


class WordForm(forms.Form):
    """Why a staff room may show initials."""

    word = CleanText(
        label="Motif",
        max_length=WORD_MAX,
        too_long=f"Ce motif est trop long\u202f: {WORD_MAX} caractères au plus.",
        error_messages={"required": "Dites pourquoi, en quelques mots."},
    )
