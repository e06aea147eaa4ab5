"""Hours that people correct."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from osmose.encounters.forms.clicks import RevisedForm
from osmose.kernel.web.fields import ComingField, MomentField

__all__ = ["ArrivalTimeForm", "ComingField", "RetimeForm"]


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
