"""The controls of the left column: each view translates and makes one call."""

from django.http import HttpResponse

from osmose.encounters import actions, queries
from osmose.encounters.forms import (
    ArrivalModeForm,
    ArrivalTimeForm,
    MotifForm,
    PlaceForm,
    ReferentForm,
    RequestForm,
    RequestNoteForm,
    ResultForm,
    field_of,
    tracking_form,
)
from osmose.encounters.models import Encounter
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.queries import units_named
from osmose.workspace.patient_page.answers import after, keeps_theirs, posted, valid


def set_motif(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """A new motif; in a conflict, mine, theirs or both."""
    form = MotifForm(posted(request), known=encounter.motif)
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    actions.set_motif(
        actor=request.actor,
        encounter=encounter,
        motif=form.cleaned_data["motif"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def set_place(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Another zone or box; one that is taken, for a reason."""
    form = PlaceForm(posted(request))
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    actions.set_place(
        actor=request.actor,
        encounter=encounter,
        place=form.cleaned_data["place"],
        reason=form.cleaned_data["reason"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def set_arrival_mode(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """How the patient came."""
    form = ArrivalModeForm(posted(request))
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    actions.set_arrival_mode(
        actor=request.actor,
        encounter=encounter,
        mode=form.cleaned_data["arrival_mode"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def set_arrival_time(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """When the patient came."""
    form = ArrivalTimeForm(posted(request), now=request.now)
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    actions.set_arrival_time(
        actor=request.actor,
        encounter=encounter,
        at=form.cleaned_data["arrived_at"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def set_tracking(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """One field of the tracking, clicked or typed."""
    data, field, known = posted(request), field_of(request.POST), queries.tracking_of(encounter)
    if not field:
        raise Refused("Ce champ n’existe pas.", code="field-unknown")
    form = tracking_form(data, known=known.value(field) if known else None, now=request.now)
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    command = form.command()
    actions.set_tracking(
        actor=request.actor,
        encounter=encounter,
        field=command.field,
        value=command.value,
        revision=command.revision,
        now=request.now,
    )
    return after(request, encounter)


def assign(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Who is in charge in a role."""
    form = ReferentForm(posted(request))
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    role, user_id = form.command()
    actions.assign(
        actor=request.actor,
        encounter=encounter,
        role=role,
        user_id=user_id,
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def set_request(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The wanted state of a request."""
    form = RequestForm(posted(request))
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    command = form.command()
    unit = units_named([command.unit_id]).get(command.unit_id) if command.unit_id else None
    actions.set_request(
        actor=request.actor,
        encounter=encounter,
        kind=command.kind,
        status=command.status,
        unit=unit,
        revision=command.revision,
        now=request.now,
    )
    return after(request, encounter)


def set_result(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What a result says, in one word."""
    form = ResultForm(posted(request))
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    kind, result = form.command()
    actions.set_result(
        actor=request.actor,
        encounter=encounter,
        kind=kind,
        result=result,
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def note_request(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """The word beside a request's status."""
    form = RequestNoteForm(posted(request), known=_noted(request, encounter))
    valid(form)
    if keeps_theirs(request):
        return after(request, encounter)
    actions.note_request(
        actor=request.actor,
        encounter=encounter,
        kind=form.cleaned_data["kind"],
        text=form.cleaned_data["note"],
        revision=form.posted_revision(),
        now=request.now,
    )
    return after(request, encounter)


def _noted(request: StaffRequest, encounter: Encounter) -> str:
    """The note that « réunir les deux » joins to."""
    if request.POST.get("keep") != "both":
        return ""
    asked = queries.course_of(encounter).requests.get(request.POST.get("kind", ""))
    return str(asked.note or "") if asked else ""
