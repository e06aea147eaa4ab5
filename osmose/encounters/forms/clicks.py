"""What is typed or clicked about a PEC, as typed commands; a refusal names its field."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from osmose.encounters.lifecycle import ArrivalMode, ExitMode
from osmose.encounters.models import MOTIF_MAX
from osmose.encounters.operations.requests import NOTE_MAX
from osmose.kernel.web.fields import CleanText


def motif_field(*, required: bool = True) -> CleanText:
    return CleanText(
        label="Motif",
        required=required,
        max_length=MOTIF_MAX,
        too_long=f"Le motif est trop long\u202f: {MOTIF_MAX} caractères au plus. Le détail va dans une transmission.",
        error_messages={"required": "Indiquez le motif de la venue."},
    )


class RevisedForm(forms.Form):
    """A control posts the revision of its own field."""

    revision = forms.IntegerField(required=False, min_value=0)

    def posted_revision(self) -> int | None:
        value: int | None = self.cleaned_data.get("revision")
        return value


class MotifForm(RevisedForm):
    """The motif of a PEC; « réunir les deux » joins it to the one already known, within the same length."""

    motif = motif_field()
    keep = forms.CharField(required=False, max_length=10)

    def __init__(self, data: Any, *, known: str = ""):
        if data.get("keep") == "both" and known:
            data = {**data, "motif": f"{known} / {data.get('motif', '')}"}
        super().__init__(data)


class PlaceForm(RevisedForm):
    """A place code « location id|box id »."""

    place = forms.CharField(max_length=80, error_messages={"required": "Choisissez un lieu."})


class ArrivalModeForm(RevisedForm):
    """A mode of arrival."""

    arrival_mode = forms.ChoiceField(
        choices=[(m.value, m.label) for m in ArrivalMode],
        error_messages={"invalid_choice": "Ce mode d’arrivée n’existe pas."},
    )


@dataclass(frozen=True)
class RequestCommand:
    """A wanted state of a request."""

    kind: str
    status: str
    unit_id: uuid.UUID | None
    revision: int | None


class RequestForm(RevisedForm):
    """« kind:status » or « kind:status:unit id », as the button that was clicked says."""

    wanted = forms.CharField(max_length=120)

    def clean_wanted(self) -> tuple[str, str, uuid.UUID | None]:
        kind, _, rest = str(self.cleaned_data["wanted"]).partition(":")
        status, _, unit = rest.partition(":")
        try:
            return kind, status, uuid.UUID(unit) if unit else None
        except ValueError:
            raise forms.ValidationError("Cette équipe n’existe pas.") from None

    def command(self) -> RequestCommand:
        kind, status, unit_id = self.cleaned_data["wanted"]
        return RequestCommand(kind, status, unit_id, self.posted_revision())


class RequestNoteForm(RevisedForm):
    """The word beside a request's status."""

    kind = forms.SlugField(max_length=30)
    note = CleanText(
        label="Note",
        required=False,
        max_length=NOTE_MAX,
        too_long=f"La note est trop longue\u202f: {NOTE_MAX} caractères au plus.",
    )


@dataclass(frozen=True)
class ExitCommand:
    """How and when the patient left."""

    mode: ExitMode | None
    at: datetime | None


class ExitForm(forms.Form):
    """The exit; without an hour, now."""

    exit_mode = forms.ChoiceField(
        label="Mode de sortie",
        required=False,
        choices=[("", "Non précisé"), *((m.value, m.label) for m in ExitMode)],
        error_messages={"invalid_choice": "Ce mode de sortie n’existe pas."},
    )

    def command(self) -> ExitCommand:
        mode = self.cleaned_data["exit_mode"]
        return ExitCommand(ExitMode(mode) if mode else None, None)


class UndoForm(forms.Form):
    """The event to undo."""

    event = forms.UUIDField(error_messages={"invalid": "Cette action n’existe plus."})
