"""« Attendus »: announced, arrived, cancelled; each view makes one call."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters import actions, queries
from osmose.encounters.models import Encounter, ExpectedArrival
from osmose.encounters.policies import EXPECTED, WRITE
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.organisations.models import CareUnit
from osmose.workspace.arrival.search import Arriving
from osmose.workspace.expected import page
from osmose.workspace.expected.forms import AnnounceForm, CancelForm, ChosenForm


def expected(request: StaffRequest, policy: Policy[ExpectedArrival], **kwargs: Any) -> ExpectedArrival | None:
    """The announcement of the address, where the policy gives it."""
    return queries.announcement(kwargs["expected_id"], policy, request.actor, request.now)


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The list."""
    return render(request, "workspace/expected/page.html", {"expected": page.build(request, shown)})


def rows(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The list again, where something changed."""
    return render(request, "workspace/expected/_rows.html", {"expected": page.build(request, shown)})


# Announcing


def new(request: StaffRequest) -> HttpResponse:
    """The form, empty."""
    return _announce(request, _form(request, None))


def new_known(request: StaffRequest, arriving: Arriving) -> HttpResponse:
    """The form for somebody whom the hospital knows."""
    return _announce(request, _form(request, arriving), arriving)


def announce(request: StaffRequest) -> HttpResponse:
    """Somebody is expected."""
    return _announced(request, None)


def announce_known(request: StaffRequest, arriving: Arriving) -> HttpResponse:
    """Somebody whom the hospital knows is expected."""
    return _announced(request, arriving)


def _announced(request: StaffRequest, arriving: Arriving | None) -> HttpResponse:
    form = _form(request, arriving)
    if not form.is_valid():
        return _announce(request, form, arriving, status=422)
    actions.announce_patient(
        actor=request.actor, announcing_unit=_unit(request), who=form.who(), told=form.told(), now=request.now
    )
    return back(request)


def announce_refused(request: StaffRequest, *refused: Any) -> HttpResponse:
    """A rule said no: on its field, all that was typed kept."""
    *subject, refusal = refused
    arriving = subject[0] if subject else None
    form = _form(request, arriving)
    form.is_valid()
    problem = ""
    if refusal.field in form.fields:
        form.add_error(refusal.field, refusal.sentence)
    else:
        problem = refusal.sentence
    return _announce(request, form, arriving, problem=problem)


def _form(request: StaffRequest, arriving: Arriving | None) -> AnnounceForm:
    """Somebody known is expected by a unit of the hospital that knows them."""
    units = queries.expecting_units(request.actor, request.now)
    if arriving is not None:
        units = [unit for unit in units if unit.establishment_id == arriving.patient.establishment_id]
    return AnnounceForm(
        request.POST if request.method == "POST" else None,
        units=units,
        now=request.now,
        today=paris(request.now).date(),
        known=arriving.patient if arriving else None,
    )


def _announce(
    request: StaffRequest, form: AnnounceForm, arriving: Arriving | None = None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "arriving": arriving, "problem": problem}
    return render(request, "workspace/expected/new.html", context, status=status)


def _unit(request: StaffRequest) -> CareUnit:
    unit = queries.announcing_unit(request.actor, request.now)
    if unit is None:
        raise NotVisible
    return unit


# What becomes of them


def receive(request: StaffRequest, row: ExpectedArrival) -> HttpResponse:
    """« Arrivé »: the PEC, open."""
    encounter = actions.receive_expected(actor=request.actor, expected=row, now=request.now)
    return _pec(encounter.pk)


def received(request: StaffRequest, row: ExpectedArrival) -> HttpResponse:
    """The PEC that the same click opened."""
    return _pec(row.encounter_id) if row.encounter_id else back(request)


def link(request: StaffRequest, row: ExpectedArrival) -> HttpResponse:
    """« C’est cette arrivée »."""
    form = ChosenForm(request.POST)
    _valid(form)
    encounter = _chosen(request, form.cleaned_data["encounter"])
    actions.link_expected(actor=request.actor, encounter=encounter, expected=row, now=request.now)
    return _pec(encounter.pk)


def detach(request: StaffRequest, row: ExpectedArrival) -> HttpResponse:
    """« Ce n’est pas cette arrivée »."""
    encounter = _chosen(request, row.encounter_id)
    actions.detach_expected(actor=request.actor, encounter=encounter, expected=row, now=request.now)
    return back(request)


def cancel(request: StaffRequest, row: ExpectedArrival) -> HttpResponse:
    """Nobody will come."""
    form = CancelForm(request.POST)
    _valid(form)
    actions.cancel_expected(actor=request.actor, expected=row, reason=form.cleaned_data["reason"], now=request.now)
    return back(request)


def restore(request: StaffRequest, row: ExpectedArrival) -> HttpResponse:
    """The cancellation was a mistake."""
    actions.restore_expected(actor=request.actor, expected=row, now=request.now)
    return back(request)


def refused(request: StaffRequest, row: ExpectedArrival, refusal: Refused) -> HttpResponse:
    """The announcement as it is now, the sentence above, the reason kept."""
    fresh = queries.announcement(row.pk, EXPECTED, request.actor, request.now)
    if fresh is None:
        raise NotVisible
    built = page.alone(request, fresh, refusal.sentence, request.POST.get("reason", ""))
    return render(request, "workspace/expected/refused.html", {"expected": built})


def back(request: StaffRequest, *_: Any) -> HttpResponse:  # noqa: ARG001 - a view's signature
    return HttpResponseRedirect(reverse("expected"))


def _pec(encounter_id: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("pec", args=[encounter_id]))


def _chosen(request: StaffRequest, encounter_id: uuid.UUID | None) -> Encounter:
    found = queries.acted_on(encounter_id, WRITE, request.actor, request.now) if encounter_id else None
    if found is None:
        raise Refused("Cette prise en charge n’existe plus, ou ne concerne pas vos unités.", code="form", status=409)
    return found


def _valid(form: forms.Form) -> None:
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Refused(str(errors[0]), field=field, code="form")
