"""My status, the strip, the team: each view makes one call."""

import json

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.accounts.actions import presence as actions
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.workspace.presence import page
from osmose.workspace.presence.forms import StatusForm
from osmose.workspace.presence.page import Mine

# Whatever shows people's statuses asks again at once.
_REFRESH = json.dumps({"presence-said": {"target": "body"}})


def show_team(request: StaffRequest) -> HttpResponse:
    """« Équipe »: everybody, and who is on call; all of it without scripts too."""
    return _page(request, StatusForm(now=request.now))


def team_rows(request: StaffRequest) -> HttpResponse:
    """The team again, where something changed."""
    found = page.team(request.actor, request.now)
    if request.GET.get("version") == found.version:
        return HttpResponse(status=204)
    return render(request, "workspace/presence/_team.html", {"team": found})


def strip(request: StaffRequest) -> HttpResponse:
    """The strip above the board; nothing where it has not changed."""
    found = page.strip(request.actor, request.now)
    if request.GET.get("version") == found.version:
        return HttpResponse(status=204)
    return render(request, "workspace/presence/_strip.html", {"team": found})


def my_status(request: StaffRequest) -> HttpResponse:
    """My status and its menu, at the top of every page; nothing where it has not changed."""
    found = page.mine(request.actor)
    if request.GET.get("version") == found.version:
        return HttpResponse(status=204)
    return _menu(request, StatusForm(now=request.now), mine=found)


def say(request: StaffRequest) -> HttpResponse:
    """One click: my status from now on."""
    form = StatusForm(request.POST, now=request.now)
    if not form.is_valid():
        return _again(request, form)
    actions.say_status(actor=request.actor, wanted=form.wanted(), now=request.now)
    return said(request)


def leave(request: StaffRequest) -> HttpResponse:
    """« Quitter le service »."""
    actions.leave_duty(actor=request.actor, now=request.now)
    return said(request)


def said(request: StaffRequest) -> HttpResponse:
    """The menu as it is now, and whatever shows statuses told to ask again; the team without scripts."""
    if not is_htmx(request):
        return HttpResponseRedirect(reverse("team"))
    response = _menu(request, StatusForm(now=request.now), is_after=True)
    response["HX-Trigger"] = _REFRESH
    return response


def refused(request: StaffRequest, refusal: Refused) -> HttpResponse:
    """Why not, on its field, what was typed kept."""
    form = StatusForm(request.POST, now=request.now)
    if form.is_valid():
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    return _again(request, form, status=refusal.status)


def _again(request: StaffRequest, form: StatusForm, *, status: int = 422) -> HttpResponse:
    if is_htmx(request):
        return _menu(request, form, status=status)
    return _page(request, form, status=status)


def _menu(
    request: StaffRequest, form: StatusForm, *, mine: Mine | None = None, status: int = 200, is_after: bool = False
) -> HttpResponse:
    context = {"mine": mine or page.mine(request.actor), "form": form, "is_after": is_after}
    return render(request, "workspace/presence/_menu.html", context, status=status)


def _page(request: StaffRequest, form: StatusForm, *, status: int = 200) -> HttpResponse:
    context = {"team": page.team(request.actor, request.now), "mine": page.mine(request.actor), "form": form}
    return render(request, "workspace/presence/page.html", context, status=status)
