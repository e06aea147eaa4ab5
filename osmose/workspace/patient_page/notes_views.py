"""Writing a note on the patient page: each view translates and makes one call."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from osmose.encounters.models import Encounter
from osmose.handover import actions
from osmose.handover.forms import NoteForm, draft_of, typed_of
from osmose.handover.operations import NoAccess
from osmose.handover.queries import candidates
from osmose.handover.rules.drafts import carried
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.drafts import kept_answer, mark_of, ongoing
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.workspace.drafts.asked import Asked
from osmose.workspace.instructions.page import band_of
from osmose.workspace.patient_page import answers, notes_page


def sign(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A transmission, of any form."""
    form = NoteForm(request.POST, now=request.now)
    answers.valid(form)
    actions.sign_note(
        actor=request.actor,
        encounter=encounter,
        written=form.command(),
        mark=mark_of(request.POST),
        now=request.now,
    )
    return signed(request, encounter)


def signed(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """After a note is signed: an empty composer and the timeline with it."""
    return answers.after(request, encounter, is_noted=True)


def refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """The sentence under what was typed, with the unit that may be invited; without scripts, all of it in its form."""
    if is_htmx(request):
        invites = refusal.units if isinstance(refusal, NoAccess) else ()
        context = {"refusal": refusal, "invites": invites, "granted": request.POST.getlist("invite")}
        return render(request, "workspace/patient_page/_note_refused.html", context)
    if "forme" not in request.POST:
        return answers.refused(request, encounter, refusal)
    row = answers.fresh(request, encounter)
    return _drawn(request, row, typed=typed_of(request.POST), refusal=refusal, status=refusal.status)


def show(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The composer in the form asked for, with the draft; its own page without scripts."""
    return _drawn(request, encounter, form=request.GET.get("forme", ""), asked=Asked.of(request))


def change_form(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What is being typed, in another form: nothing is written, no word is lost."""
    typed = typed_of(request.POST)
    wanted = request.POST.get("vers", "")
    return _drawn(request, encounter, form=wanted, typed=carried(typed, wanted))


def _drawn(request: StaffRequest, encounter: Encounter, *, status: int = 200, **asked: Any) -> HttpResponse:
    built = notes_page.build(request.actor, encounter, request.now, ongoing=ongoing(request.POST), **asked)
    context: dict[str, Any] = {"note": built, "encounter": encounter}
    if is_htmx(request):
        return render(request, "workspace/patient_page/_note_form.html", context, status=status)
    context["identity"] = band_of(encounter, request.now)
    return render(request, "workspace/patient_page/note_form.html", context, status=status)


def recipients(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """To whom « @ » may address a note."""
    found = candidates(encounter, request.actor, request.now)
    return render(request, "workspace/patient_page/_recipients.html", {"candidates": found})


def save_draft(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What is being typed."""
    posted = request.POST.copy()
    posted.setdefault("forme", request.GET.get("forme", ""))
    kept = actions.save_draft(
        actor=request.actor, encounter=encounter, text=draft_of(posted), mark=mark_of(posted), now=request.now
    )
    return kept_answer(kept)
