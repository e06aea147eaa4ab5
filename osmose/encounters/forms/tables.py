"""What an administrator types in the reference tables; help and refusals in French."""

import re
from datetime import time
from typing import Any

from django import forms

from osmose.kernel.base.text import fold
from osmose.organisations.models import CareUnit

_HOUR = re.compile(r"([01]?[0-9]|2[0-3])\s*[:hH]\s*([0-5][0-9])?")
# (watch, over) of a unit, as the model names them.
WAITS = (
    ("waiting_watch_minutes", "waiting_over_minutes"),
    ("psychiatry_watch_minutes", "psychiatry_over_minutes"),
    ("request_watch_minutes", "request_over_minutes"),
)
LONGEST_WAIT = 7 * 24 * 60
CODE_HINT = (
    "Lettres majuscules sans accent, chiffres, traits d’union. Il ne change plus\u202f: les messages HL7 le citent."
)
_ORDER_HINT = "Du plus petit au plus grand."


class Hours(forms.CharField):
    """« 07:00, 14 h, 21:00 » ⇄ a sorted list of hours."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(f"{hour:%H:%M}" for hour in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        hours = set()
        typed = str(value or "")
        for piece in filter(str.strip, re.split(r"[,;]" if re.search(r"[,;]", typed) else r"\s", typed)):
            found = _HOUR.fullmatch(piece.strip())
            if found is None:
                raise forms.ValidationError("Écrivez des heures séparées par des virgules\u202f: 07:00, 14:00, 21:00.")
            hours.add(time(int(found[1]), int(found[2] or 0)))
        if len(hours) > 6:
            raise forms.ValidationError("Six heures de relève au plus.")
        return sorted(hours)

    def validate(self, value: Any) -> None:
        """An empty list is no fault: a unit may have no fixed shifts."""

    def run_validators(self, value: Any) -> None:
        """Nothing more than what `to_python` reads."""


class UnitForm(forms.ModelForm[CareUnit]):
    """Names, hours and thresholds of a unit."""

    shift_starts = Hours(
        label="Heures de relève",
        required=False,
        help_text="Séparées par des virgules\u202f: 07:00, 14:00, 21:00. Vide\u202f: pas de relève à heure fixe.",
    )

    class Meta:
        help_texts = {
            "code": CODE_HINT,
            "name": "En toutes lettres, comme sur la porte.",
            "short_name": "En tête des pages et sur les étiquettes.",
            "kind": "Les patients s’enregistrent dans une unité d’urgences.",
            "relay_minutes": "De 1 à 240 minutes\u202f; au-delà, «\u202fsans réponse\u202f» se dit aux deux.",
            "unread_minutes": "De 1 à 120 minutes sans lecteur\u202f; au-delà, à qui vient ensuite, puis au cadre.",
            "closure_hours": "De 1 à 720 heures.",
            "lock_minutes": "De 1 à 60 minutes sans geste.",
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for watch, over in WAITS:
            self._check_wait(given, watch, over)
        self._within(given, "relay_minutes", 1, 240, "minutes")
        self._within(given, "unread_minutes", 1, 120, "minutes")
        self._within(given, "closure_hours", 1, 720, "heures")
        self._within(given, "lock_minutes", 1, 60, "minutes")
        return given

    def _check_wait(self, given: dict[str, Any], watch: str, over: str) -> None:
        self._within(given, watch, 1, LONGEST_WAIT, "minutes")
        self._within(given, over, 1, LONGEST_WAIT, "minutes")
        first, second = given.get(watch), given.get(over)
        if first is not None and second is not None and watch not in self.errors and second <= first:
            self.add_error(
                over, f"«\u202fdépassée\u202f» vient après «\u202fà surveiller\u202f»\u202f: plus de {first} min."
            )

    def _within(self, given: dict[str, Any], name: str, least: int, most: int, unit: str) -> None:
        value = given.get(name)
        if value is not None and name not in self.errors and not least <= value <= most:
            self.add_error(name, f"De {least} à {most} {unit}.")


class LocationForm(forms.ModelForm[Any]):
    """A zone, a box or a bed of a unit."""

    class Meta:
        help_texts = {
            "code": f"«\u202fBOX-3\u202f» est le box 3 des messages du serveur d’identités. {CODE_HINT}",
            "label": "Le mot du bouton, sur la page du patient.",
            "order": _ORDER_HINT,
            "is_box": "Coché\u202f: un box ou un lit, où l’on est seul. Sinon une zone. Choisi une fois pour toutes.",
            "capacity": "Nombre de patients. Vide\u202f: sans limite.",
        }

    def clean_capacity(self) -> int | None:
        capacity: int | None = self.cleaned_data["capacity"]
        if capacity is not None and capacity < 1:
            raise forms.ValidationError("Un patient au moins, ou rien.")
        return capacity


class SectorForm(forms.ModelForm[Any]):
    """A range of places of a unit."""

    class Meta:
        help_texts = {
            "name": "Ce que disent les soignants\u202f: «\u202fBox 1 à 5\u202f», «\u202fFilière couchée\u202f».",
            "order": _ORDER_HINT,
            "locations": "Qui prend le secteur est référent des patients qui s’y trouvent, puis de ceux qui y arrivent."
            " Un box décide avant sa zone.",
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        places = list(given.get("locations") or ())
        unit = given.get("care_unit") or getattr(self.instance, "care_unit", None)
        if "locations" in self.fields and not places and "locations" not in self.errors:
            self.add_error("locations", "Choisissez au moins une localisation.")
        if unit is not None and any(place.care_unit_id != unit.pk for place in places):
            self.add_error("locations", "Choisissez des localisations de cette unité seulement.")
        self.instance.wanted_locations = places
        return given


class StatusForm(forms.ModelForm[Any]):
    """A status of activity of a unit."""

    class Meta:
        help_texts = {
            "label": "Le mot du bouton, celui que dit l’équipe.",
            "meaning": "Ce que les autres comprennent : l’icône, et ce qui sonne encore. Choisi une fois pour toutes.",
            "usual_minutes": "Vide : sans heure de fin tant que la personne n’en dit pas.",
            "order": _ORDER_HINT,
        }

    def clean_usual_minutes(self) -> int | None:
        minutes: int | None = self.cleaned_data["usual_minutes"]
        if minutes is not None and not 1 <= minutes <= 720:
            raise forms.ValidationError("De 1 à 720 minutes, ou rien.")
        return minutes


class MotifEntryForm(forms.ModelForm[Any]):
    """A motif of the list."""

    class Meta:
        help_texts = {
            "label": "Ce qui est vu ou dit à l’arrivée, jamais un diagnostic.",
            "is_favourite": "En un clic sur la page du patient\u202f; les autres sont dans la liste.",
            "order": _ORDER_HINT,
            "care_unit": "Vide\u202f: proposé dans toutes les unités de l’établissement.",
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        unit = given.get("care_unit")
        establishment = given.get("establishment") or getattr(self.instance, "establishment", None)
        if unit is not None and establishment is not None and unit.establishment_id != establishment.pk:
            self.add_error("care_unit", "Cette unité est d’un autre établissement.")
        return given


class ModeForm(forms.ModelForm[Any]):
    """A mode of arrival."""

    class Meta:
        help_texts = {
            "code": "Minuscules sans accent. Laissez vide\u202f: il est tiré du libellé. Il ne change plus.",
            "label": "Le mot du bouton.",
            "transport": "Ce que le RPU en dit.",
            "order": _ORDER_HINT,
        }

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if "code" in self.fields:
            self.fields["code"].required = False

    def clean_code(self) -> str:
        code = self.cleaned_data["code"] or fold(self.data.get("label", "")).lower().replace(" ", "-")[:20].strip("-")
        if not code:
            raise forms.ValidationError("Donnez un code, en lettres sans accent.")
        return str(code)
