"""What the psychiatric team does with the patient: each view translates and makes one call."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from osmose.accounts.queries import staff_of
from osmose.encounters import actions, lifecycle, queries
from osmose.encounters.forms import ConclusionForm, ExpectedForm, InterruptionForm, ResumptionForm, start_command
from osmose.encounters.models import Encounter
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.crypto.reading import readable
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.workspace.instructions.page import band_of
from osmose.workspace.patient_page.answers import after, keeps_theirs, posted, valid, with_statuses
from osmose.workspace.patient_page.interviews import team_of


def colleagues(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Who of the team may begin, in its dialog or as a page of its own."""
    asked = queries.course_of(encounter).requests.get(request.GET.get("type", ""))
    writable = lifecycle.availability(encounter.status, "write")
    people = staff_of(team_of(asked, encounter), request.now, *CLINICAL) if asked and writable.is_possible else []
    open_ = {held.professional.pk for held in queries.interviews_of(asked) if not held.row.ended_at} if asked else set()
    context: dict[str, Any] = {
        "encounter": encounter,
        "reason": writable.reason if asked else "Rien n’est demandé à la psychiatrie.",
        "people": [(f"{asked.kind.code}:{p.pk}", str(p)) for p in people if p.pk not in open_] if asked else [],
    }
    if is_htmx(request):
        return render(request, "workspace/patient_page/_colleagues.html", context)
    context["identity"] = band_of(encounter, request.now)
    return render(request, "workspace/patient_page/colleagues.html", context)


def start(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """« Je commence », or these colleagues do."""
    command = start_command(request.POST)
    actions.start_intervention(
        actor=request.actor,
        encounter=encounter,
        kind=command.kind,
        professionals=command.professionals,
        is_crisis=command.is_crisis,
        now=request.now,
    )
    return with_statuses(after(request, encounter))


def interrupt(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The interview stops for a while."""
    form = InterruptionForm(posted(request), now=request.now)
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    actions.interrupt_intervention(
        actor=request.actor,
        encounter=encounter,
        intervention_id=form.cleaned_data["intervention"],
        reason=form.reason,
        expected_at=form.cleaned_data["expected_at"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return with_statuses(after(request, encounter))


def resume(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The professional is back."""
    form = ResumptionForm(posted(request))
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    actions.resume_intervention(
        actor=request.actor,
        encounter=encounter,
        intervention_id=form.intervention_id(),
        revision=form.posted_revision(),
        now=request.now,
    )
    return with_statuses(after(request, encounter))


def end(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The interview is over, with its conclusion; or the conclusion of one that is over."""
    form = ConclusionForm(posted(request), known=_concluded(request, encounter))
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    actions.end_intervention(
        actor=request.actor,
        encounter=encounter,
        intervention_id=form.cleaned_data["intervention"],
        conclusion=form.cleaned_data["conclusion"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return with_statuses(after(request, encounter))


def expect(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A state of a request, with the hour said with it."""
    form = ExpectedForm(posted(request), now=request.now)
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    actions.set_request(
        actor=request.actor,
        encounter=encounter,
        kind=form.cleaned_data["kind"],
        status=form.cleaned_data["status"],
        unit=None,
        revision=form.posted_revision(),
        now=request.now,
        expected_at=form.cleaned_data["expected_at"],
        reason=form.cleaned_data["why"],
    )
    return after(request, encounter)


def _concluded(request: StaffRequest, encounter: Encounter) -> str:
    """The conclusion that « réunir les deux » joins to."""
    if request.POST.get("keep") != "both":
        return ""
    try:
        wanted = uuid.UUID(request.POST.get("intervention", ""))
    except ValueError:
        return ""
    asked = queries.course_of(encounter).requests.values()
    rows = {held.row.pk: held.row for one in asked for held in queries.interviews_of(one)}
    return str(readable(rows[wanted], "conclusion") or "") if wanted in rows else ""
