"""The composer."""

from django import forms

from osmose.handover.models import NOTE_MAX
from osmose.kernel.web.fields import CleanText


class NoteForm(forms.Form):
    """A plain note, for everybody who takes part or for the author's unit alone."""

    text = CleanText(
        label="Transmission",
        lines=True,
        max_length=NOTE_MAX,
        too_long=f"La transmission est trop longue\u202f: {NOTE_MAX} caractères au plus.",
        error_messages={"required": "Écrivez la transmission avant de la signer."},
    )
    confidential = forms.BooleanField(label="Réservée à mon unité", required=False)

    def command(self) -> str:
        return str(self.cleaned_data["text"])


class DraftForm(NoteForm):
    """What is being typed: may be empty, may hold anything."""

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["text"].required = False
