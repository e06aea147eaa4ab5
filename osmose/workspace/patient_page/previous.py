"""« Passages antérieurs »: the patient's other PECs, as far as sharing allows."""

import uuid
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
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx

_LINE = 140


@dataclass(frozen=True)
class Passage:
    """One other PEC in a few words."""

    id: uuid.UUID
    arrived_at: datetime
    unit: str
    motif: str
    orientation: str
    status: EncounterStatus
    last_line: str


@dataclass(frozen=True)
class Found:
    """The PEC whose page asks, and the other ones, newest first."""

    encounter: Encounter
    others: tuple[Encounter, ...]


def listing(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Listing:
    """The other PECs that this reader may see, journaled before any of them is shown."""
    encounter = queries.one(kwargs["encounter_id"], policy, request.actor, request.now)
    if encounter is None:
        raise NotVisible
    others = queries.previous_of(encounter, request.actor, request.now)
    return Listing(
        subjects=tuple(other.pk for other in others),
        persons=tuple(other.patient_id for other in others),
        rows=Found(encounter, tuple(others)),
    )


def show(request: StaffRequest, found: Listing) -> HttpResponse:
    """The list, in its place on the page or as a page of its own."""
    rows: Found = found.rows
    notes = last_notes([other.pk for other in rows.others], request.actor, request.now)
    passages = [_passage(other, notes.get(other.pk)) for other in rows.others]
    template = f"workspace/patient_page/{'_' if is_htmx(request) else ''}previous.html"
    return render(request, template, {"encounter": rows.encounter, "passages": passages})


def _passage(encounter: Encounter, note: HandoverNote | None) -> Passage:
    motif, text = readable(encounter, "motif"), readable(note, "words") if note else ""
    line = "" if text is UNREADABLE else " ".join(str(text).split())
    return Passage(
        id=encounter.pk,
        arrived_at=encounter.arrived_at,
        unit=encounter.care_unit.short_name,
        motif="Dossier illisible" if motif is UNREADABLE else str(motif or "Motif non précisé"),
        orientation=_orientation(encounter),
        status=EncounterStatus(encounter.status),
        last_line=line if len(line) <= _LINE else f"{line[:_LINE].rsplit(' ', 1)[0]}…",
    )


def _orientation(encounter: Encounter) -> str:
    """« Mutation dans l’établissement · Psychiatrie »."""
    coded = (
        ExitMode(encounter.exit_mode).label if encounter.exit_mode else "",
        Destination(encounter.destination).label if encounter.destination else "",
        Orientation(encounter.orientation).label if encounter.orientation else "",
    )
    return " · ".join(word for word in coded if word)
