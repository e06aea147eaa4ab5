"""What a deed of the page is answered with: the page as it is then, or the refusal on its line with what was typed."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from osmose.encounters.forms import field_of
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ
from osmose.encounters.queries import one
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.workspace.drafts.asked import NEWEST, NOTHING, Asked
from osmose.workspace.patient_page import page
from osmose.workspace.patient_page.lines import slot_of
from osmose.workspace.patient_page.shown import Shown

# The page's poll, which gives what is new in the timeline and on the other lines.
_REFRESH = json.dumps({"refresh": {"target": "#live"}})

# What one has just written shows in the timeline, even while it shows what was sought.
_TOLD = json.dumps({"told": {"target": "#fil"}})


def _asked(post: QueryDict) -> str:
    """The line of a request, whichever of its controls was used."""
    return f"request:{post.get('kind') or post.get('wanted', '').partition(':')[0]}"


def _noted(post: QueryDict) -> str:
    """The line of a field; a look is said on the line of the surveillance."""
    field = field_of(post)
    return {"watch_check": "watch"}.get(field, field)


# The line that a door's refusals and conflicts are said on; a deed that has no line says it at the top.
_LINES: Mapping[str, Callable[[QueryDict], str]] = {
    "pec_motif": lambda _: "motif",
    "pec_place": lambda _: "place",
    "pec_arrival_mode": lambda _: "arrival_mode",
    "pec_arrival_time": lambda _: "arrived_at",
    "pec_tracking": _noted,
    "pec_referent": lambda _: "referents",
    "pec_request": _asked,
    "pec_result": _asked,
    "pec_request_note": _asked,
    "pec_expected": _asked,
    "pec_intervention": _asked,
    "pec_interruption": _asked,
    "pec_resumption": _asked,
    "pec_conclusion": _asked,
    "pec_note": lambda _: "text",
}
# Where « réunir les deux » has a meaning: what is typed, never what is clicked.
_TEXTS = ("text", "note", "motif", "other", "by", "conclusion")


def line_of(request: StaffRequest) -> str:
    """The field of the line that was used; empty where there is none."""
    find = _LINES.get(request.door.name)
    return find(request.POST) if find else ""


def drawn(
    request: StaffRequest, encounter: Encounter, refusal: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    """The whole page."""
    built = page.build(
        request.actor,
        encounter,
        request.now,
        shown=Shown.of(request),
        refusal=refusal,
        typed=request.POST.dict() if refusal else None,
        asked=Asked.of(request),
    )
    context = {"pec": built, "refusal": refusal, **(_told(request) if refusal else {})}
    return render(request, "workspace/patient_page/page.html", context, status=status)


def fresh(request: StaffRequest, encounter: Encounter) -> Encounter:
    """The PEC as it is now, where it can still be seen."""
    row = one(encounter.pk, READ, request.actor, request.now)
    if row is None:
        raise NotVisible
    return row


def after(request: StaffRequest, encounter: Encounter, *, is_noted: bool = False) -> HttpResponse:
    """The page as it is after a deed: its parts for htmx, a redirection to it without scripts."""
    row = one(encounter.pk, READ, request.actor, request.now)
    # Withdrawing a request may end one's own access: what was done is done, the board is what remains.
    # Nor does anybody stay in a PEC that an undone arrival took away.
    row = None if row is not None and row.status == EncounterStatus.CANCELLED else row
    remains = reverse("pec", args=[encounter.pk]) if row is not None else reverse("board")
    if not is_htmx(request):
        return HttpResponseRedirect(remains)
    if row is None:
        return HttpResponse(status=204, headers={"HX-Redirect": remains})
    if line_of(request) and not is_noted:
        return _changed(request, row)
    asked = NOTHING if is_noted else NEWEST
    built = page.build(request.actor, row, request.now, shown=Shown.of(request), asked=asked)
    response = render(request, "workspace/patient_page/_after.html", {"pec": built, "is_noted": is_noted})
    response["HX-Trigger"] = _TOLD
    return response


def with_statuses(response: HttpResponse) -> HttpResponse:
    """The status of a professional may have moved with their interview: whatever shows it asks again at once."""
    asked = json.loads(response.headers.get("HX-Trigger", "{}"))
    response["HX-Trigger"] = json.dumps({**asked, "presence-said": {"target": "body"}})
    return response


def _changed(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """What a click changed, at once: its line and the toast; the page then asks for the rest by itself."""
    built = page.clicked(request.actor, encounter, request.now, line_of(request))
    if built is None:
        return HttpResponse(status=204, headers={"HX-Trigger": _REFRESH})
    response = render(request, "workspace/patient_page/_changed.html", {"pec": built})
    response["HX-Retarget"] = f"#{built.line.anchor}"
    response["HX-Trigger"] = _REFRESH
    return response


def refused(request: StaffRequest, encounter: Encounter, refusal: Refused) -> HttpResponse:
    """The sentence on its line (both values of a conflict), what was typed kept."""
    refusal.field = line_of(request) or None
    if not is_htmx(request):
        return drawn(request, fresh(request, encounter), refusal)
    is_hour = request.door.name in ("pec_retime", "pec_comment")
    context = {"refusal": refusal, "is_beside": bool(refusal.field) or is_hour, **_told(request)}
    return render(request, "workspace/patient_page/_refused.html", context)


def _told(request: StaffRequest) -> dict[str, Any]:
    """What the answers to a conflict, or to a box that is taken, send again."""
    return {
        "posted": request.POST,
        "url": request.path,
        "posted_revision": posted(request)["revision"] or "",
        "slot_id": slot_of(line_of(request)) if line_of(request) else "banner",
        "can_merge": any(request.POST.get(name) for name in _TEXTS),
    }


def valid(form: forms.Form) -> None:
    """The first thing wrong with what was posted, on its field."""
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Refused(str(errors[0]), field=field, code="form")


def posted(request: StaffRequest) -> dict[str, Any]:
    """What was posted; the revision of a one-click button travels in its address."""
    return {"revision": request.GET.get("revision"), **request.POST.dict()}


def keeps_theirs(request: StaffRequest) -> bool:
    """In a conflict, the other's value was chosen: there is nothing to write."""
    return request.POST.get("keep") == "theirs"
