"""Treatments given, noted from the page of a PEC; each view makes one call."""

from django.http import HttpResponse
from django.shortcuts import render

from osmose.encounters.models import Encounter
from osmose.handover import actions
from osmose.handover.forms import EffectForm, GiveForm, SearchForm, StrikeForm
from osmose.handover.queries import medicines_like
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.workspace.instructions.page import band_of
from osmose.workspace.patient_page import answers
from osmose.workspace.treatments import page


def show(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The dialog; a page of its own without scripts."""
    return _drawn(request, encounter, page.form_of(request))


def give(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A treatment was given."""
    form = page.form_of(request)
    if not form.is_valid():
        return _drawn(request, encounter, form, status=422)
    actions.give_treatment(actor=request.actor, encounter=encounter, given=form.command(), now=request.now)
    return answers.after(request, encounter)


def give_refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """On its field, or as a question of its own, all that was typed kept."""
    form = page.form_of(request)
    form.is_valid()
    if refusal.code == "unusual-dose":
        return _drawn(request, encounter, form, question=refusal.sentence)
    if refusal.field in form.fields:
        form.add_error(refusal.field, refusal.sentence)
        return _drawn(request, encounter, form)
    return _drawn(request, encounter, form, problem=refusal.sentence)


def effect(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What a treatment did."""
    form = EffectForm(request.POST, now=request.now)
    answers.valid(form)
    actions.note_effect(
        actor=request.actor,
        encounter=encounter,
        treatment_id=form.chosen(),
        effect=form.cleaned_data["effect"],
        at=form.cleaned_data["at"],
        now=request.now,
    )
    return answers.after(request, encounter)


def strike(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """It was noted by mistake."""
    form = StrikeForm(request.POST)
    answers.valid(form)
    actions.strike_treatment(
        actor=request.actor,
        encounter=encounter,
        treatment_id=form.chosen(),
        reason=form.cleaned_data["reason"],
        now=request.now,
    )
    return answers.after(request, encounter)


def find(request: StaffRequest) -> HttpResponse:
    """The medicines that begin so, for the list under the field."""
    found = medicines_like(SearchForm(request.POST).typed(), request.actor, request.now)
    return render(request, "workspace/treatments/_found.html", {"medicines": found})


def _drawn(
    request: StaffRequest,
    encounter: Encounter,
    form: GiveForm,
    *,
    problem: str = "",
    question: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = answers.fresh(request, encounter) if request.method == "POST" else encounter
    built = page.build(request, shown, form, problem=problem, question=question)
    template = f"workspace/treatments/{'_' if is_htmx(request) else ''}treatments.html"
    context = {"given": built, "encounter": shown, "identity": band_of(shown, request.now)}
    return render(request, template, context, status=status)
