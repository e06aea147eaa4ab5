"""The patient page: each view translates and makes one call."""

from typing import Any
from urllib.parse import parse_qs

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters import actions
from osmose.encounters.forms import (
    ArrivalModeForm,
    ExitForm,
    MotifForm,
    PlaceForm,
    RequestForm,
    RequestNoteForm,
    UndoForm,
)
from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ
from osmose.encounters.queries import one
from osmose.handover import actions as handover
from osmose.handover.forms import DraftForm, NoteForm
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.organisations.queries import units_named
from osmose.workspace.patient_page import page
from osmose.workspace.patient_page.timeline import FIRST, MOST


def show(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The whole page."""
    return _page(request, encounter)


def _page(request: StaffRequest, encounter: Encounter, refusal: Refused | None = None) -> HttpResponse:
    built = page.build(
        request.actor,
        encounter,
        request.now,
        entries=_entries(request),
        refusal=refusal,
        typed=request.POST if refusal else None,
    )
    return render(request, "workspace/patient_page/page.html", {"pec": built})


def live(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What changed since the version that the page shows; 204 when nothing did."""
    is_journaled_visit = request.GET.get("visit") == str(request.visit)
    if request.GET.get("version") == page.version_of(encounter) and is_journaled_visit:
        return HttpResponse(status=204)
    built = page.build(request.actor, encounter, request.now, entries=_entries(request))
    return render(request, "workspace/patient_page/_live.html", {"pec": built})


def _entries(request: StaffRequest) -> int:
    """How much of the timeline the page shows; a fragment or a click asks for as much as its page does."""
    shown = request.headers.get("HX-Current-URL", "").partition("?")[2].partition("#")[0]
    asked = request.GET.get("fil") or parse_qs(shown).get("fil", [""])[0]
    return min(max(int(asked), FIRST), MOST) if asked.isascii() and asked.isdigit() and len(asked) < 6 else FIRST


def _fresh(request: StaffRequest, encounter: Encounter) -> Encounter:
    row = one(encounter.pk, READ, request.actor, request.now)
    if row is None:
        raise NotVisible
    return row


def after(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The page as it is after a deed: its parts for htmx, a redirection to it without scripts."""
    return _after(request, encounter)


def _after(request: StaffRequest, encounter: Encounter, **extra: bool) -> HttpResponse:
    row = one(encounter.pk, READ, request.actor, request.now)
    # Withdrawing a request may end one's own access: what was done is done, the board is what remains.
    remains = reverse("pec", args=[encounter.pk]) if row is not None else reverse("board")
    if not is_htmx(request):
        return HttpResponseRedirect(remains)
    if row is None:
        return HttpResponse(status=204, headers={"HX-Redirect": remains})
    built = page.build(request.actor, row, request.now, entries=_entries(request))
    return render(request, "workspace/patient_page/_after.html", {"pec": built, **extra})


def noted(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """After a note is signed: an empty composer and the timeline with it."""
    return _after(request, encounter, is_noted=True)


def refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """The sentence on its line (both values of a conflict), what was typed kept."""
    if refusal.field in ("status", "unit", "wanted", "note", "kind"):
        kind = request.POST.get("kind") or request.POST.get("wanted", "").partition(":")[0]
        refusal.field = f"request:{kind}"
    if not is_htmx(request):
        return _page(request, _fresh(request, encounter), refusal)
    context = {"refusal": refusal, "posted": request.POST, "url": request.path}
    return render(request, "workspace/patient_page/_refused.html", context)


def _valid(form: forms.Form) -> None:
    """The first thing wrong with what was posted, on its field."""
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Refused(str(errors[0]), field=field, code="form")


def _posted(request: StaffRequest) -> dict[str, Any]:
    """What was posted; the revision of a one-click button travels in its address."""
    return {"revision": request.GET.get("revision"), **request.POST.dict()}


def _keeps_theirs(request: StaffRequest) -> bool:
    """In a conflict, the other's value was chosen: there is nothing to write."""
    return request.POST.get("keep") == "theirs"


def set_motif(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A new motif; in a conflict, mine, theirs or both."""
    form = MotifForm(_posted(request), known=encounter.motif)
    _valid(form)
    if _keeps_theirs(request):
        return after(request, encounter)
    actions.set_motif(
        actor=request.actor,
        encounter=encounter,
        motif=form.cleaned_data["motif"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def set_place(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Another zone or box."""
    form = PlaceForm(_posted(request))
    _valid(form)
    if _keeps_theirs(request):
        return after(request, encounter)
    actions.set_place(
        actor=request.actor,
        encounter=encounter,
        place=form.cleaned_data["place"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def set_arrival_mode(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """How the patient came."""
    form = ArrivalModeForm(_posted(request))
    _valid(form)
    if _keeps_theirs(request):
        return after(request, encounter)
    actions.set_arrival_mode(
        actor=request.actor,
        encounter=encounter,
        mode=ArrivalMode(form.cleaned_data["arrival_mode"]),
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def set_request(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The wanted state of a request."""
    form = RequestForm(_posted(request))
    _valid(form)
    if _keeps_theirs(request):
        return after(request, encounter)
    command = form.command()
    unit = units_named([command.unit_id]).get(command.unit_id) if command.unit_id else None
    actions.set_request(
        actor=request.actor,
        encounter=encounter,
        kind=command.kind,
        status=command.status,
        unit=unit,
        revision=command.revision,
        now=request.now,
    )
    return after(request, encounter)


def note_request(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The word beside a request's status."""
    form = RequestNoteForm(_posted(request))
    _valid(form)
    if _keeps_theirs(request):
        return after(request, encounter)
    actions.note_request(
        actor=request.actor,
        encounter=encounter,
        kind=form.cleaned_data["kind"],
        text=form.cleaned_data["note"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def exit_encounter(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The patient left."""
    form = ExitForm(request.POST)
    _valid(form)
    command = form.command()
    actions.exit_encounter(actor=request.actor, encounter=encounter, mode=command.mode, at=command.at, now=request.now)
    return after(request, encounter)


def cancel_exit(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The patient had not left."""
    actions.cancel_exit(actor=request.actor, encounter=encounter, now=request.now)
    return after(request, encounter)


def close(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Read-only from now on."""
    actions.close_encounter(actor=request.actor, encounter=encounter, now=request.now)
    return after(request, encounter)


def undo(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """My click of the last ten seconds."""
    form = UndoForm(request.POST)
    _valid(form)
    actions.undo_event(actor=request.actor, encounter=encounter, event_uid=form.cleaned_data["event"], now=request.now)
    return after(request, encounter)


def sign_note(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A transmission."""
    form = NoteForm(request.POST)
    _valid(form)
    handover.sign_note(actor=request.actor, encounter=encounter, text=form.command(), now=request.now)
    return noted(request, encounter)


def save_draft(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What is being typed."""
    form = DraftForm(request.POST)
    _valid(form)
    handover.save_draft(actor=request.actor, encounter=encounter, text=form.command(), now=request.now)
    return HttpResponse(status=204)
