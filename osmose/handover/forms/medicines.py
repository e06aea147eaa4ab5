"""What an administrator types of a favourite medicine."""

from typing import Any

from django import forms

from osmose.handover.models import FavouriteMedicine


class FavouriteMedicineForm(forms.ModelForm[FavouriteMedicine]):
    """A favourite of a unit."""

    class Meta:
        help_texts = {
            "label": "Le nom que l’on dit dans l’unité. Le même nom, écrit à la main, a la même dose habituelle.",
            "usual_dose": "Vide\u202f: aucune dose n’est proposée, ni redemandée.",
            "is_sedation": "Coché\u202f: dernière sédation, en tête de la page du patient et sur la relève.",
            "order": "Du plus petit au plus grand.",
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        dose = given.get("usual_dose")
        if dose is not None and dose <= 0:
            self.add_error("usual_dose", "La dose est un nombre plus grand que zéro.")
        if dose is not None and not given.get("dose_unit"):
            self.add_error("dose_unit", "Dites en quelle unité est la dose.")
        return given
