"""What is told of somebody who will come, as it is told on the phone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from osmose.encounters.actions import Expected
from osmose.encounters.forms.coming import ComingField
from osmose.encounters.models import MOTIF_MAX
from osmose.encounters.operations.expected import Announcement
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.fields import CleanText
from osmose.organisations.models import CareUnit
from osmose.patients.forms import OLDEST_AGE, BirthDateField, read_birth_date
from osmose.patients.models import Patient
from osmose.patients.rules import Sex, Traits, check_birth_date, check_name
from osmose.patients.rules.names import NAME_LENGTH

SHORT, LONG = 120, 2000
_SEXES = (("I", "Non précisé"), ("F", "Femme"), ("M", "Homme"))


def text(label: str, most: int = SHORT, *, required: str = "", lines: bool = False) -> CleanText:
    """A text that is refused when it is too long, or missing where `required` says what to write."""
    return CleanText(
        label=label,
        required=bool(required),
        max_length=most,
        lines=lines,
        too_long=f"Ce texte est trop long\u202f: {most} caractères au plus.",
        error_messages={"required": required} if required else None,
    )


class AnnounceForm(forms.Form):
    """An announcement; who it is about only as far as it is known. `known` is somebody of the hospital."""

    use_required_attribute = False

    unit = forms.ChoiceField(
        label="Unité qui attend", required=False, error_messages={"invalid_choice": "Choisissez une unité."}
    )
    expected_at = ComingField(
        label="Arrivée prévue", error_messages={"required": "Écrivez l’heure prévue, même approchée."}
    )
    reason = text("Motif", MOTIF_MAX, required="Indiquez le motif de la venue.")
    announced_by = text("Annoncé par", required="Écrivez qui annonce le patient.")
    announced_from = text("De")
    phone = text("Téléphone", 30)
    context = text("Contexte", LONG, lines=True)
    birth_name = text("Nom de naissance", NAME_LENGTH)
    first_name = text("Prénom", NAME_LENGTH)
    birth_date = BirthDateField(label="Date de naissance", required=False)
    estimated_age = forms.IntegerField(
        label="Âge estimé (ans)",
        required=False,
        min_value=0,
        max_value=OLDEST_AGE,
        error_messages={
            "invalid": "Écrivez un nombre d’années.",
            "min_value": f"L’âge estimé est compris entre 0 et {OLDEST_AGE} ans.",
            "max_value": f"L’âge estimé est compris entre 0 et {OLDEST_AGE} ans.",
        },
    )
    sex = forms.ChoiceField(
        label="Sexe",
        choices=_SEXES,
        required=False,
        initial="I",
        error_messages={"invalid_choice": "Choisissez le sexe."},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        units: Iterable[CareUnit],
        now: datetime,
        today: date,
        known: Patient | None = None,
    ):
        super().__init__(data, auto_id="expected-%s")
        self.units, self.today, self.known = {str(unit.pk): unit for unit in units}, today, known
        field: Any = self.fields["unit"]
        field.choices = self.unit_options
        self.initial.setdefault("unit", next(iter(self.units), ""))
        self.fields["expected_at"].now = now  # type: ignore[attr-defined]

    @property
    def unit_options(self) -> list[tuple[str, str]]:
        return [(pk, unit.label) for pk, unit in self.units.items()]

    @property
    def sexes(self) -> tuple[tuple[str, str], ...]:
        return _SEXES

    def clean_birth_name(self) -> str:
        return self._name("birth_name")

    def clean_first_name(self) -> str:
        return self._name("first_name")

    def _name(self, field: str) -> str:
        typed = str(self.cleaned_data.get(field) or "")
        try:
            return check_name(typed, field=field) if typed else ""
        except Refused as refused:
            raise ValidationError(refused.sentence) from None

    def clean_birth_date(self) -> date | None:
        typed = str(self.cleaned_data.get("birth_date") or "")
        if not typed:
            return None
        try:
            born = read_birth_date(typed, today=self.today)
            check_birth_date(born, today=self.today)
        except ValueError:
            raise ValidationError("Cette date n’existe pas\u202f: écrivez JJ/MM/AAAA.") from None
        except Refused as refused:
            raise ValidationError(refused.sentence) from None
        return born

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        is_named = self.known is not None or bool(self.errors) or bool(given.get("birth_name"))
        if not is_named and (given.get("first_name") or given.get("birth_date")):
            self.add_error("birth_name", "Écrivez aussi le nom\u202f; sans nom, un âge estimé suffit.")
        return given

    def who(self) -> Expected:
        given = self.cleaned_data
        if self.known is not None:
            return Expected(patient=self.known)
        sex, age = Sex(given["sex"] or "I"), given["estimated_age"]
        if not given["birth_name"]:
            return Expected(sex=sex, estimated_age=age)
        has_age_only = given["birth_date"] is None and age is not None
        return Expected(
            traits=Traits(
                birth_name=given["birth_name"],
                first_name=given["first_name"],
                birth_date=given["birth_date"],
                birth_year=self.today.year - age if has_age_only else None,
                sex=sex,
            )
        )

    def told(self) -> Announcement:
        given = self.cleaned_data
        return Announcement(
            care_unit=self.units[given["unit"] or next(iter(self.units))],
            expected_at=given["expected_at"],
            reason=given["reason"],
            announced_by=given["announced_by"],
            announced_from=given["announced_from"],
            phone=given["phone"],
            context=given["context"],
        )


class CancelForm(forms.Form):
    """Why nobody will come."""

    reason = text("Raison", SHORT, required="Écrivez pourquoi ce patient n’est plus attendu.")


class ChosenForm(forms.Form):
    """The PEC that an announcement is."""

    encounter = forms.UUIDField(
        error_messages={
            "required": "Choisissez la prise en charge.",
            "invalid": "Cette prise en charge n’existe plus.",
        }
    )
