"""Who knocks at the doors of a wall: the screen behind a cookie that goes nowhere else, and nobody's session."""

import uuid
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from osmose.devices.models import Screen
from osmose.devices.queries import ScreenActor, screen_with_token
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.web.doors import Visitors
from osmose.kernel.web.guard import request_identity
from osmose.kernel.web.request import StaffRequest

COOKIE = "osmose_mur"
TOKEN_MAX = 100
# The longest that browsers keep a cookie; each opening of the page renews it.
LIFE = timedelta(days=400)


def _recognised(request: HttpRequest, now: datetime) -> Actor | None:
    """The screen whose token came with the request, asked of the database each time: withdrawn, it is one at once."""
    token = request.COOKIES.get(COOKIE, "")
    screen = screen_with_token(token, now) if 0 < len(token) <= TOKEN_MAX else None
    return request_identity(request, screen) if screen is not None else None


def _stranger(request: HttpRequest) -> HttpResponse:
    """A screen withdrawn, or never let in: what to do. Nothing says whether the unit exists."""
    return render(request, "workspace/wall/stranger.html", status=401)


SCREENS = Visitors(actor=_recognised, stranger=_stranger)


def own_actor(request: StaffRequest, unit_id: uuid.UUID) -> ScreenActor | None:
    """The screen of the request, at the address of its own unit; none at that of any other."""
    actor = request.actor
    return actor if isinstance(actor, ScreenActor) and actor.unit.pk == unit_id else None


def own_screen(request: StaffRequest, policy: Policy[Screen], *, unit_id: uuid.UUID) -> Screen | None:
    """The screen itself, at the address of its own unit."""
    actor = own_actor(request, unit_id)
    return actor.screen if actor and policy.allows(actor, actor.screen, request.now) else None


def keep(response: HttpResponse, request: HttpRequest, *, token: str, unit_id: uuid.UUID) -> HttpResponse:
    """The token goes to the screen's browser, for the address of its wall alone; no script reads it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFE.total_seconds()),
        path=reverse("wall", args=[unit_id]),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response
