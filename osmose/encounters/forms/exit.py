"""How and when the patient left, and why a closed PEC is opened again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from osmose.encounters.forms.clicks import RevisedForm
from osmose.encounters.lifecycle import Destination, ExitMode, HandedOver, Orientation
from osmose.encounters.lifecycle.exits import HANDED_MAX
from osmose.kernel.web.fields import CleanText, MomentField

REASON_MAX = 300
_TOO_LONG = f"Ce texte est trop long\u202f: {HANDED_MAX} caractères au plus."


@dataclass(frozen=True)
class ExitCommand:
    """How, where to and when the patient left; without an hour, now."""

    mode: ExitMode | None
    destination: Destination | None
    orientation: Orientation | None
    at: datetime | None
    handed: HandedOver
    revision: int | None
    unit_revision: int | None


class ExitForm(RevisedForm):
    """The exit, in the RPU's codes; all of it may be completed later, but for the hour."""

    exit_mode = forms.ChoiceField(
        label="Mode de sortie",
        required=False,
        choices=[(m.value, m.label) for m in ExitMode],
        error_messages={"invalid_choice": "Ce mode de sortie n’existe pas."},
    )
    destination = forms.ChoiceField(
        label="Destination",
        required=False,
        choices=[(d.value, d.label) for d in Destination],
        error_messages={"invalid_choice": "Cette destination n’existe pas."},
    )
    orientation = forms.ChoiceField(
        label="Orientation",
        required=False,
        choices=[(o.value, o.label) for o in Orientation],
        error_messages={"invalid_choice": "Cette orientation n’existe pas."},
    )
    at = MomentField(label="Heure de sortie", required=False)
    unit_revision = forms.IntegerField(required=False, min_value=0)
    handed_to = CleanText(required=False, max_length=HANDED_MAX, too_long=_TOO_LONG)
    handed_reason = CleanText(required=False, max_length=HANDED_MAX, too_long=_TOO_LONG)

    def __init__(self, data: Mapping[str, Any], *, now: datetime):
        super().__init__(data)
        self.fields["at"].now = now  # type: ignore[attr-defined]

    def command(self) -> ExitCommand:
        mode, destination, orientation = (
            self.cleaned_data[name] for name in ("exit_mode", "destination", "orientation")
        )
        return ExitCommand(
            mode=ExitMode(mode) if mode else None,
            destination=Destination(destination) if destination else None,
            orientation=Orientation(orientation) if orientation else None,
            at=self.cleaned_data["at"],
            handed=HandedOver(self.cleaned_data["handed_to"], self.cleaned_data["handed_reason"]),
            revision=self.posted_revision(),
            unit_revision=self.cleaned_data["unit_revision"],
        )


class ContinueForm(RevisedForm):
    """The unit where the PEC goes on."""

    unit = forms.UUIDField(
        error_messages={"required": "Choisissez l’unité.", "invalid": "Cette unité n’existe pas ou plus."}
    )


class ReopenForm(forms.Form):
    """Why a closed PEC is opened again."""

    reason = CleanText(
        label="Raison",
        max_length=REASON_MAX,
        too_long=f"La raison est trop longue\u202f: {REASON_MAX} caractères au plus.",
        error_messages={"required": "Écrivez pourquoi la prise en charge est rouverte."},
    )
