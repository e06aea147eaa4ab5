"""« Mes brouillons », and the note that is written beside a row of the board; each view makes one call."""

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters.models import Encounter
from osmose.handover import actions
from osmose.handover.forms import NoteForm, draft_of
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.drafts import kept_answer, mark_of
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.workspace.drafts import page, quick


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """All of one's drafts."""
    return render(request, "workspace/drafts/page.html", {"rows": page.build(request, shown)})


def discard(request: StaffRequest, draft_id: uuid.UUID) -> HttpResponse:
    """One draft less."""
    actions.discard_draft(actor=request.actor, draft_id=draft_id, now=request.now)
    if is_htmx(request):
        return HttpResponse("", status=200)
    return HttpResponseRedirect(reverse("drafts"))


# Beside a row of the board


def write(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The dialog; a page of its own without scripts."""
    return _drawn(request, encounter)


def sign(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A plain note, from the board."""
    form = NoteForm(request.POST, now=request.now)
    if not form.is_valid():
        return _drawn(request, encounter, problem=str(next(iter(form.errors.values()))[0]), status=422)
    actions.sign_note(
        actor=request.actor,
        encounter=encounter,
        written=form.command(),
        mark=mark_of(request.POST),
        draft=actions.QUICK,
        now=request.now,
    )
    return signed(request)


def signed(request: StaffRequest, *_: Any) -> HttpResponse:
    """The toast, and an empty dialog; the board without scripts."""
    if is_htmx(request):
        return render(request, "workspace/drafts/_signed.html")
    return HttpResponseRedirect(reverse("board"))


def refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """A rule said no: all that was typed kept."""
    return _drawn(request, encounter, problem=refusal.sentence, status=refusal.status)


def save(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What is being typed beside a row."""
    kept = actions.save_draft(
        actor=request.actor,
        encounter=encounter,
        text=draft_of(request.POST),
        mark=mark_of(request.POST),
        kind=actions.QUICK,
        now=request.now,
    )
    return kept_answer(kept)


def _drawn(request: StaffRequest, encounter: Encounter, *, problem: str = "", status: int = 200) -> HttpResponse:
    template = f"workspace/drafts/{'_' if is_htmx(request) else ''}quick_note.html"
    context = {"note": quick.build(request, encounter, problem)}
    return render(request, template, context, status=status)
