"""What is typed at an arrival, as typed values. Nothing here is ever remembered by the browser."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean
from osmose.patients.rules import (
    IdentityStatus,
    Sex,
    Traits,
    check_birth_date,
    check_name,
    interpret_birth_date,
    require_consistent,
    status_for,
)
from osmose.patients.rules.ins import NIR_OID
from osmose.patients.rules.names import NAME_LENGTH, search_tokens
from osmose.patients.rules.registration import NUMBER_LENGTH, Identifier, IdentifierKind, Standing, check_birth_place

SIGNS_LENGTH = 1000
OLDEST_AGE = 130
_SEPARATORS = re.compile(r"[\s./\u00a0\u202f-]+")
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_T = TypeVar("_T")
_MESSAGES = {
    "required": "Ce champ est à remplir.",
    "max_length": "Ce texte est trop long (%(limit_value)d caractères au plus).",
    "null_characters_not_allowed": "Ce texte contient un caractère invisible interdit.",
}
_SEXES = (("M", "Homme"), ("F", "Femme"), ("I", "Indéterminé"))


def read_birth_date(typed: str, *, today: date) -> date:
    """« 12/03/1981 », « 12031981 », « 12 03 81 », « 12.3.1981 » or « 1981-03-12 »; 00 for an unknown day or month.

    Two figures of a year are the last such year not in the future. `ValueError` where it is no date.
    """
    text = typed.strip()
    if iso := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in iso.groups())
        return date(year, month, day)
    parts = [part for part in _SEPARATORS.split(text) if part]
    if len(parts) == 3:
        parts = [parts[0].zfill(2), parts[1].zfill(2), parts[2]]
    matched = _DIGITS.fullmatch("".join(parts)) if len(parts) in (1, 3) else None
    if matched is None:
        raise ValueError("not a date")
    day, month, year = (int(part) for part in matched.groups())
    if len(matched[3]) == 2:
        year += 2000 if 2000 + year <= today.year else 1900
    return interpret_birth_date(year, month or None, day or None).date


def _obey(rule: Callable[[], _T]) -> _T:
    """The rule's value; its refusal becomes the field's error."""
    try:
        return rule()
    except Refused as refused:
        raise ValidationError(refused.sentence, code=refused.code) from None


def _text(placeholder: str, **attributes: str) -> forms.TextInput:
    return forms.TextInput(
        attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": placeholder, **attributes}
    )


class BirthDateField(forms.CharField):
    """A birth date typed in one go."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", _text("JJ/MM/AAAA", inputmode="numeric"))
        super().__init__(max_length=20, error_messages=_MESSAGES, **options)


class _ClinicalForm(forms.Form):
    """A form that knows the day, and turns a refusal of the rules into an error of its field."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.today = today

    def clean_birth_date(self) -> date | None:
        typed = str(self.cleaned_data.get("birth_date") or "")
        if not typed:
            return None
        try:
            born = read_birth_date(typed, today=self.today)
        except ValueError:
            raise ValidationError("Cette date n’existe pas\u202f: écrivez JJ/MM/AAAA.", code="birth_date") from None
        _obey(lambda: check_birth_date(born, today=self.today))
        return born


@dataclass(frozen=True, kw_only=True, repr=False)
class SearchCommand:
    """What to look for; `number` alone is enough, letters narrow a birth date."""

    birth_date: date | None = None
    letters: str = ""
    number: str = ""


class SearchForm(_ClinicalForm):
    """RNIV: by birth date first, then at least three letters; or by number."""

    birth_date = BirthDateField(label="Date de naissance", required=False)
    letters = forms.CharField(
        label="Nom ou prénom",
        required=False,
        max_length=NAME_LENGTH,
        error_messages=_MESSAGES,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "3 lettres ou plus"}
        ),
    )
    number = forms.CharField(
        label="IPP ou matricule INS",
        required=False,
        max_length=NUMBER_LENGTH,
        error_messages=_MESSAGES,
        widget=_text(""),
    )

    def clean_letters(self) -> str:
        letters = clean(str(self.cleaned_data.get("letters") or ""))
        if letters and not search_tokens(letters):
            raise ValidationError("Écrivez au moins trois lettres du nom ou du prénom.", code="letters")
        return letters

    def clean_number(self) -> str:
        return clean(str(self.cleaned_data.get("number") or ""))

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and not given.get("birth_date") and not given.get("number"):
            self.add_error("birth_date", "Saisissez d’abord la date de naissance, ou un numéro.")
        return given

    def command(self) -> SearchCommand:
        given = self.cleaned_data
        return SearchCommand(birth_date=given["birth_date"], letters=given["letters"], number=given["number"])


@dataclass(frozen=True, kw_only=True, repr=False)
class RegistrationCommand:
    """What `operations.register` takes, but for actor, establishment and hour."""

    traits: Traits
    identifiers: tuple[Identifier, ...] = ()
    standing: Standing = field(default_factory=Standing)
    distinctive_signs: str = ""


class PatientForm(_ClinicalForm):
    """A new identity. `authority` is the namespace of the establishment that gives the IPP."""

    AGE_IS_REQUIRED = True

    birth_name = forms.CharField(label="Nom de naissance", max_length=NAME_LENGTH, error_messages=_MESSAGES)
    used_name = forms.CharField(label="Nom utilisé", required=False, max_length=NAME_LENGTH, error_messages=_MESSAGES)
    first_name = forms.CharField(
        label="Premier prénom de naissance", required=False, max_length=NAME_LENGTH, error_messages=_MESSAGES
    )
    birth_first_names = forms.CharField(
        label="Prénoms de naissance", required=False, max_length=NAME_LENGTH, error_messages=_MESSAGES
    )
    birth_date = BirthDateField(label="Date de naissance", required=False)
    estimated_age = forms.IntegerField(
        label="Âge estimé (ans)",
        required=False,
        min_value=0,
        max_value=OLDEST_AGE,
        error_messages={
            "invalid": "Écrivez un nombre d’années.",
            "min_value": "L’âge estimé est compris entre 0 et 130 ans.",
            "max_value": "L’âge estimé est compris entre 0 et 130 ans.",
        },
    )
    sex = forms.ChoiceField(
        label="Sexe",
        choices=_SEXES,
        error_messages={"required": "Choisissez le sexe.", "invalid_choice": "Choisissez le sexe."},
        widget=forms.RadioSelect,
    )
    birth_place_code = forms.CharField(
        label="Lieu de naissance (code INSEE)", required=False, max_length=5, error_messages=_MESSAGES
    )
    ipp = forms.CharField(label="IPP", required=False, max_length=NUMBER_LENGTH, error_messages=_MESSAGES)
    ins = forms.CharField(label="Matricule INS", required=False, max_length=30, error_messages=_MESSAGES)
    document_checked = forms.BooleanField(label="Pièce d’identité vérifiée", required=False)
    distinctive_signs = forms.CharField(
        label="Signes distinctifs",
        required=False,
        max_length=SIGNS_LENGTH,
        error_messages=_MESSAGES,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, authority: str, **options: Any) -> None:
        super().__init__(data, today=today, **options)
        self.authority = authority
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")
            bound.widget.attrs.setdefault("spellcheck", "false")

    def clean_birth_name(self) -> str:
        return self._name("birth_name")

    def clean_used_name(self) -> str:
        return self._name("used_name")

    def clean_first_name(self) -> str:
        return self._name("first_name")

    def clean_birth_first_names(self) -> str:
        return self._name("birth_first_names")

    def clean_birth_place_code(self) -> str:
        return _obey(lambda: check_birth_place(str(self.cleaned_data.get("birth_place_code") or "")))

    def clean_ipp(self) -> Identifier | None:
        return self._identifier("ipp", IdentifierKind.IPP)

    def clean_ins(self) -> Identifier | None:
        return self._identifier("ins", IdentifierKind.INS)

    def clean_distinctive_signs(self) -> str:
        return clean(str(self.cleaned_data.get("distinctive_signs") or ""), multiline=True)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        has_no_age = given.get("birth_date") is None and given.get("estimated_age") is None
        if self.AGE_IS_REQUIRED and not self.errors and has_no_age:
            self.add_error("birth_date", "Saisissez la date de naissance, ou un âge estimé.")
        if not self.errors:
            standing = self._standing()
            try:
                require_consistent(standing.status, (), has_ins=given.get("ins") is not None)
            except Refused as refused:
                self.add_error("ins", ValidationError(refused.sentence, code=refused.code))
        return given

    def command(self) -> RegistrationCommand:
        given = self.cleaned_data
        has_age_only = given["birth_date"] is None and given["estimated_age"] is not None
        traits = Traits(
            birth_name=given["birth_name"],
            used_name=given["used_name"],
            first_name=given["first_name"],
            birth_first_names=given["birth_first_names"],
            birth_date=given["birth_date"],
            birth_year=self.today.year - given["estimated_age"] if has_age_only else None,
            sex=Sex(given["sex"]),
            birth_place=given["birth_place_code"],
        )
        return RegistrationCommand(
            traits=traits,
            identifiers=tuple(number for number in (given["ipp"], given["ins"]) if number is not None),
            standing=self._standing(),
            distinctive_signs=given["distinctive_signs"],
        )

    def _standing(self) -> Standing:
        given = self.cleaned_data
        status: IdentityStatus = status_for(
            document_checked=bool(given.get("document_checked")), ins_fetched=given.get("ins") is not None
        )
        return Standing(status=status)

    def _name(self, field: str) -> str:
        typed = clean(str(self.cleaned_data.get(field) or ""))
        return _obey(lambda: check_name(typed, field=field)) if typed else ""

    def _identifier(self, field: str, kind: IdentifierKind) -> Identifier | None:
        typed = clean(str(self.cleaned_data.get(field) or ""))
        if not typed:
            return None
        oid = NIR_OID if kind is IdentifierKind.INS else ""
        number = Identifier(kind=kind, value=typed, authority=self.authority, oid=oid)
        return _obey(number.normalised)
