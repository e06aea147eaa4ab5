"""The forms of cibles and phrases, in the administration."""

from typing import Any

from django import forms

_ORDER = "Du plus petit au plus grand."


class FocusForm(forms.ModelForm[Any]):
    """A cible that a unit offers."""

    class Meta:
        help_texts = {
            "label": "Un symptôme, un comportement, un événement\u202f; ni un diagnostic, ni un soin.",
            "order": _ORDER,
        }


class PhraseForm(forms.ModelForm[Any]):
    """A phrase that a unit offers."""

    class Meta:
        help_texts = {
            "label": "Le mot du menu.",
            "text": "Ce qui s’écrit dans la transmission. Aucun nom de patient.",
            "order": _ORDER,
        }
