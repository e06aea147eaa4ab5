"""What is typed of a treatment given: a favourite in one click, or anything in free text."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms

from osmose.handover.models import FavouriteMedicine
from osmose.handover.models.treatments import DRUG_MAX, EFFECT_MAX, GIVER_MAX, REASON_MAX
from osmose.handover.operations.treatments import Given
from osmose.handover.rules.doses import ROUTES, UNITS, dose_words, read_dose
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.fields import CleanText, MomentField

_GONE = "Ce traitement n’existe plus\u202f: rechargez la page."


def _text(label: str, most: int, *, required: str = "", lines: bool = False) -> CleanText:
    return CleanText(
        label=label,
        required=bool(required),
        max_length=most,
        lines=lines,
        too_long=f"Ce texte est trop long\u202f: {most} caractères au plus. Le détail va dans une transmission.",
        error_messages={"required": required} if required else None,
    )


class DoseField(forms.CharField):
    """« 0,5 », « 1 000 » → a number; empty is None."""

    def to_python(self, value: Any) -> Any:
        try:
            return read_dose(str(value or "")[:40])
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None


def favourite_words(row: FavouriteMedicine) -> str:
    """« Loxapine 50 mg, IM »: what one click on it says."""
    dose = dose_words(row.usual_dose, row.dose_unit)
    route = ROUTES.get(row.route, "")
    return ", ".join(part for part in (" ".join(p for p in (row.label, dose) if p), route) if part)


class GiveForm(forms.Form):
    """A treatment. A favourite fills what is left empty; what is typed wins."""

    use_required_attribute = False

    favourite = forms.CharField(required=False)
    drug = _text("Autre médicament", DRUG_MAX)
    dose = DoseField(label="Dose", required=False)
    dose_unit = forms.ChoiceField(
        label="Unité",
        required=False,
        choices=[("", ""), *UNITS.items()],
        error_messages={"invalid_choice": "Choisissez une unité de la liste."},
    )
    route = forms.ChoiceField(
        label="Voie",
        required=False,
        choices=[("", ""), *ROUTES.items()],
        error_messages={"invalid_choice": "Choisissez une voie de la liste."},
    )
    at = MomentField(label="Heure", required=False)
    giver = _text("Donné par", GIVER_MAX)
    sedation = forms.BooleanField(label="Sédation", required=False)
    confirm = forms.BooleanField(required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, favourites: Iterable[FavouriteMedicine], now: datetime
    ):
        super().__init__(data, auto_id="give-%s")
        self.favourites = {str(row.pk): row for row in favourites}
        self.fields["at"].now = now  # type: ignore[attr-defined]

    @property
    def favourite_options(self) -> list[tuple[str, str]]:
        return [(pk, favourite_words(row)) for pk, row in self.favourites.items()]

    @property
    def unit_options(self) -> list[tuple[str, str]]:
        return list(UNITS.items())

    @property
    def route_options(self) -> list[tuple[str, str]]:
        return list(ROUTES.items())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = self.favourites.get(given.get("favourite", ""))
        if chosen is None and not given.get("drug") and "drug" not in self.errors:
            is_gone = bool(given.get("favourite"))
            self.add_error(
                "drug",
                "Ce favori n’existe plus\u202f: écrivez le médicament."
                if is_gone
                else "Choisissez un favori, ou écrivez le médicament.",
            )
        self._complete(given, None if given.get("drug") else chosen)
        if given.get("dose") is not None and not given.get("dose_unit") and "dose_unit" not in self.errors:
            self.add_error("dose_unit", "Dites en quelle unité est la dose.")
        return given

    def _complete(self, given: dict[str, Any], chosen: FavouriteMedicine | None) -> None:
        """A drug that is typed is another one: the favourite then says nothing of it."""
        if chosen is None:
            return
        given["drug"] = chosen.label
        given["sedation"] = given.get("sedation") or chosen.is_sedation
        given["route"] = given.get("route") or chosen.route
        if given.get("dose") is None and "dose" not in self.errors:
            given["dose"] = chosen.usual_dose.normalize() if chosen.usual_dose else None
            given["dose_unit"] = chosen.dose_unit if chosen.usual_dose else ""
        elif not given.get("dose_unit"):
            given["dose_unit"] = chosen.dose_unit

    def command(self) -> Given:
        given = self.cleaned_data
        dose: Decimal | None = given["dose"]
        return Given(
            drug=given["drug"],
            dose=dose,
            dose_unit=given["dose_unit"] if dose is not None else "",
            route=given["route"],
            is_sedation=given["sedation"],
            at=given["at"],
            giver=given["giver"],
            is_confirmed=given["confirm"],
        )


class EffectForm(forms.Form):
    """What a treatment did, and at what hour it was seen."""

    treatment = forms.UUIDField(error_messages={"required": _GONE, "invalid": _GONE})
    effect = _text("Effet", EFFECT_MAX, required="Écrivez l’effet constaté.")
    at = MomentField(label="Vu à", required=False)

    def __init__(self, data: Mapping[str, Any], *, now: datetime):
        super().__init__(data)
        self.fields["at"].now = now  # type: ignore[attr-defined]

    def chosen(self) -> uuid.UUID:
        value: uuid.UUID = self.cleaned_data["treatment"]
        return value


class StrikeForm(forms.Form):
    """The treatment noted by mistake, and why."""

    treatment = forms.UUIDField(error_messages={"required": _GONE, "invalid": _GONE})
    reason = _text("Pourquoi", REASON_MAX, required="Dites pourquoi vous le rayez.")

    def chosen(self) -> uuid.UUID:
        value: uuid.UUID = self.cleaned_data["treatment"]
        return value


class SearchForm(forms.Form):
    """The first letters of a drug."""

    drug = forms.CharField(required=False, max_length=DRUG_MAX)

    def typed(self) -> str:
        return str(self.cleaned_data.get("drug", "")) if self.is_valid() else ""
