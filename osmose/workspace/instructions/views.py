"""Reading and writing the instructions of a PEC's patient: each view translates and makes one call."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.encounters.policies import INSTRUCT
from osmose.encounters.queries import one
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import StaffRequest
from osmose.patients.queries import instruction
from osmose.patients.rules.instructions import REVIEWED_AFTER, InstructionKind
from osmose.workspace.instructions import forms, page
from osmose.workspace.instructions.page import Chosen


def encounter(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Encounter | None:
    """The PEC of the address, where its instructions are open to the actor."""
    return one(kwargs["encounter_id"], policy, request.actor, request.now)


def new(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Chosen | None:
    """The PEC, and the kind of instruction to write."""
    found, kind = encounter(request, policy, **kwargs), forms.kind_of(kwargs["nature"])
    return Chosen(found, kind) if found and kind else None


def chosen(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Chosen | None:
    """The PEC, and one instruction of its patient."""
    found = encounter(request, policy, **kwargs)
    row = instruction(kwargs["instruction_id"], found.patient_id, request.actor, request.now) if found else None
    return Chosen(found, InstructionKind(row.kind), row) if found and row else None


def show_all(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """All of them, those that ended included."""
    return render(request, "workspace/instructions/page.html", {"known": page.listed(request, encounter)})


def show(request: StaffRequest, chosen: Chosen) -> HttpResponse:
    """The form of one, empty or as it is written, with its versions."""
    return _drawn(request, page.form(request, chosen))


def _drawn(request: StaffRequest, built: page.FormPage, status: int = 200) -> HttpResponse:
    return render(request, "workspace/instructions/form.html", {"form": built}, status=status)


def _wrong(request: StaffRequest, chosen: Chosen, form: forms.InstructionForm) -> HttpResponse:
    errors = {name: str(messages[0]) for name, messages in form.errors.items()}
    return _drawn(request, page.form(request, chosen, errors=errors), status=422)


def write(request: StaffRequest, chosen: Chosen) -> HttpResponse:
    """A new one."""
    form = forms.InstructionForm(request.POST, kind=chosen.kind)
    if not form.is_valid():
        return _wrong(request, chosen, form)
    actions.write_instruction(actor=request.actor, encounter=chosen.encounter, draft=form.command(), now=request.now)
    return written(request, chosen)


def correct(request: StaffRequest, chosen: Chosen) -> HttpResponse:
    """The next version of one."""
    row = _row(chosen)
    is_readable = readable(row, "parts") is not UNREADABLE
    current = row.draft().values() if is_readable else None
    form = forms.InstructionForm(request.POST, kind=chosen.kind, current=current)
    if not form.is_valid():
        return _wrong(request, chosen, form)
    actions.correct_instruction(
        actor=request.actor,
        encounter=chosen.encounter,
        instruction_id=row.pk,
        draft=form.command(),
        version=form.posted_version(),
        now=request.now,
    )
    return written(request, chosen)


def review(request: StaffRequest, chosen: Chosen) -> HttpResponse:
    """Read again, still true; in six months again, unless another day is given."""
    form = _decision(request)
    actions.review_instruction(
        actor=request.actor,
        encounter=chosen.encounter,
        instruction_id=_row(chosen).pk,
        version=form["version"],
        review_on=form["review_on"] or paris(request.now).date() + REVIEWED_AFTER,
        now=request.now,
    )
    return decided(request, chosen)


def end(request: StaffRequest, chosen: Chosen) -> HttpResponse:
    """It no longer holds."""
    form = _decision(request)
    actions.end_instruction(
        actor=request.actor,
        encounter=chosen.encounter,
        instruction_id=_row(chosen).pk,
        version=form["version"],
        reason=form["reason"],
        now=request.now,
    )
    return decided(request, chosen)


def resume(request: StaffRequest, chosen: Chosen) -> HttpResponse:
    """Its end was a mistake."""
    form = _decision(request)
    actions.resume_instruction(
        actor=request.actor,
        encounter=chosen.encounter,
        instruction_id=_row(chosen).pk,
        version=form["version"],
        now=request.now,
    )
    return decided(request, chosen)


def written(request: StaffRequest, chosen: Chosen) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Back to the patient, where it is read first."""
    return HttpResponseRedirect(reverse("pec", args=[chosen.encounter.pk]))


def decided(request: StaffRequest, chosen: Chosen) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Back to all of them."""
    return HttpResponseRedirect(reverse("pec_instructions", args=[chosen.encounter.pk]))


def refused(request: StaffRequest, chosen: Chosen, refusal: Refused) -> HttpResponse:
    """The sentence on its field, or both texts where two people wrote; all that was typed is kept."""
    found = one(chosen.encounter.pk, INSTRUCT, request.actor, request.now)
    if found is None:
        raise NotVisible
    row = instruction(chosen.row.pk, found.patient_id, request.actor, request.now) if chosen.row else None
    return _drawn(request, page.form(request, Chosen(found, chosen.kind, row), refusal), status=refusal.status)


def _row(chosen: Chosen) -> Any:
    if chosen.row is None:
        raise NotVisible
    return chosen.row


def _decision(request: StaffRequest) -> dict[str, Any]:
    form = forms.DecisionForm(request.POST)
    if not form.is_valid():
        field, messages = next(iter(form.errors.items()))
        raise Refused(str(messages[0]), field=field, code="form")
    return form.cleaned_data
