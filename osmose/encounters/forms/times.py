"""Hours that people correct."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from osmose.encounters.forms.clicks import RevisedForm
from osmose.kernel.base.moments import read_coming
from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean
from osmose.kernel.web.fields import MomentField


class ComingField(MomentField):
    """An hour that is announced: the nearest such hour to come; empty is None."""

    def to_python(self, value: Any) -> datetime | None:
        typed = clean(str(value or "")).strip()[:60]
        if not typed:
            return None
        try:
            return read_coming(typed, now=self.now)
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class ArrivalTimeForm(RevisedForm):
    """When the patient came."""

    arrived_at = MomentField(label="Arrivée", error_messages={"required": "Écrivez l’heure d’arrivée."})

    def __init__(self, data: Mapping[str, Any], *, now: datetime):
        super().__init__(data)
        self.fields["arrived_at"].now = now  # type: ignore[attr-defined]


class RetimeForm(forms.Form):
    """The real hour of one's own click."""

    event = forms.UUIDField(error_messages={"invalid": "Cette action n’existe plus."})
    at = MomentField(label="Heure réelle", error_messages={"required": "Écrivez l’heure réelle, par exemple 14:05."})

    def __init__(self, data: Mapping[str, Any], *, now: datetime):
        super().__init__(data)
        self.fields["at"].now = now  # type: ignore[attr-defined]
