"""What is noted of a call, in twenty seconds: who, what was asked, what was answered."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms

from osmose.encounters.forms.coming import ComingField
from osmose.encounters.lifecycle import Direction
from osmose.encounters.lifecycle.calls import DIRECTION_LABELS, LONGEST_MINUTES
from osmose.encounters.models import PhoneCall
from osmose.encounters.operations.calls import Told
from osmose.kernel.base.moments import write_moment
from osmose.kernel.web.fields import CleanText, MomentField
from osmose.organisations.models import CareUnit

SHORT, LONG = 120, 2000
_MINUTES = f"La durée est comprise entre 1 et {LONGEST_MINUTES} minutes."


def _text(label: str, most: int = SHORT, *, required: str = "", lines: bool = False) -> CleanText:
    return CleanText(
        label=label,
        required=bool(required),
        max_length=most,
        lines=lines,
        too_long=f"Ce texte est trop long\u202f: {most} caractères au plus.",
        error_messages={"required": required} if required else None,
    )


class CallForm(forms.Form):
    """A call; the rest than who and what is asked for only where it is known."""

    use_required_attribute = False

    direction = forms.ChoiceField(
        label="Sens",
        choices=[(d.value, label) for d, label in DIRECTION_LABELS.items()],
        initial=Direction.RECEIVED.value,
        error_messages={"required": "Dites si l’appel est reçu ou passé.", "invalid_choice": "Reçu, ou passé ?"},
    )
    caller = _text("Interlocuteur", required="Écrivez avec qui vous avez parlé.")
    caller_function = _text("Fonction")
    other_unit = forms.ChoiceField(
        label="Son unité", required=False, error_messages={"invalid_choice": "Choisissez une unité de la liste."}
    )
    question = _text("Question ou demande", LONG, required="Écrivez ce qui était demandé.", lines=True)
    advice = _text("Avis ou réponse", LONG, lines=True)
    expected_at = ComingField(label="Arrivée prévue", required=False)
    minutes = forms.IntegerField(
        label="Durée (min)",
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        error_messages={"invalid": _MINUTES, "min_value": _MINUTES, "max_value": _MINUTES},
    )
    called_at = MomentField(label="Heure de l’appel", required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        units: Iterable[CareUnit],
        now: datetime,
        corrects: PhoneCall | None = None,
    ):
        super().__init__(data, auto_id="call-%s", initial=_before(corrects) if corrects else None)
        self.units = {str(unit.pk): unit for unit in units}
        field: Any = self.fields["other_unit"]
        field.choices = [("", ""), *self.unit_options]
        for name in ("expected_at", "called_at"):
            self.fields[name].now = now  # type: ignore[attr-defined]

    @property
    def unit_options(self) -> list[tuple[str, str]]:
        return [(pk, unit.label) for pk, unit in self.units.items()]

    @property
    def directions(self) -> tuple[tuple[str, str], ...]:
        return tuple((direction.value, label) for direction, label in DIRECTION_LABELS.items())

    @property
    def has_more(self) -> bool:
        """Something of what is folded away is filled in, or wrong."""
        folded = ("caller_function", "expected_at", "minutes", "called_at")
        return any(self[name].errors or self[name].value() for name in folded)

    def told(self) -> Told:
        given = self.cleaned_data
        return Told(
            direction=Direction(given["direction"]),
            caller=given["caller"],
            caller_function=given["caller_function"],
            other_unit=self.units.get(given["other_unit"]),
            question=given["question"],
            advice=given["advice"],
            expected_at=given["expected_at"],
            minutes=given["minutes"],
            called_at=given["called_at"],
        )


def _before(call: PhoneCall) -> dict[str, Any]:
    """What was noted, to be corrected."""
    return {
        "direction": call.direction,
        "caller": call.caller,
        "caller_function": call.caller_function or "",
        "other_unit": str(call.other_unit_id or ""),
        "question": call.question,
        "advice": call.advice or "",
        "expected_at": write_moment(call.expected_at) if call.expected_at else "",
        "minutes": call.minutes or "",
        "called_at": write_moment(call.called_at),
    }


class LinkForm(forms.Form):
    """The call that was about this patient."""

    call = forms.UUIDField(error_messages={"required": "Choisissez l’appel.", "invalid": "Cet appel n’existe plus."})

    def chosen(self) -> uuid.UUID:
        value: uuid.UUID = self.cleaned_data["call"]
        return value
