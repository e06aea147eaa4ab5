"""Completing or correcting who the patient of a PEC is."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters import actions, lifecycle
from osmose.encounters.models import Encounter
from osmose.encounters.policies import IDENTIFY
from osmose.encounters.queries import one
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.web.request import StaffRequest
from osmose.workspace.patient_page import identity_page


def show(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The identity as it is known; why it can't be written instead of its form, where it can't."""
    return _drawn(request, identity_page.build(request, encounter))


def _drawn(request: StaffRequest, page: identity_page.IdentityPage, status: int = 200) -> HttpResponse:
    return render(request, "workspace/patient_page/identity.html", {"correction": page}, status=status)


def correct(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The identity as it was corrected."""
    lifecycle.require(encounter.status, "write")
    form = identity_page.IdentityForm(request.POST, patient=encounter.patient, today=paris(request.now).date())
    if not form.is_valid():
        return _drawn(request, identity_page.build(request, encounter), status=422)
    command = form.command()
    actions.correct_identity(
        actor=request.actor,
        encounter=encounter,
        traits=command.traits,
        identifiers=command.identifiers,
        document_checked=form.cleaned_data["document_checked"],
        distinctive_signs=command.distinctive_signs,
        version=_version(request),
        now=request.now,
    )
    return done(request, encounter)


def _version(request: StaffRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def done(request: StaffRequest, encounter: Encounter) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Back to the patient page, under the name that was given."""
    return HttpResponseRedirect(reverse("pec", args=[encounter.pk]))


def refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """The sentence on its field, all that was typed kept, beside the identity as it is now."""
    fresh = one(encounter.pk, IDENTIFY, request.actor, request.now)
    if fresh is None:
        raise NotVisible
    return _drawn(request, identity_page.build(request, fresh, refusal), status=refusal.status)
