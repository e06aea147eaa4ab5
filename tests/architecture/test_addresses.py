"""The walk of every address."""

import importlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from osmose.kernel.web import doors
from osmose.kernel.web.middleware import EXEMPT_NAMES
from tests.architecture.guards import addresses
from tests.architecture.verdict import none


def _entries() -> list[object]:
    return list(importlib.import_module(settings.ROOT_URLCONF).urlpatterns)


def _naked(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_every_address_is_a_door_open_for_a_reason_or_exempt() -> None:
    entries = _entries()
    none(addresses.undeclared(entries, EXEMPT_NAMES))  # type: ignore[arg-type]


def test_every_door_is_mounted() -> None:
    ours = {name: door for name, door in doors.doors().items() if _is_ours(door)}
    none(addresses.unmounted(_entries(), ours))  # type: ignore[arg-type]


def _is_ours(door: doors.Door) -> bool:
    view = door.get or door.post
    return view is not None and view.__module__.startswith("osmose.")


def test_an_undeclared_address_is_seen() -> None:
    assert addresses.undeclared([path("x/", _naked, name="x")], [])
    assert not addresses.undeclared([path("x/", _naked, name="x")], ["x"])


def test_a_stale_exemption_is_seen() -> None:
    assert addresses.undeclared([], ["gone"])


def test_an_open_door_without_a_reason_is_seen() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    opened = doors.OpenDoor(route="x/", name="planted_open_door", view=view, reason="")
    view.door = opened  # type: ignore[attr-defined]
    try:
        assert addresses.undeclared([path("x/", view, name="planted_open_door")], [])
        assert addresses.unmounted([], {"planted_open_door": opened})
        assert not addresses.unmounted([path("x/", view, name="planted_open_door")], {"planted_open_door": opened})
    finally:
        doors._open_doors.pop("planted_open_door")
