"""What is typed of a standing instruction, as a typed draft; two texts of one part can be kept together."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.web.fields import CleanText
from osmose.kernel.web.request import StaffRequest
from osmose.patients.rules.instructions import (
    PART_MAX,
    PARTS,
    REASON_MAX,
    REVIEWED_AFTER,
    Draft,
    InstructionKind,
)

DATES = ("valid_from", "valid_until", "review_on")
_FORMATS = ("%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %m %Y")
KEPT = (("both", "Réunir les deux"), ("mine", "Garder le mien"), ("theirs", "Garder le sien"))
# What may be typed before it is refused on its field; what is longer never reaches the database.
_TOO_LONG = f"Ce texte est trop long\u202f: {PART_MAX} caractères au plus."


class DayField(forms.DateField):
    """A day as people write it."""

    def __init__(self, **options: Any):
        messages = {
            "required": "Donnez cette date, JJ/MM/AAAA.",
            "invalid": "Cette date n’existe pas\u202f: écrivez JJ/MM/AAAA.",
        }
        super().__init__(input_formats=_FORMATS, error_messages=messages, **options)


class InstructionForm(forms.Form):
    """The parts of a kind, and its dates. `current` is what is written now, for what is kept of two corrections."""

    version = forms.IntegerField(required=False, min_value=0, max_value=10**6)
    valid_from = DayField(label="Valable du")
    valid_until = DayField(label="au", required=False)
    review_on = DayField(label="À relire avant le")

    def __init__(self, data: Mapping[str, Any], *, kind: InstructionKind, current: Mapping[str, str] | None = None):
        super().__init__(kept_of(data, current) if current else data)
        self.kind = kind
        for part in PARTS[kind]:
            self.fields[part.name] = CleanText(
                label=part.label, lines=True, required=False, max_length=PART_MAX, too_long=_TOO_LONG
            )

    def command(self) -> Draft:
        """Nothing of it is checked against another field here: the rules do."""
        parts = {p.name: self.cleaned_data[p.name] for p in PARTS[self.kind] if self.cleaned_data.get(p.name)}
        return Draft(self.kind, parts, **{name: self.cleaned_data[name] for name in DATES})

    def posted_version(self) -> int:
        """Zero, which no version has, where the form doesn't say what it was drawn from."""
        return int(self.cleaned_data.get("version") or 0)


class DecisionForm(forms.Form):
    """An end with its reason, a review with its next day, a resumption: on the version that was read."""

    version = forms.IntegerField(min_value=0, max_value=10**6, error_messages={"required": "Relisez la consigne."})
    reason = CleanText(
        required=False,
        max_length=REASON_MAX,
        too_long=f"Cette raison est trop longue\u202f: {REASON_MAX} caractères au plus.",
    )
    review_on = DayField(required=False)


def blank(request: StaffRequest) -> dict[str, str]:
    """A new instruction: from today, read again in six months."""
    today = paris(request.now).date()
    return {"valid_from": typed(today), "valid_until": "", "review_on": typed(today + REVIEWED_AFTER)}


def typed(day: date | None) -> str:
    """A day as the form shows it."""
    return french.numeric_date(day) if day else ""


def shown(values: Mapping[str, str]) -> dict[str, str]:
    """The values of a draft as the form shows them."""
    return {
        name: typed(date.fromisoformat(value)) if name in DATES and value else value for name, value in values.items()
    }


def kept_of(data: Mapping[str, Any], current: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, where nothing else was chosen for a part that somebody corrected too."""
    told = {name: data[name] for name in data}
    for name, theirs in shown(current).items():
        mine, choice = str(told.get(name, "")), told.get(f"keep_{name}")
        if choice == "theirs":
            told[name] = theirs
        elif choice == "both" and name not in DATES and theirs.strip() not in mine:
            told[name] = f"{theirs}\n{mine}".strip()
    return told


def kind_of(code: str) -> InstructionKind | None:
    """The kind named in an address; None where there is none such."""
    try:
        return InstructionKind(code)
    except ValueError:
        return None
