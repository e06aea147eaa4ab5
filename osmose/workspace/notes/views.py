"""The dialogs of a signed note, and what they do; each view makes one call."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from osmose.encounters.models import Encounter
from osmose.handover import actions
from osmose.handover.models import AdditionKind
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.workspace.instructions.page import band_of
from osmose.workspace.notes import forms, page
from osmose.workspace.patient_page import answers

_TITLES = {
    "readings": "Qui a lu",
    "addition": "Compléter la transmission",
    "correction": "Corriger la transmission",
    "closure": "Clore la cible",
    "click": "Erreur de dossier",
}


# Reading


def mark_read(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What the page had in sight for two seconds, a few notes at a time; nothing is drawn again."""
    actions.mark_read(actor=request.actor, encounter=encounter, note_ids=forms.ids_read(request.POST), now=request.now)
    return HttpResponse(status=204)


def show_readings(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Who has read a note, and when."""
    note = page.note_of(encounter, request.GET.get("note", ""), request.actor, request.now)
    return _drawn(request, encounter, "readings", readings=page.readings(note) if note else None)


# Adding


def show_addition(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The dialog, empty."""
    return _drawn(request, encounter, "addition")


def add(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A result or an addendum."""
    form = forms.AdditionForm(request.POST, now=request.now)
    answers.valid(form)
    wanted = form.cleaned_data
    actions.add_to_note(
        actor=request.actor,
        encounter=encounter,
        note_id=wanted["note"],
        kind=AdditionKind(wanted["kind"]),
        text=wanted["text"],
        at=wanted["at"],
        now=request.now,
    )
    return answers.after(request, encounter)


def addition_refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """The sentence on its field, all that was typed kept."""
    return _drawn(request, encounter, "addition", refusal=refusal)


def acknowledge(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """« Bien reçu »."""
    form = forms.NoteChoice(request.POST)
    answers.valid(form)
    actions.acknowledge_note(
        actor=request.actor, encounter=encounter, note_id=form.cleaned_data["note"], now=request.now
    )
    return answers.after(request, encounter)


def show_closure(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    return _drawn(request, encounter, "closure")


def close(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A cible is no longer followed."""
    form = forms.ReasonForm(request.POST)
    answers.valid(form)
    wanted = form.cleaned_data
    actions.close_focus(
        actor=request.actor, encounter=encounter, note_id=wanted["note"], reason=wanted["text"], now=request.now
    )
    return answers.after(request, encounter)


def closure_refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    return _drawn(request, encounter, "closure", refusal=refusal)


# Correcting


def show_correction(request: StaffRequest, shown: Listing) -> HttpResponse:
    """Strike it through, or say that it is of somebody else."""
    found: page.Candidates = shown.rows
    return _drawn(request, found.encounter, "correction", candidates=found.options)


def strike(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """An error, with its reason."""
    form = forms.ReasonForm(request.POST)
    answers.valid(form)
    wanted = form.cleaned_data
    actions.strike_note(
        actor=request.actor, encounter=encounter, note_id=wanted["note"], reason=wanted["text"], now=request.now
    )
    return answers.after(request, encounter)


def move(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """« Erreur de dossier »."""
    form = forms.MoveForm(request.POST)
    answers.valid(form)
    wanted = form.cleaned_data
    actions.move_note(
        actor=request.actor, encounter=encounter, note_id=wanted["note"], right_id=wanted["right"], now=request.now
    )
    return answers.after(request, encounter)


def correction_refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    request.listed = page.listed(request, encounter)
    return _drawn(request, encounter, "correction", refusal=refusal, candidates=request.listed.rows.options)


def show_click(request: StaffRequest, shown: Listing) -> HttpResponse:
    """A click that was on somebody else."""
    found: page.Candidates = shown.rows
    return _drawn(request, found.encounter, "click", candidates=found.options)


def move_click(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """One's own click leaves the record, however long ago."""
    form = forms.MoveClickForm(request.POST)
    answers.valid(form)
    wanted = form.cleaned_data
    actions.move_click(
        actor=request.actor, encounter=encounter, event_uid=wanted["event"], right_id=wanted["right"], now=request.now
    )
    return answers.after(request, encounter)


def click_refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    request.listed = page.listed(request, encounter)
    return _drawn(request, encounter, "click", refusal=refusal, candidates=request.listed.rows.options)


_NOTHING: dict[str, Any] = {"refusal": None, "readings": None, "candidates": (), "note": None, "event": ""}


def _drawn(
    request: StaffRequest, encounter: Encounter, name: str, *, refusal: Refused | None = None, **more: Any
) -> HttpResponse:
    """The dialog; a page of its own without scripts. A note that left the record meanwhile is no longer shown."""
    asked = request.POST if request.method == "POST" else request.GET
    note = page.note_of(encounter, asked.get("note", ""), request.actor, request.now)
    context = {
        **_NOTHING,
        "encounter": encounter,
        "note": page.shown(note) if note else None,
        "event": asked.get("event", ""),
        "typed": {field: request.POST.get(field, "") for field in ("kind", "text", "at", "right")},
        "refusal": refusal,
        "title": _TITLES[name],
        "body": f"workspace/notes/_{name}.html",
        **more,
    }
    if is_htmx(request):
        return render(request, context["body"], context)
    context["identity"] = band_of(answers.fresh(request, encounter), request.now)
    return render(request, "workspace/notes/alone.html", context)
