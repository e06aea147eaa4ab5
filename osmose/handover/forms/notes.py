"""The composer."""

import uuid
from datetime import datetime
from typing import Any

from django import forms

from osmose.accounts.rules import Profession
from osmose.handover.models import FOCUS_MAX, NOTE_MAX, MacroStage, NoteKind
from osmose.handover.rules import SHAPES, Recipient, Written
from osmose.handover.rules.drafts import pack
from osmose.kernel.base.text import clean
from osmose.kernel.web.fields import CleanText, ComingField, MomentField

FOR_UNIT = "unit"
PARTS = tuple((part, f"part_{part.name}") for shape in SHAPES.values() for part in shape.parts)


def _text(label: str, limit: int = NOTE_MAX, *, lines: bool = True) -> CleanText:
    return CleanText(
        label=label,
        lines=lines,
        max_length=limit,
        required=False,
        too_long=f"«\u202f{label}\u202f» est trop long\u202f: {limit} caractères au plus.",
    )


class NoteForm(forms.Form):
    """A note of any form; which fields its form needs is a rule of the notes, not of this page."""

    forme = forms.ChoiceField(
        choices=NoteKind.choices, required=False, error_messages={"invalid_choice": "Cette forme n’existe pas."}
    )
    text = CleanText(
        label="Transmission",
        lines=True,
        max_length=NOTE_MAX,
        required=False,
        too_long=f"La transmission est trop longue\u202f: {NOTE_MAX} caractères au plus. Signez-la en deux fois.",
    )
    focus = _text("Cible", FOCUS_MAX, lines=False)
    stage = forms.ChoiceField(
        choices=MacroStage.choices, required=False, error_messages={"invalid_choice": "Ce moment n’existe pas."}
    )
    third_party = _text("Confié par un tiers")
    urgent = forms.BooleanField(required=False)
    confidential = forms.BooleanField(required=False)
    readers = forms.ChoiceField(
        choices=[(FOR_UNIT, "Mon unité"), *((p.value, p.label) for p in Profession)],
        required=False,
        error_messages={"invalid_choice": "Choisissez qui pourra lire dans la liste."},
    )
    at = MomentField(label="Heure des faits", required=False)
    answer_by = ComingField(label="Réponse attendue avant", required=False)

    def __init__(self, data: Any, *, now: datetime):
        super().__init__(data)
        for name in ("at", "answer_by"):
            self.fields[name].now = now  # type: ignore[attr-defined]
        for part, name in PARTS:
            self.fields[name] = _text(part.label)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.recipients = self._recipients()
        return given

    def command(self) -> Written:
        """What is to be signed."""
        given = self.cleaned_data
        kind = given["forme"] or NoteKind.PLAIN.value
        names = SHAPES[kind].names if kind in SHAPES else ()
        # A page drawn before this form had a list of readers said « confidential ».
        readers = FOR_UNIT if given["confidential"] else given["readers"]
        return Written(
            kind=kind,
            text=given["text"],
            focus=given["focus"],
            parts={name: given[f"part_{name}"] for name in names},
            stage=given["stage"] if kind == NoteKind.MACRO else "",
            third_party=given["third_party"],
            is_urgent=given["urgent"],
            answer_by=given["answer_by"] if kind == NoteKind.SAED else None,
            for_unit=readers == FOR_UNIT,
            category="" if readers == FOR_UNIT else readers,
            to=tuple(self.recipients),
            invites=frozenset(_ids(self.data, "invite")),
            occurred_at=given["at"],
        )

    def _recipients(self) -> list[Recipient]:
        found = [Recipient.read(code) for code in _listed(self.data, "to") if code]
        if None in found:
            self.add_error(None, forms.ValidationError("Ce destinataire n’existe pas\u202f: retirez-le."))
        return [one for one in found if one is not None]


def _listed(posted: Any, name: str) -> list[str]:
    read = getattr(posted, "getlist", None)
    return list(read(name)) if read else [value for value in [posted.get(name)] if value]


def _ids(posted: Any, name: str) -> list[uuid.UUID]:
    found = []
    for code in _listed(posted, name):
        try:
            found.append(uuid.UUID(code))
        except ValueError:
            continue
    return found


TYPED = ("forme", "text", "focus", "stage", "third_party", "readers", "at", "answer_by", *(name for _, name in PARTS))


def typed_of(posted: Any) -> dict[str, Any]:
    """What is in the composer, as it was typed: texts by field, whether it is urgent, the recipients' codes."""
    typed: dict[str, Any] = {name: text for name in TYPED if (text := clean(str(posted.get(name, "")), multiline=True))}
    if posted.get("urgent"):
        typed["urgent"] = "on"
    if codes := [code for code in _listed(posted, "to") if Recipient.read(code)]:
        typed["to"] = list(dict.fromkeys(codes))
    return typed


def draft_of(posted: Any) -> str:
    """The body of the draft of what is in the composer: may hold anything, even what can't be signed."""
    return pack(typed_of(posted))
