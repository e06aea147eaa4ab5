"""The board, its refreshes, its search, and the views that one keeps."""

import uuid

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from osmose.accounts import actions
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.workspace.board import page
from osmose.workspace.board.forms import ViewForm

# Where the rows go: no text of anybody can hold it, since templates escape « < ».
ROWS = b"<!--rows-->"


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The whole page."""
    return _drawn(request, shown, "page", is_fragment=False)


def rows(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The list again, where something changed."""
    return _drawn(request, shown, "_board", is_fragment=True)


def search(request: StaffRequest, shown: Listing) -> HttpResponse:
    """What was sought among the same filters; the whole page where there are no scripts."""
    return rows(request, shown) if is_htmx(request) else show(request, shown)


def _drawn(request: StaffRequest, shown: Listing, template: str, *, is_fragment: bool) -> HttpResponse:
    """The page drawn around its rows, which are bytes already and are not copied through it."""
    board = page.build(request, shown)
    around = render(request, f"workspace/board/{template}.html", {"board": board, "is_fragment": is_fragment})
    return HttpResponse(around.content.replace(ROWS, board.body, 1))


def save_view(request: StaffRequest) -> HttpResponse:
    """The filters of the page under a name, and back to them."""
    form = ViewForm(request.POST)
    wanted = form.command()
    actions.save_view(
        actor=request.actor, name=wanted.name, query=wanted.query, is_default=wanted.is_default, now=request.now
    )
    return _back(wanted.query)


def open_with(request: StaffRequest, view_id: uuid.UUID) -> HttpResponse:
    """The board opens with this view from now on, or no more."""
    is_wanted = request.POST.get("wanted") == "1"
    actions.set_default_view(actor=request.actor, view_id=view_id if is_wanted else None, now=request.now)
    return _back(ViewForm(request.POST).command().query)


def drop_view(request: StaffRequest, view_id: uuid.UUID) -> HttpResponse:
    """One view less."""
    actions.drop_view(actor=request.actor, view_id=view_id, now=request.now)
    return _back(ViewForm(request.POST).command().query)


def _back(query: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('board')}?{query}")
