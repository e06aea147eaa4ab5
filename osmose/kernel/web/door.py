"""Doors: every address declares who may, on what, and what the journal says. Undeclared is closed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from osmose.kernel.access.policy import Policy
from osmose.kernel.web.doors import Door, Loader, OpenDoor, View
from osmose.kernel.web.guard import guarded
from osmose.kernel.web.request import StaffRequest


def door(route: str, *, name: str, may: Policy[Any], **options: Any) -> URLPattern:
    """A URL pattern whose view is guarded as declared; see `Door`."""
    declared = Door(route=route, name=name, may=may, **options)
    view = guarded(declared)
    view.door = declared  # type: ignore[attr-defined]
    return path(route, view, name=name)


def open_door(route: str, view: View, *, name: str, reason: str) -> URLPattern:
    """A URL pattern open to anybody, for a stated reason."""
    declared = OpenDoor(route=route, name=name, view=view, reason=reason)

    def opened(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return declared.view(request, **kwargs)

    opened.door = declared  # type: ignore[attr-defined]
    return path(route, opened, name=name)


def by_id(parameter: str, *related: str) -> Loader:
    """Loads the row named by a URL parameter through the policy's rows, with `related` joined."""

    def load(request: StaffRequest, policy: Policy[Any], **kwargs: Any) -> Any:
        rows = policy.rows(request.actor, request.now).filter(pk=kwargs[parameter])
        return (rows.select_related(*related) if related else rows).first()

    return load
