"""The living style page, in demonstration and development only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from osmose.kernel.base.clock import now


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in both themes."""
    return render(request, "styleguide.html", {"now": now()})
