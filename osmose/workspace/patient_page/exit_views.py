"""Leaving, coming back, closing, opening again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from osmose.encounters import actions
from osmose.encounters.forms import ContinueForm, ExitForm, ReopenForm
from osmose.encounters.models import Encounter
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.organisations.queries import units_named
from osmose.workspace.instructions.page import band_of
from osmose.workspace.patient_page import exit_page
from osmose.workspace.patient_page.answers import after, fresh, valid


def show_exit(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The dialog of the exit; a page of its own without scripts."""
    return _drawn(request, encounter, "exit")


def show_reopening(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The dialog that asks why a closed PEC is opened again."""
    return _drawn(request, encounter, "reopen")


def _drawn(
    request: StaffRequest, encounter: Encounter, deed: str, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"leaving": exit_page.build(request, encounter, deed, refusal)}
    if is_htmx(request):
        return render(request, f"workspace/patient_page/_{deed}.html", context, status=status)
    context["identity"] = band_of(encounter, request.now)
    return render(request, f"workspace/patient_page/{deed}.html", context, status=status)


def exit_encounter(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The patient left."""
    form = ExitForm(request.POST, now=request.now)
    valid(form)
    command = form.command()
    actions.exit_encounter(
        actor=request.actor,
        encounter=encounter,
        mode=command.mode,
        destination=command.destination,
        orientation=command.orientation,
        at=command.at,
        handed=command.handed,
        revision=command.revision,
        unit_revision=command.unit_revision,
        now=request.now,
    )
    return after(request, encounter)


def exit_refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """The dialog again, what was typed kept, beside who was faster."""
    return _drawn(request, fresh(request, encounter), "exit", refusal, status=refusal.status)


def go_on(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The PEC goes on in another unit."""
    form = ContinueForm(request.POST)
    valid(form)
    unit_id = form.cleaned_data["unit"]
    unit = units_named([unit_id]).get(unit_id)
    if unit is None:
        raise Refused("Cette unité n’existe pas ou plus.", field="unit", code="unit-unknown")
    actions.go_on(actor=request.actor, encounter=encounter, unit=unit, revision=form.posted_revision(), now=request.now)
    return after(request, encounter)


def reopen(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A closed PEC can be written again."""
    form = ReopenForm(request.POST)
    valid(form)
    actions.reopen_encounter(
        actor=request.actor, encounter=encounter, reason=form.cleaned_data["reason"], now=request.now
    )
    return after(request, encounter)


def reopening_refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """The dialog again, the reason kept."""
    return _drawn(request, fresh(request, encounter), "reopen", refusal, status=refusal.status)


def cancel_exit(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The patient had not left."""
    actions.cancel_exit(actor=request.actor, encounter=encounter, now=request.now)
    return after(request, encounter)


def close(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Read-only from now on."""
    actions.close_encounter(actor=request.actor, encounter=encounter, now=request.now)
    return after(request, encounter)
