"""What the psychiatric team clicks and types: interviews, and the hour said with a request."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from osmose.encounters.forms.clicks import RevisedForm, joined
from osmose.encounters.forms.times import ComingField
from osmose.encounters.operations.interventions import CONCLUSION_MAX, REASON_MAX
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.fields import CleanText

_LONG = f"La raison est trop longue\u202f: {REASON_MAX} caractères au plus. Le détail va dans une transmission."
_GONE = "Cet entretien n’existe plus."


@dataclass(frozen=True)
class StartCommand:
    """Who begins, on which kind of request; nobody named: whoever clicks. `is_crisis`: of crisis, they say."""

    kind: str
    professionals: tuple[uuid.UUID, ...]
    is_crisis: bool = False


CRISIS = "crise"


def start_command(posted: QueryDict) -> StartCommand:
    """« psychiatry: » for oneself, « psychiatry:<user id> » for each colleague named; `Refused` where it is neither.

    « psychiatry:crise » for oneself in an interview of crisis; with colleagues, the box `crise` says it.
    """
    wanted = [str(value).partition(":") for value in posted.getlist("wanted")[:20]]
    if not wanted:
        raise Refused("Choisissez qui commence l’entretien.", field="wanted", code="interview-nobody")
    try:
        named = tuple(uuid.UUID(user) for _, _, user in wanted if user not in ("", CRISIS))
    except ValueError:
        raise Refused("Cette personne n’est pas de l’équipe demandée.", code="interview-member") from None
    is_crisis = CRISIS in posted or any(user == CRISIS for _, _, user in wanted)
    return StartCommand(wanted[0][0], named, is_crisis)


class InterruptionForm(RevisedForm):
    """Why an interview stops, clicked (`quick`) or typed (`why`), and about when it goes on."""

    intervention = forms.UUIDField(error_messages={"invalid": _GONE, "required": _GONE})
    quick = CleanText(required=False, max_length=REASON_MAX, too_long=_LONG)
    why = CleanText(required=False, max_length=REASON_MAX, too_long=_LONG)
    expected_at = ComingField(required=False)

    def __init__(self, data: Mapping[str, Any], *, now: datetime):
        super().__init__(data)
        self.fields["expected_at"].now = now  # type: ignore[attr-defined]

    @property
    def reason(self) -> str:
        """« Radiographie · avec sa fille »: what was clicked, and what was typed."""
        return " · ".join(part for part in (self.cleaned_data["quick"], self.cleaned_data["why"]) if part)


class ResumptionForm(RevisedForm):
    """« psychiatry:<interview id> », as the button says it."""

    wanted = forms.CharField(max_length=80)

    def intervention_id(self) -> uuid.UUID:
        """`Refused` where there is no such interview."""
        try:
            return uuid.UUID(str(self.cleaned_data["wanted"]).partition(":")[2])
        except ValueError:
            raise Refused(_GONE, code="interview-unknown", status=409) from None


class ConclusionForm(RevisedForm):
    """How an interview ends; « réunir les deux » joins it to the conclusion already written."""

    intervention = forms.UUIDField(error_messages={"invalid": _GONE, "required": _GONE})
    conclusion = CleanText(
        lines=True,
        required=False,
        max_length=CONCLUSION_MAX,
        too_long=f"La conclusion est trop longue\u202f: {CONCLUSION_MAX} caractères au plus. "
        "Le détail va dans une transmission.",
    )

    def __init__(self, data: Mapping[str, Any], *, known: str = ""):
        super().__init__(joined(data, "conclusion", known))


class ExpectedForm(RevisedForm):
    """A state with the hour said with it: « prise en compte, vers 14:30 », « non évaluable, avant 16:00 »."""

    kind = forms.SlugField(max_length=30)
    status = forms.CharField(max_length=30, error_messages={"required": "Choisissez l’état."})
    expected_at = ComingField(required=False)
    why = CleanText(required=False, max_length=REASON_MAX, too_long=_LONG)

    def __init__(self, data: Mapping[str, Any], *, now: datetime):
        super().__init__(data)
        self.fields["expected_at"].now = now  # type: ignore[attr-defined]
