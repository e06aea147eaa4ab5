"""What is typed or clicked about a PEC, as typed commands; a refusal names its field."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from osmose.encounters.actions.comments import COMMENT_MAX
from osmose.encounters.lifecycle import ResultFlag
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import MOTIF_MAX
from osmose.encounters.operations.requests import NOTE_MAX
from osmose.kernel.base.refused import Refused
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


def joined(data: Mapping[str, Any], field: str, known: str) -> Mapping[str, Any]:
    """« Réunir les deux »: what is known, then what was typed, within the same length."""
    return {**data, field: f"{known} / {data.get(field, '')}"} if data.get("keep") == "both" and known else data


class MotifForm(RevisedForm):
    """The motif of a PEC; « réunir les deux » joins it to the one already known."""

    motif = motif_field()

    def __init__(self, data: Mapping[str, Any], *, known: str = ""):
        super().__init__(joined(data, "motif", known))


class PlaceForm(RevisedForm):
    """A place code « location id|box id », and why a box that somebody holds is taken all the same."""

    place = forms.CharField(max_length=80, error_messages={"required": "Choisissez un lieu."})
    reason = CleanText(
        required=False, max_length=200, too_long="La raison est trop longue\u202f: 200 caractères au plus."
    )
    asks_why = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("asks_why") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Écrivez pourquoi ce box est partagé.")
        return cleaned


NO_MODE = "Ce mode d’arrivée n’existe pas."


class ArrivalModeForm(RevisedForm):
    """A mode of arrival, among those that the establishment offers."""

    arrival_mode = forms.CharField(
        max_length=20,
        error_messages={"max_length": NO_MODE, "required": NO_MODE},
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

    def __init__(self, data: Mapping[str, Any], *, known: str = ""):
        super().__init__(joined(data, "note", known))


class ResultForm(RevisedForm):
    """What a result says: « kind:anormal », an empty word for nothing said."""

    wanted = forms.CharField(max_length=60)

    def command(self) -> tuple[str, ResultFlag | None]:
        """`Refused` where the word is none."""
        kind, _, word = str(self.cleaned_data["wanted"]).partition(":")
        try:
            return kind, ResultFlag(word) if word else None
        except ValueError:
            raise Refused("Dites «\u202fSans anomalie\u202f» ou «\u202fAnormal\u202f».", code="result") from None


class ReferentForm(RevisedForm):
    """Who is in charge: « role:user id », without an id nobody."""

    wanted = forms.CharField(max_length=60)

    def command(self) -> tuple[Referent, uuid.UUID | None]:
        """`Refused` where there is no such role or person."""
        role, _, user = str(self.cleaned_data["wanted"]).partition(":")
        try:
            return Referent(role), uuid.UUID(user) if user else None
        except ValueError:
            raise Refused("Cette personne ou ce rôle n’existe pas.", code="referent-unknown") from None


class UndoForm(forms.Form):
    """The event to undo."""

    event = forms.UUIDField(error_messages={"invalid": "Cette action n’existe plus."})


class CommentForm(forms.Form):
    """What one adds to one's own click."""

    event = forms.UUIDField(error_messages={"invalid": "Cette action n’existe plus."})
    comment = CleanText(
        label="Commentaire",
        max_length=COMMENT_MAX,
        too_long=f"Ce commentaire est trop long\u202f: {COMMENT_MAX} caractères au plus.",
        error_messages={"required": "Écrivez le commentaire avant de l’enregistrer."},
    )
