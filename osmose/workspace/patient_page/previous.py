"""« Passages antérieurs »: the patient's other PECs, as far as sharing allows."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from osmose.encounters import queries
from osmose.encounters.lifecycle import Destination, EncounterStatus, ExitMode, Orientation
from osmose.encounters.models import Encounter
from osmose.handover.models import HandoverNote
from osmose.handover.queries import last_notes
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.workspace.instructions.page import band_of

_LINE = 140
# Beside the instructions: enough to see that somebody comes back, and for what.
FEW = 5


@dataclass(frozen=True)
class Passage:
    """One PEC in a few words; `conclusion` is the last interview's, `last_line` the last note where there is none."""

    id: uuid.UUID
    arrived_at: datetime
    unit: str
    motif: str
    orientation: str
    status: EncounterStatus
    conclusion: str = ""
    last_line: str = ""


@dataclass(frozen=True)
class Found:
    """The PEC whose page asks, and the other ones, newest first; `total` where only some of them are shown."""

    encounter: Encounter
    others: tuple[Encounter, ...]
    total: int = 0


def listing(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Listing:
    """The other PECs that this reader may see, journaled before any of them is shown."""
    encounter = queries.one(kwargs["encounter_id"], policy, request.actor, request.now)
    if encounter is None:
        raise NotVisible
    others = queries.previous_of(encounter, request.actor, request.now)
    shown = others[:FEW] if request.GET.get("court") else others
    return Listing(
        subjects=tuple(other.pk for other in shown),
        persons=tuple(other.patient_id for other in shown),
        rows=Found(encounter, tuple(shown), len(others) + 1),
    )


def show(request: StaffRequest, found: Listing) -> HttpResponse:
    """The list, in its place on the page or as a page of its own; beside the instructions, this PEC stands first."""
    rows: Found = found.rows
    context: dict[str, Any] = {
        "encounter": rows.encounter,
        "here": _passage(rows.encounter, None) if request.GET.get("court") else None,
        "passages": passages(rows.others, request.actor, request.now),
        "total": rows.total,
    }
    if is_htmx(request):
        return render(request, "workspace/patient_page/_previous.html", context)
    context["identity"] = band_of(rows.encounter, request.now)
    return render(request, "workspace/patient_page/previous.html", context)


def passages(encounters: Iterable[Encounter], actor: Actor, now: datetime) -> list[Passage]:
    """PECs read by `queries.previous_of`, in a few words each: one query."""
    rows = list(encounters)
    notes = last_notes([row.pk for row in rows], actor, now)
    return [_passage(row, notes.get(row.pk)) for row in rows]


def _passage(encounter: Encounter, note: HandoverNote | None) -> Passage:
    motif, concluded = readable(encounter, "motif"), queries.conclusion_of(encounter)
    conclusion = _line(readable(concluded, "conclusion")) if concluded else ""
    return Passage(
        id=encounter.pk,
        arrived_at=encounter.arrived_at,
        unit=encounter.care_unit.short_name,
        motif="Dossier illisible" if motif is UNREADABLE else str(motif or "Motif non précisé"),
        orientation=_orientation(encounter),
        status=EncounterStatus(encounter.status),
        conclusion=conclusion,
        last_line=_line(readable(note, "words")) if note and not conclusion else "",
    )


def _line(text: object) -> str:
    """The beginning of a text, on one line; nothing of one that can't be read."""
    line = "" if text is UNREADABLE else " ".join(str(text or "").split())
    return line if len(line) <= _LINE else f"{line[:_LINE].rsplit(' ', 1)[0]}…"


def _orientation(encounter: Encounter) -> str:
    """« Mutation dans l’établissement · Psychiatrie »."""
    coded = (
        ExitMode(encounter.exit_mode).label if encounter.exit_mode else "",
        Destination(encounter.destination).label if encounter.destination else "",
        Orientation(encounter.orientation).label if encounter.orientation else "",
    )
    return " · ".join(word for word in coded if word)
