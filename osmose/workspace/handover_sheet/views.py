"""The handover sheet: shown, printed, taken note of; each view makes one call."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.handover import actions, queries
from osmose.handover.models import ReadBack
from osmose.handover.policies import SHEET
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.organisations.models import CareUnit
from osmose.workspace.handover_sheet import page
from osmose.workspace.handover_sheet.block import acknowledged
from osmose.workspace.handover_sheet.forms import ReadForm, SheetForm, UndoReadForm


def unit(request: StaffRequest, policy: Policy[CareUnit], **kwargs: Any) -> CareUnit | None:  # noqa: ARG001
    """The unit of the address, where one cares there."""
    return queries.sheet_unit(kwargs["unit_id"], request.actor, request.now)


def first(request: StaffRequest) -> HttpResponse:
    """The sheet of the unit for which one works now; of another of one's own where one doesn't care there."""
    mine = request.actor.unit_ids(*SHEET.roles)
    chosen = request.actor.acting_unit_id if request.actor.acting_unit_id in mine else next(iter(sorted(mine)), None)
    if chosen is None:
        raise NotVisible
    return HttpResponseRedirect(reverse("handover_sheet", args=[chosen]))


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The sheet."""
    sheet = page.build(request.actor, shown.rows, request.now)
    return render(request, "workspace/handover_sheet/page.html", {"sheet": sheet})


def news(request: StaffRequest) -> HttpResponse:
    """Whether the sheet that is shown is no longer true: it is said, and nothing moves under who is reading."""
    asked = SheetForm(request.GET).chosen()
    care_unit = queries.sheet_unit(asked, request.actor, request.now) if asked else None
    if care_unit is None:
        return HttpResponse(status=204)
    shift = page.shift_of(request, care_unit)
    state = queries.state_of_sheet(care_unit, shift.starts_at, request.actor, request.now)
    if state == request.GET.get("etat"):
        return HttpResponse(status=204)
    context = {"address": _address(request, care_unit)}
    return render(request, "workspace/handover_sheet/_news.html", context)


def on_paper(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The sheet, to be printed."""
    sheet = page.build(request.actor, shown.rows, request.now)
    return render(request, "workspace/handover_sheet/paper.html", {"sheet": sheet, "printed_at": request.now})


def read(request: StaffRequest, care_unit: CareUnit) -> HttpResponse:
    """« Pris connaissance »."""
    form = ReadForm(request.POST)
    made = actions.read_back(
        actor=request.actor,
        care_unit=care_unit,
        shift=page.shift_of(request, care_unit),
        encounter_ids=form.chosen(),
        now=request.now,
    )
    return _after(request, care_unit, made, undo=str(made[0].pk), group=form.group)


def undo(request: StaffRequest, care_unit: CareUnit) -> HttpResponse:
    """« Annuler »."""
    taken_back = actions.undo_read_back(
        actor=request.actor, care_unit=care_unit, read_back_id=UndoReadForm(request.POST).chosen(), now=request.now
    )
    return _after(request, care_unit, taken_back)


def again(request: StaffRequest, care_unit: CareUnit) -> HttpResponse:
    """What was read already: the sheet as it is."""
    address = _address(request, care_unit)
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def refused(request: StaffRequest, care_unit: CareUnit, refusal: Refused) -> HttpResponse:
    """Why not, above the sheet; a page that leads back to it without scripts."""
    context = {"refusal": refusal, "back": _address(request, care_unit)}
    name = "_refused" if is_htmx(request) else "refused"
    return render(request, f"workspace/handover_sheet/{name}.html", context)


def _after(
    request: StaffRequest, care_unit: CareUnit, rows: Iterable[ReadBack], *, undo: str = "", group: str = ""
) -> HttpResponse:
    """The lines that changed, and nothing of the patients themselves."""
    if not is_htmx(request):
        return HttpResponseRedirect(_address(request, care_unit))
    shift = page.shift_of(request, care_unit)
    found = [row.encounter_id for row in rows]
    fresh = queries.read_backs_now(found, care_unit, shift.starts_at, request.actor, request.now)
    context = {
        "acks": [acknowledged(row, request.actor.id) for row in fresh],
        "unit": care_unit,
        "undo": undo,
        "group": group,
    }
    return render(request, "workspace/handover_sheet/_after.html", context)


def _address(request: StaffRequest, care_unit: CareUnit) -> str:
    shift = page.shift_of(request, care_unit)
    return f"{reverse('handover_sheet', args=[care_unit.pk])}?poste={shift.key}"
