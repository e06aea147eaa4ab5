"""What is chosen and typed about sectors and relais, as typed commands."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms

from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.operations.relays import WORD_MAX, Patient
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.fields import CleanText

MOST = 200  # patients of one relais
ACCEPT, REFUSE = "accept", "refuse"


def word_field() -> CleanText:
    return CleanText(
        label="Un mot",
        required=False,
        max_length=WORD_MAX,
        too_long=f"Ce mot est trop long\u202f: {WORD_MAX} caractères au plus. Le détail va dans une transmission.",
    )


def valid(form: forms.Form) -> None:
    """The first thing wrong with what was posted, on its field."""
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Refused(str(errors[0]), field=field, code="form")


class SectorForm(forms.Form):
    """The role in which a sector is taken, asked for or given back."""

    role = forms.ChoiceField(
        choices=[(role.value, role.label) for role in Referent],
        error_messages={"required": "Choisissez un rôle.", "invalid_choice": "Ce rôle n’existe pas."},
    )
    confirm = forms.BooleanField(required=False)
    word = word_field()

    def asked_role(self) -> Referent:
        valid(self)
        return Referent(self.cleaned_data["role"])


class UndoSectorForm(forms.Form):
    """The taking to undo."""

    duty = forms.UUIDField(
        error_messages={"required": "Cette prise n’existe plus.", "invalid": "Cette prise n’existe plus."}
    )


@dataclass(frozen=True)
class Offer:
    """A relais as its form says it."""

    taker_id: uuid.UUID
    patients: tuple[Patient, ...]
    duty_ids: tuple[uuid.UUID, ...]
    word: str


class OfferForm(forms.Form):
    """Whom the patients are offered to, which ones, the sectors that go with them, a word."""

    taker = forms.UUIDField(
        error_messages={
            "required": "Choisissez à qui proposer ces patients.",
            "invalid": "Cette personne n’existe pas.",
        }
    )
    word = word_field()

    def __init__(self, data: Any):
        super().__init__(data)
        self.chosen: list[str] = list(data.getlist("patient"))
        self.sectors: list[str] = list(data.getlist("sector"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if len(self.chosen) > MOST or len(self.sectors) > MOST:
            self.add_error(None, f"{MOST} patients au plus par relais.")
            return cleaned
        try:
            cleaned["patients"] = tuple(map(read_patient, dict.fromkeys(self.chosen)))
            cleaned["duties"] = tuple(uuid.UUID(text) for text in self.sectors)
        except ValueError:
            self.add_error(None, "Ce choix n’existe plus\u202f: rechargez la page.")
        return cleaned

    def command(self) -> Offer:
        """`Refused` where something is wrong."""
        valid(self)
        known = self.cleaned_data
        return Offer(known["taker"], known["patients"], known["duties"], known["word"])


def read_patient(code: str) -> Patient:
    """« PEC id:role »."""
    pk, _, role = code.partition(":")
    return Patient(uuid.UUID(pk), Referent(role))


def patient_code(encounter_id: uuid.UUID, role: Referent) -> str:
    """What `read_patient` reads."""
    return f"{encounter_id}:{role.value}"


class AnswerForm(forms.Form):
    """The answer to a relais, with a word."""

    deed = forms.ChoiceField(
        choices=[(ACCEPT, "Accepter"), (REFUSE, "Refuser")],
        error_messages={"required": "Acceptez ou refusez.", "invalid_choice": "Acceptez ou refusez."},
    )
    word = word_field()
