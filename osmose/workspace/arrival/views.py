"""New PEC: search first, then open, create or register somebody unknown; each view makes one call."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.encounters.queries import open_encounter_of
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.organisations.models import CareUnit
from osmose.patients.rules import Sex
from osmose.workspace.arrival import page
from osmose.workspace.arrival.forms import NewPatientForm, PecForm, UnknownForm
from osmose.workspace.arrival.known import known_of
from osmose.workspace.arrival.search import Arriving, choices_of, duplicates, require_units


def show(request: StaffRequest) -> HttpResponse:
    """The search, empty."""
    return _drawn(request, page.build(request))


def again(request: StaffRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The address of a step asked without its form: back to the search."""
    return HttpResponseRedirect(reverse("arrival"))


def _drawn(request: StaffRequest, built: page.Arrival, status: int = 200) -> HttpResponse:
    template = "_arrival" if is_htmx(request) else "page"
    return render(request, f"workspace/arrival/{template}.html", {"arrival": built}, status=status)


def search(request: StaffRequest, listing: Listing) -> HttpResponse:
    """The people found, already in the journal."""
    return _drawn(request, page.found(request, listing.rows))


def search_refused(request: StaffRequest, refusal: Refused) -> HttpResponse:
    """What is wrong with the search, on its fields; or too many of them."""
    problem = "" if refusal.code == "search" else refusal.sentence
    return _drawn(request, page.build(request, search=page.typed_search(request), problem=problem))


def opened(request: StaffRequest, encounter_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The page of the PEC just opened, or opened by the same submission before."""
    return HttpResponseRedirect(reverse("pec", args=[encounter_id]))


def create(request: StaffRequest) -> HttpResponse:
    """A new identity and its PEC; who it may already be is shown first."""
    units = require_units(request)
    patient, pec = _patient_form(request), _pec_form(request, units)
    # Both are read, so that both say what is missing.
    if not all([patient.is_valid(), pec.is_valid()]):
        return _drawn(request, page.build(request, patient=patient, pec=pec, is_creating=True), status=422)
    traits = patient.traits()
    seen = frozenset(request.POST.get("seen", "").split(","))
    if hits := duplicates(request, traits, seen):
        return _drawn(
            request,
            page.build(request, patient=patient, pec=pec, hits=hits, is_creating=True, is_doubtful=True),
        )
    encounter = actions.open_encounter(
        actor=request.actor,
        care_unit=pec.care_unit(),
        patient=None,
        traits=traits,
        motif=pec.cleaned_data["motif"],
        arrival_mode=pec.mode(),
        now=request.now,
    )
    return opened(request, encounter.pk)


def create_refused(request: StaffRequest, refusal: Refused) -> HttpResponse:
    """A rule said no: on its field, all that was typed kept."""
    patient, pec = _patient_form(request), _pec_form(request, require_units(request))
    problem = _placed(refusal, patient, pec)
    return _drawn(request, page.build(request, patient=patient, pec=pec, is_creating=True, problem=problem))


def unknown(request: StaffRequest) -> HttpResponse:
    """« INCONNU H n », and its PEC."""
    form = UnknownForm(request.POST, units=require_units(request))
    if not form.is_valid():
        return _drawn(request, page.build(request, unknown=form), status=422)
    encounter = actions.open_for_unknown(
        actor=request.actor,
        care_unit=form.care_unit(),
        sex=Sex(form.cleaned_data["sex"]),
        estimated_age=form.cleaned_data["unknown_age"],
        signs=form.cleaned_data["signs"],
        motif="",
        now=request.now,
    )
    return opened(request, encounter.pk)


def unknown_refused(request: StaffRequest, refusal: Refused) -> HttpResponse:
    """The sentence above what was typed."""
    form = UnknownForm(request.POST, units=require_units(request))
    return _drawn(request, page.build(request, unknown=form, problem=_placed(refusal, form)))


def known(request: StaffRequest, arriving: Arriving) -> HttpResponse:
    """The identity, and the PEC to open."""
    return _known(request, arriving, PecForm(units=arriving.units, choices=choices_of(arriving.units)))


def open_known(request: StaffRequest, arriving: Arriving) -> HttpResponse:
    """A PEC for somebody already known."""
    form = _pec_form(request, arriving.units)
    if not form.is_valid():
        return _known(request, arriving, form, status=422)
    encounter: Encounter = actions.open_encounter(
        actor=request.actor,
        care_unit=form.care_unit(),
        patient=arriving.patient,
        traits=None,
        motif=form.cleaned_data["motif"],
        arrival_mode=form.mode(),
        now=request.now,
    )
    return opened(request, encounter.pk)


def known_replayed(request: StaffRequest, arriving: Arriving) -> HttpResponse:
    """The PEC that the same submission opened."""
    establishment_id = arriving.patient.establishment_id
    encounter = open_encounter_of(arriving.patient.pk, establishment_id, request.actor, request.now)
    return opened(request, encounter.pk) if encounter else HttpResponseRedirect(reverse("board"))


def known_refused(request: StaffRequest, arriving: Arriving, refusal: Refused) -> HttpResponse:
    """A rule said no: on its field, all that was typed kept."""
    form = _pec_form(request, arriving.units)
    return _known(request, arriving, form, problem=_placed(refusal, form))


def _known(
    request: StaffRequest, arriving: Arriving, form: PecForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    known = known_of(request, arriving)
    context: dict[str, Any] = {"arriving": arriving, "known": known, "pec": form, "problem": problem}
    return render(request, "workspace/arrival/known.html", context, status=status)


def _pec_form(request: StaffRequest, units: Sequence[CareUnit]) -> PecForm:
    return PecForm(request.POST, units=units, choices=choices_of(units))


def _patient_form(request: StaffRequest) -> NewPatientForm:
    return NewPatientForm(request.POST, today=paris(request.now).date())


def _placed(refusal: Refused, *typed: forms.Form) -> str:
    """Puts the sentence on its field; returns it where no form has that field."""
    for form in typed:
        form.is_valid()
        if refusal.field in form.fields:
            form.add_error(refusal.field, refusal.sentence)
            return ""
    return refusal.sentence
