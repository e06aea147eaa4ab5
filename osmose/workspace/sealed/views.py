"""Which errors of record there were, then, one by one and journaled, what was written: each view makes one call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from osmose.handover.models import Misfiling
from osmose.handover.queries import one_sealed, sealed
from osmose.handover.rules import parts_of
from osmose.kernel.access.policy import Policy
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import Listing, StaffRequest


@dataclass(frozen=True, kw_only=True)
class Line:
    """One error of record: nothing of what was written."""

    id: str
    at: datetime
    unit: str
    arrived_at: datetime
    what: str
    who: str
    was_moved: bool


def listing(request: StaffRequest, policy: Policy[Misfiling]) -> Listing:  # noqa: ARG001 - the policy is the query's own
    """The records about to be named."""
    rows = sealed(request.actor, request.now)
    return Listing(
        subjects=tuple(row.encounter_id for row in rows),
        persons=tuple(row.encounter.patient_id for row in rows),
        rows=rows,
    )


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The last ones, the newest first."""
    return render(request, "workspace/sealed/page.html", {"lines": [_line(row) for row in shown.rows]})


def load(request: StaffRequest, policy: Policy[Misfiling], **kwargs: Any) -> Misfiling | None:
    return one_sealed(kwargs["misfiling_id"], policy, request.actor, request.now)


def show_one(request: StaffRequest, misfiling: Misfiling) -> HttpResponse:
    """What the wrong record said; the guard has journaled it."""
    note = misfiling.note
    context: dict[str, Any] = {"line": _line(misfiling), "said": [("Action", _said(misfiling, "what"))]}
    if note is not None:
        parts = readable(note, "parts")
        written = [(part.label, text) for part, text in parts_of(note.kind, parts or {})]
        texts = [("Cible", _said(note, "focus")), ("Texte", _said(note, "text")), *written]
        texts.append(("Confié par un tiers", _said(note, "third_party")))
        context["said"] = [("Auteur", _said(note, "author_words")), *(pair for pair in texts if pair[1])]
    return render(request, "workspace/sealed/one.html", context)


def _line(row: Misfiling) -> Line:
    return Line(
        id=str(row.pk),
        at=row.recorded_at,
        unit=row.encounter.care_unit.short_name,
        arrived_at=row.encounter.arrived_at,
        what="Transmission" if row.note_id else "Action",
        who=_said(row, "author_words"),
        was_moved=row.right_encounter_id is not None,
    )


def _said(row: object, name: str) -> str:
    value = readable(row, name)
    return "illisible" if value is UNREADABLE else str(value or "")
