"""Who has read what since a page was drawn: told without drawing anything else again, since somebody may be typing."""

from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render

from osmose.encounters.models import Encounter
from osmose.handover.queries import read_since
from osmose.kernel.web.request import StaffRequest
from osmose.workspace.patient_page.note_after import note_after

_EPOCH = datetime.fromtimestamp(0, UTC)


def news(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Who has read what since the page was drawn: those counts alone, nothing else of the page moves."""
    since = _mark(request.headers.get("X-Osmose-Read", ""))
    notes = read_since(encounter.pk, since, request.actor, request.now) if since else []
    if not notes:
        return HttpResponse(status=204)
    told = [note_after(note, request.actor, can_write=False) for note in notes]
    response = render(request, "workspace/notes/_news.html", {"encounter": encounter, "told": told})
    response["HX-Reswap"] = "none"
    return response


def _mark(text: str) -> datetime | None:
    """The instant of a page, in microseconds."""
    try:
        return _EPOCH + timedelta(microseconds=int(text)) if text.isascii() and text.isdigit() else None
    except OverflowError:
        return None
