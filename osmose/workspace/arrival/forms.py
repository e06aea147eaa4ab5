"""What is typed at an arrival besides the identity: the PEC to open, and what is seen of somebody unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from osmose.encounters.forms import motif_field
from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.queries import Mode
from osmose.kernel.web.fields import CleanText
from osmose.organisations.models import CareUnit
from osmose.patients.forms import OLDEST_AGE, SIGNS_LENGTH, PatientForm
from osmose.patients.rules import Sex, Traits

_AGE = f"L’âge estimé est compris entre 0 et {OLDEST_AGE} ans."


@dataclass(frozen=True)
class ArrivalChoices:
    """What a unit offers in one click: the modes of arrival of its hospital, its motifs, favourites first."""

    modes: tuple[Mode, ...]
    motifs: tuple[str, ...]


class _InUnit(forms.Form):
    """A form of an arrival in one of the actor's units; without a choice, the acting one."""

    ID = ""  # forms of one page share no id
    use_required_attribute = False

    unit = forms.ChoiceField(
        label="Unité", required=False, error_messages={"invalid_choice": "Choisissez une de vos unités."}
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, units: Iterable[CareUnit], **options: Any):
        super().__init__(data, auto_id=f"{self.ID}-%s", **options)
        self.units = {str(unit.pk): unit for unit in units}
        field: Any = self.fields["unit"]
        field.choices = self.unit_options
        self.initial.setdefault("unit", next(iter(self.units), ""))

    @property
    def unit_options(self) -> list[tuple[str, str]]:
        return [(pk, unit.name) for pk, unit in self.units.items()]

    def care_unit(self) -> CareUnit:
        return self.units[self.cleaned_data["unit"] or next(iter(self.units))]


class PecForm(_InUnit):
    """The PEC to open: why and how the patient came, and where; what the hospital offers of both."""

    ID = "pec"

    motif = motif_field()
    arrival_mode = forms.ChoiceField(
        label="Mode d’arrivée",
        required=False,
        initial=ArrivalMode.UNKNOWN.value,
        error_messages={"invalid_choice": "Ce mode d’arrivée n’existe pas."},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        units: Iterable[CareUnit],
        choices: ArrivalChoices,
        **options: Any,
    ):
        super().__init__(data, units=units, **options)
        self.choices = choices
        field: Any = self.fields["arrival_mode"]
        field.choices = self.mode_options

    @property
    def mode_options(self) -> list[tuple[str, str]]:
        return [(mode.code, mode.label) for mode in self.choices.modes]

    def mode(self) -> str:
        """The code of the mode of arrival."""
        return str(self.cleaned_data["arrival_mode"] or ArrivalMode.UNKNOWN.value)


class NewPatientForm(PatientForm):
    """The traits of a new identity; its numbers and documents come later, on the identity's own page."""

    ASKED = (
        "birth_name",
        "used_name",
        "first_name",
        "birth_first_names",
        "birth_date",
        "estimated_age",
        "sex",
        "birth_place_code",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, **options: Any) -> None:
        asked = None if data is None else {name: data.get(name, "") for name in self.ASKED}
        super().__init__(asked, today=today, authority="", auto_id="new-%s", **options)

    def traits(self) -> Traits:
        return self.command().traits


class UnknownForm(_InUnit):
    """Somebody nobody can name: a sex, and what is seen."""

    ID = "unknown"

    sex = forms.ChoiceField(
        choices=[(sex.value, sex.value) for sex in Sex],
        error_messages={"required": "Choisissez le sexe.", "invalid_choice": "Choisissez le sexe."},
    )
    unknown_age = forms.IntegerField(
        label="Âge estimé (ans)",
        required=False,
        min_value=0,
        max_value=OLDEST_AGE,
        error_messages={"invalid": "Écrivez un nombre d’années.", "min_value": _AGE, "max_value": _AGE},
    )
    signs = CleanText(
        label="Signes distinctifs",
        required=False,
        lines=True,
        max_length=SIGNS_LENGTH,
        too_long=f"La description est trop longue\u202f: {SIGNS_LENGTH} caractères au plus.",
    )
