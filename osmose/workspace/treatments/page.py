"""The dialog: the allergies first, what was given already, then what is given now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.encounters import lifecycle, queries
from osmose.encounters.lifecycle.tracking import Allergies, Known, read_value
from osmose.encounters.models import Encounter
from osmose.handover import queries as handover
from osmose.handover.forms import GiveForm
from osmose.handover.models import TreatmentGiven
from osmose.handover.operations.treatments import words_of
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import StaffRequest

NOT_NOTED = "non renseignées"


@dataclass(frozen=True)
class Line:
    """One treatment, in words."""

    id: str
    words: str
    at: datetime
    who: str
    is_sedation: bool
    effect: str
    effect_by: str
    effect_at: datetime | None
    struck: str


@dataclass(frozen=True)
class Dialog:
    """What the dialog shows; `problem` is a refusal that has no field, `question` a dose that is asked again."""

    encounter: Encounter
    form: GiveForm
    lines: tuple[Line, ...]
    allergies: str
    reason: str
    problem: str = ""
    question: str = ""


def form_of(request: StaffRequest) -> GiveForm:
    """The form with the favourites of the acting unit."""
    unit_id = request.actor.acting_unit_id
    favourites = handover.favourites_of([unit_id] if unit_id else [])
    return GiveForm(request.POST if request.method == "POST" else None, favourites=favourites, now=request.now)


def build(
    request: StaffRequest, encounter: Encounter, form: GiveForm, *, problem: str = "", question: str = ""
) -> Dialog:
    """Of a PEC loaded by `queries.one`."""
    return Dialog(
        encounter=encounter,
        form=form,
        lines=_lines(handover.treatments_of(encounter.pk, request.actor, request.now)),
        allergies=allergies_of(encounter) or NOT_NOTED,
        reason=lifecycle.availability(encounter.status, "write").reason,
        problem=problem,
        question=question,
    )


def allergies_of(encounter: Encounter) -> str:
    """What is noted of the allergies of a PEC loaded with its tracking; empty where nothing is."""
    tracking = queries.tracking_of(encounter)
    stored: Any = readable(tracking, "allergies") if tracking is not None else None
    if stored is UNREADABLE:
        return "illisibles"
    value = read_value("allergies", stored)
    if not isinstance(value, Allergies) or value.status is Known.UNKNOWN:
        return ""
    return value.words


def _lines(rows: Iterable[TreatmentGiven]) -> tuple[Line, ...]:
    return tuple(
        Line(
            id=str(row.pk),
            words=words_of(row),
            at=row.given_at,
            who=_said(row, "giver_words") or _said(row, "author_words"),
            is_sedation=row.is_sedation,
            effect=_said(row, "effect"),
            effect_by=_said(row, "effect_by"),
            effect_at=row.effect_at,
            struck=_said(row, "struck_reason"),
        )
        for row in rows
    )


def _said(row: TreatmentGiven, name: str) -> str:
    value = readable(row, name)
    return "illisible" if value is UNREADABLE else str(value or "")
