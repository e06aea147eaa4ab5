"""The page of a screen, its refreshes, its sign of life; and the page where its code is typed."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from osmose.devices.actions import screen_seen
from osmose.devices.models import Screen
from osmose.kernel.base.clock import now
from osmose.kernel.web.request import Listing, StaffRequest
from osmose.workspace.wall import page
from osmose.workspace.wall.forms import CodeForm
from osmose.workspace.wall.pairing import pair
from osmose.workspace.wall.visitors import COOKIE, keep


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The whole page; the screen keeps its token for as long again."""
    wall = page.build(request, shown)
    response = render(request, "workspace/wall/page.html", {"wall": wall})
    return keep(response, request, token=request.COOKIES[COOKIE], unit_id=wall.unit.pk)


def rows(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The lines again, where something that they show changed."""
    return render(request, "workspace/wall/_rows.html", {"wall": page.build(request, shown)})


def seen(request: StaffRequest, screen: Screen) -> HttpResponse:
    """The screen says that it is on."""
    screen_seen(actor=request.actor, screen=screen, now=request.now)
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
def pairing(request: HttpRequest) -> HttpResponse:
    """The code, typed on the screen itself; sent, it is exchanged for a cookie and served no more."""
    if request.method != "POST":
        return render(request, "workspace/wall/pairing.html", {"problem": ""})
    outcome = pair(request, CodeForm(request.POST).command(), now())
    if outcome.screen is None:
        return render(request, "workspace/wall/pairing.html", {"problem": outcome.problem}, status=outcome.status)
    unit_id = outcome.screen.unit.pk
    response = HttpResponseRedirect(reverse("wall", args=[unit_id]))
    return keep(response, request, token=outcome.token, unit_id=unit_id)
