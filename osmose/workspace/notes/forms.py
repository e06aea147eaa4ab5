"""What is typed about a signed note."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from osmose.handover.models import ADDITION_MAX, REASON_MAX, AdditionKind
from osmose.kernel.web.fields import CleanText, MomentField

_GONE = {"required": "Cette transmission n’existe plus.", "invalid": "Cette transmission n’existe plus."}
_CHOOSE = "Choisissez la prise en charge du bon patient."


class NoteChoice(forms.Form):
    """Which note."""

    note = forms.UUIDField(error_messages=_GONE)


class AdditionForm(NoteChoice):
    """A result or an addendum, and when it was."""

    kind = forms.ChoiceField(
        choices=[(AdditionKind.RESULT.value, "Résultat"), (AdditionKind.ADDENDUM.value, "Complément")],
        error_messages={"required": "Choisissez résultat ou complément.", "invalid_choice": "Choisissez un des deux."},
    )
    text = CleanText(
        lines=True,
        max_length=ADDITION_MAX,
        too_long=f"Ce texte est trop long\u202f: {ADDITION_MAX} caractères au plus.",
        error_messages={"required": "Écrivez ce que vous ajoutez avant de signer."},
    )
    at = MomentField(required=False)

    def __init__(self, data: Mapping[str, Any], *, now: datetime):
        super().__init__(data)
        self.fields["at"].now = now  # type: ignore[attr-defined]


class ReasonForm(NoteChoice):
    """Why a note is struck through, or a cible closed without a result."""

    text = CleanText(
        max_length=REASON_MAX,
        too_long=f"Le motif est trop long\u202f: {REASON_MAX} caractères au plus.",
        error_messages={"required": "Dites pourquoi, en quelques mots."},
    )


class MoveForm(NoteChoice):
    """The record where a note belongs."""

    right = forms.UUIDField(error_messages={"required": _CHOOSE, "invalid": _CHOOSE})


class MoveClickForm(forms.Form):
    """The record where a click belongs; none where it will be done again by hand."""

    event = forms.UUIDField(error_messages={"required": _GONE["required"], "invalid": "Cette action n’existe plus."})
    right = forms.UUIDField(required=False, error_messages={"invalid": _CHOOSE})


class NoticeForm(forms.Form):
    """What one knows now."""

    notice = forms.IntegerField(
        min_value=1,
        max_value=2**62,
        error_messages={"required": "Cet avis n’existe plus.", "invalid": "Cet avis n’existe plus."},
    )


MOST_READ = 200


def ids_read(posted: QueryDict) -> list[uuid.UUID]:
    """The notes that somebody had before their eyes; what is no id is left out: nobody typed it."""
    found = []
    for text in posted.getlist("note")[:MOST_READ]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
