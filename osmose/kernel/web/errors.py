"""Errors in French that say what to do; nothing typed is lost."""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from osmose.kernel.base.refused import Refused
from osmose.kernel.db import pool
from osmose.kernel.web.request import is_htmx

_NEVER_SHOWN = frozenset({"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"})


def typed_fields(request: HttpRequest) -> list[dict[str, Any]]:
    """What was typed, to be shown (and sent) again; secrets left out."""
    try:
        lists = list(request.POST.lists())
    except (OSError, ValueError):
        return []
    return [
        {"name": name, "value": value, "is_long": len(value) > 60 or "\n" in value, "is_hidden": name.startswith("_")}
        for name, values in lists
        if name not in _NEVER_SHOWN
        for value in values
    ]


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    return HttpResponse(render_to_string(f"errors/{template}.html", context, request=request), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(request, "403", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - never shown
    """The page was drawn before a login or a logout: what was typed is kept, one click sends it again."""
    is_own = (
        request.headers.get("Sec-Fetch-Site") == "same-origin"
        or request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    )
    # A page of another site must not have its own text sent again by one click here.
    fields = typed_fields(request) if is_own else []
    response = _page(request, "403_csrf", 403, fields=fields, action=request.path)
    response["X-Osmose-Stale"] = "1"  # the page's script takes the new session's token, where it is the same person's
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(request, "404", 404)


def not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    page = _page(request, "405", 405)
    page["Allow"] = response["Allow"]
    return page


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A rule said no and the door draws no page of its own: the sentence, and what was typed."""
    if is_htmx(request):
        return HttpResponse(render_to_string("web/_refusal.html", {"refusal": refusal}, request=request))
    return _page(request, "refused", refusal.status, refusal=refusal, fields=typed_fields(request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 where the database does not answer: nothing half-written, what was typed is sent again by a click."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        pool.drop_dead()
        fields = typed_fields(request) if request.method == "POST" else []
        response = _page(request, "503", 503, fields=fields, action=request.path)
        response["Retry-After"] = "5"
        return response
    return _page(request, "500", 500)
