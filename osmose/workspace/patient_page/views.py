"""The patient page: each view translates and makes one call."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters import actions
from osmose.encounters.forms import CommentForm, RetimeForm, UndoForm
from osmose.encounters.models import Encounter
from osmose.handover.queries import focus_notes
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.workspace.instructions.page import band_of
from osmose.workspace.patient_page import answers, page
from osmose.workspace.patient_page.note_news import news
from osmose.workspace.patient_page.search import among
from osmose.workspace.patient_page.shown import Shown
from osmose.workspace.patient_page.sift import focuses_among
from osmose.workspace.patient_page.timeline import WHOLE, reader_of, timeline


def show(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The whole page."""
    return answers.drawn(request, encounter)


def live(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What changed since the version that the page shows; who has read since, alone, where that is all; else 204."""
    is_journaled_visit = request.GET.get("visit") == str(request.visit)
    if request.GET.get("version") == page.version_of(encounter) and is_journaled_visit:
        return news(request, encounter)
    built = page.build(request.actor, encounter, request.now, shown=Shown.of(request))
    return render(request, "workspace/patient_page/_live.html", {"pec": built})


def thread(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The timeline under another filter, or its older entries; without scripts, the page that shows them."""
    shown = Shown.of(request)
    address = f"{reverse('pec', args=[encounter.pk])}{f'?{shown.query}' if shown.query else ''}"
    if not is_htmx(request):
        return HttpResponseRedirect(f"{reverse('pec', args=[encounter.pk])}?{request.GET.urlencode()}#fil")
    is_whole = shown.before is None
    reader = reader_of(encounter, request.actor, request.now)
    told = timeline(encounter, reader, shown if shown.before else shown.afresh(), is_whole=is_whole)
    template = "_timeline.html" if is_whole else "_older.html"
    response = render(request, f"workspace/patient_page/{template}", {"encounter": encounter, "timeline": told})
    if is_whole:
        response["HX-Push-Url"] = address
    return response


def focuses(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Every cible of the PEC, for the filter when it opens."""
    chosen = Shown.of(request).focus
    told = focuses_among(focus_notes(encounter.pk, request.actor, request.now), chosen)
    return render(request, "workspace/patient_page/_focuses.html", {"focuses": told, "chosen": str(chosen or "")})


def search(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What was sought in the whole timeline, in its place; on a page of its own without scripts."""
    told = timeline(encounter, reader_of(encounter, request.actor, request.now), Shown(), limit=WHOLE)
    found = among(told, request.POST.get("q", ""))
    if is_htmx(request):
        return render(request, "workspace/patient_page/_found.html", {"encounter": encounter, "found": found})
    context = {"encounter": encounter, "found": found, "identity": band_of(encounter, request.now)}
    return render(request, "workspace/patient_page/found.html", context)


def sheet(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """All of it on paper: identity, tracking, the whole timeline."""
    built = page.build(request.actor, encounter, request.now, limit=WHOLE)
    return render(request, "workspace/patient_page/sheet.html", {"pec": built, "printed_at": request.now})


def undo(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """My click of the last ten seconds."""
    form = UndoForm(request.POST)
    answers.valid(form)
    actions.undo_event(actor=request.actor, encounter=encounter, event_uid=form.cleaned_data["event"], now=request.now)
    return answers.with_statuses(answers.after(request, encounter))


def retime(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """My click, at the hour when it really happened."""
    form = RetimeForm(request.POST, now=request.now)
    answers.valid(form)
    actions.retime_event(
        actor=request.actor,
        encounter=encounter,
        event_uid=form.cleaned_data["event"],
        at=form.cleaned_data["at"],
        now=request.now,
    )
    return answers.after(request, encounter)


def comment(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A word on my own click."""
    form = CommentForm(request.POST)
    answers.valid(form)
    actions.comment_event(
        actor=request.actor,
        encounter=encounter,
        event_uid=form.cleaned_data["event"],
        comment=form.cleaned_data["comment"],
        now=request.now,
    )
    return answers.after(request, encounter)
