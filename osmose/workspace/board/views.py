"""The board and its refreshes."""

from django.http import HttpResponse
from django.shortcuts import render

from osmose.kernel.web.request import Listing, StaffRequest
from osmose.workspace.board import page


def show(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The whole page."""
    return render(request, "workspace/board/page.html", {"board": page.build(request, shown)})


def rows(request: StaffRequest, shown: Listing) -> HttpResponse:
    """The list again, where something changed."""
    return render(request, "workspace/board/_rows.html", {"board": page.build(request, shown)})
