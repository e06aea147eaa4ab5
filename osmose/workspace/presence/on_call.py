"""« Gardes et astreintes » of a unit, typed by its manager: several lines at once, one taken off."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.accounts import queries
from osmose.accounts.actions import on_call as actions
from osmose.accounts.queries.presence import on_call_from, usual_numbers
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.models import CareUnit
from osmose.workspace.presence.forms import LinesForm, WithdrawalForm


def show(request: StaffRequest, unit: CareUnit) -> HttpResponse:
    """What is planned, and empty lines to fill in."""
    return _drawn(request, unit, _form(request, unit))


def plan(request: StaffRequest, unit: CareUnit) -> HttpResponse:
    """The lines that were filled in."""
    form = _form(request, unit)
    if not form.is_valid():
        return _drawn(request, unit, form, status=422)
    actions.plan_on_call(actor=request.actor, unit=unit, lines=form.commands(), now=request.now)
    return planned(request, unit)


def withdraw(request: StaffRequest, unit: CareUnit) -> HttpResponse:
    """One line less."""
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        raise Refused("Cette ligne n’existe plus.", code="on-call-gone", status=409)
    actions.withdraw_on_call(actor=request.actor, unit=unit, line_id=form.cleaned_data["line"], now=request.now)
    return planned(request, unit)


def planned(request: StaffRequest, unit: CareUnit) -> HttpResponse:  # noqa: ARG001 - a view's signature
    return HttpResponseRedirect(reverse("on_call", args=[unit.pk]))


def refused(request: StaffRequest, unit: CareUnit, refusal: Refused) -> HttpResponse:
    """Why not, on its line, everything typed kept."""
    form = _form(request, unit)
    problem = "" if form.refuse(refusal) else refusal.sentence
    return _drawn(request, unit, form, status=refusal.status, problem=problem)


def _form(request: StaffRequest, unit: CareUnit) -> LinesForm:
    data = request.POST if request.method == "POST" else None
    staff = queries.staff_of(unit.pk, request.now, *CLINICAL)
    return LinesForm(data, staff=staff, numbers=usual_numbers(unit.pk), now=request.now)


def _drawn(request: StaffRequest, unit: CareUnit, form: LinesForm, *, status: int = 200, **said: Any) -> HttpResponse:
    known = on_call_from([unit.pk], request.now).get(unit.pk, [])
    context = {"problem": "", **said, "unit": unit, "lines": form.lines, "usual": form.usual, "planned": known}
    return render(request, "workspace/presence/on_call.html", context, status=status)
