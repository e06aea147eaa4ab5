"""« À lire »: the list, its count in the menu, and what falls from it; each view makes one call."""

import json

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters.models import Encounter
from osmose.handover import actions
from osmose.handover.queries import count_to_read
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.workspace.notes.forms import NoticeForm, ids_read
from osmose.workspace.patient_page import answers
from osmose.workspace.to_read import page

# The list and the count of the menu ask again at once.
_REFRESH = json.dumps({"refresh": {"target": "#to-read"}, "counts": {"target": "[data-counts]"}})


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The whole page."""
    return render(request, "workspace/to_read/page.html", {"to_read": page.build(request, shown)})


def rows(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The list again, where something changed."""
    return render(request, "workspace/to_read/_list.html", {"to_read": page.build(request, shown)})


def count(request: StaffRequest) -> HttpResponse:
    """How many, for the menu of every page; nothing where it has not changed."""
    found = count_to_read(request.actor, request.now)
    if request.GET.get("vu") == str(found):
        return HttpResponse(status=204)
    return render(request, "workspace/to_read/_count.html", {"count": found})


def mark_read(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """« Lu »."""
    actions.mark_read(actor=request.actor, encounter=encounter, note_ids=ids_read(request.POST), now=request.now)
    return _fallen(request)


def know(request: StaffRequest) -> HttpResponse:
    """« J’ai compris »: what was read was of somebody else."""
    form = NoticeForm(request.POST)
    answers.valid(form)
    actions.know_misfiling(actor=request.actor, notice_id=form.cleaned_data["notice"], now=request.now)
    return _fallen(request)


def _fallen(request: StaffRequest) -> HttpResponse:
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": _REFRESH})
    return HttpResponseRedirect(reverse("to_read"))
