"""« Appel/avis »: noted from the board or a PEC, listed, linked, corrected; each view makes one call."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from osmose.encounters import actions, queries
from osmose.encounters.models import Encounter, PhoneCall
from osmose.encounters.policies import CALLS
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.organisations.models import CareUnit
from osmose.workspace.calls import page
from osmose.workspace.calls.forms import CallForm, LinkForm
from osmose.workspace.instructions.page import band_of
from osmose.workspace.patient_page import answers

# What a call may be about, and what may be wrong with it.
_NOTHING: dict[str, Any] = {"encounter": None, "identity": None, "corrects": None, "linkable": (), "problem": ""}


def call(request: StaffRequest, policy: Policy[PhoneCall], **kwargs: Any) -> PhoneCall | None:
    """The call of the address, where the policy gives it."""
    return queries.call(kwargs["call_id"], policy, request.actor, request.now)


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """A day of calls."""
    return render(request, "workspace/calls/page.html", {"calls": page.build(request, shown)})


# Without a PEC


def new(request: StaffRequest) -> HttpResponse:
    """The dialog, empty; a page of its own without scripts."""
    return _drawn(request, _form(request))


def note(request: StaffRequest) -> HttpResponse:
    """A call about nobody who has a PEC yet."""
    form = _form(request)
    if not form.is_valid():
        return _drawn(request, form, status=422)
    row = actions.note_call(actor=request.actor, care_unit=_unit(request), told=form.told(), now=request.now)
    if is_htmx(request):
        return render(request, "workspace/calls/_noted.html", {"call": row})
    return noted(request)


def noted(request: StaffRequest, *_: Any) -> HttpResponse:
    """The toast, and an empty dialog; the list of calls without scripts, which offers to undo the last one."""
    if is_htmx(request):
        return render(request, "workspace/calls/_noted.html")
    return HttpResponseRedirect(reverse("calls"))


def note_refused(request: StaffRequest, *refused: Any) -> HttpResponse:
    """A rule said no: on its field, all that was typed kept."""
    return _refused(request, refused[-1])


# On a PEC


def new_on(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The dialog on the page of a PEC, with the calls that it may take."""
    found: page.OfPec = shown.rows
    linkable = page.in_words(found.linkable, request)
    return _drawn(request, _form(request), encounter=found.encounter, linkable=linkable)


def note_on(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A call about this patient."""
    form = _form(request)
    if not form.is_valid():
        return _drawn(request, form, encounter=encounter, status=422)
    row = actions.note_call_on(
        actor=request.actor, encounter=encounter, care_unit=_unit(request), told=form.told(), now=request.now
    )
    response = answers.after(request, encounter)
    if is_htmx(request) and response.content:
        response.write(render_to_string("workspace/calls/_toast.html", {"call": row}, request=request))
    return response


def note_on_refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """A rule said no: on its field, all that was typed kept."""
    return _refused(request, refusal, encounter=encounter)


def link(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A call noted before was about this patient."""
    form = LinkForm(request.POST)
    answers.valid(form)
    found = queries.call(form.chosen(), CALLS, request.actor, request.now)
    if found is None:
        raise Refused("Cet appel n’existe plus, ou ne concerne pas vos unités.", code="form", status=409)
    actions.link_call(actor=request.actor, encounter=encounter, call=found, now=request.now)
    return answers.after(request, encounter)


# Undone


def undo(request: StaffRequest, row: PhoneCall) -> HttpResponse:
    """« Annuler », within ten seconds."""
    actions.undo_call(actor=request.actor, call=row, now=request.now)
    return undone(request, row)


def undone(request: StaffRequest, row: PhoneCall, *_: Any) -> HttpResponse:
    """Where it was clicked: the list again, or what was done, which the timeline of a PEC tells too."""
    here = urlsplit(request.headers.get("HX-Current-URL", "")).path
    if not is_htmx(request):
        return corrected(request)
    if here == reverse("calls"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("calls")})
    response = render(request, "workspace/calls/_toast.html")
    if row.encounter_id:
        response["HX-Trigger"] = json.dumps({"refresh": {"target": "#live"}, "told": {"target": "#fil"}})
    return response


def undo_refused(request: StaffRequest, row: PhoneCall, refusal: Refused) -> HttpResponse:  # noqa: ARG001
    """Why not, above what is on the screen; the day’s calls as they are without scripts."""
    if is_htmx(request):
        return render(request, "web/_refusal.html", {"refusal": refusal})
    request.listed = page.listing(request, request.door.may)
    shown = page.build(request, request.listed)
    return render(request, "workspace/calls/page.html", {"calls": shown, "refusal": refusal})


# Corrected


def correction(request: StaffRequest, row: PhoneCall) -> HttpResponse:
    """What was noted, to be said again."""
    return _drawn(request, _form(request, row), corrects=row)


def correct(request: StaffRequest, row: PhoneCall) -> HttpResponse:
    """What was right; what was noted stays."""
    form = _form(request, row)
    if not form.is_valid():
        return _drawn(request, form, corrects=row, status=422)
    actions.correct_call(actor=request.actor, call=row, told=form.told(), now=request.now)
    return corrected(request)


def corrected(request: StaffRequest, *_: Any) -> HttpResponse:  # noqa: ARG001 - a view's signature
    return HttpResponseRedirect(reverse("calls"))


def correct_refused(request: StaffRequest, row: PhoneCall, refusal: Refused) -> HttpResponse:
    """A rule said no: on its field, all that was typed kept."""
    return _refused(request, refusal, corrects=row)


def _form(request: StaffRequest, corrects: PhoneCall | None = None) -> CallForm:
    data = request.POST if request.method == "POST" else None
    units = queries.units_at_the_other_end(request.actor, request.now)
    return CallForm(data, units=units, now=request.now, corrects=corrects)


def _unit(request: StaffRequest) -> CareUnit:
    unit = queries.noting_unit(request.actor, request.now)
    if unit is None:
        raise NotVisible
    return unit


def _refused(request: StaffRequest, refusal: Refused, **about: Any) -> HttpResponse:
    form = _form(request)
    form.is_valid()
    if refusal.field in form.fields:
        form.add_error(refusal.field, refusal.sentence)
        return _drawn(request, form, **about)
    return _drawn(request, form, problem=refusal.sentence, **about)


def _drawn(request: StaffRequest, form: CallForm, *, status: int = 200, **about: Any) -> HttpResponse:
    context = {**_NOTHING, "form": form, **about}
    if is_htmx(request):
        return render(request, "workspace/calls/_call.html", context, status=status)
    if context["encounter"]:
        context["identity"] = band_of(answers.fresh(request, context["encounter"]), request.now)
    return render(request, "workspace/calls/call.html", context, status=status)
