"""A ticket for the stream, and « I am here » for those who have the same record open."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from osmose.devices.models import Screen
from osmose.encounters.models import Encounter
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import tell
from osmose.kernel.web.request import StaffRequest
from osmose.stream import tickets

_SECONDS = int(tickets.LIFE.total_seconds())
# What a page says of itself, and the topic that carries it.
DOINGS = {"lit": "reading", "redige": "composing", "part": "left"}


def give_ticket(request: StaffRequest) -> HttpResponse:
    """Ten minutes of stream for this session, in a cookie that goes to the stream only.

    The answer names the session for the tabs of a browser, `{"session": "<nonce>", "expires_in": 600}`.
    """
    session_key = request.session.session_key or ""
    cookie = tickets.issue(
        user_id=request.actor.id, unit_id=request.actor.acting_unit_id, session_key=session_key, now=request.now
    )
    response = JsonResponse({"session": tickets.nonce_of(session_key), "expires_in": _SECONDS})
    return _given(response, tickets.COOKIE, cookie)


def give_wall_ticket(request: StaffRequest, screen: Screen) -> HttpResponse:
    """The same for a screen, for as long as it keeps the token that it asks with. 204."""
    digest = bytes(screen.token_digest or b"")
    cookie = tickets.issue_to_wall(
        screen_id=screen.pk, unit_id=screen.care_unit_id, token_digest=digest, now=request.now
    )
    return _given(HttpResponse(status=204), tickets.WALL_COOKIE, cookie)


def _given(response: HttpResponse, name: str, cookie: str) -> HttpResponse:
    """The ticket goes to the stream alone; no script reads it."""
    response.set_cookie(
        name,
        cookie,
        max_age=_SECONDS,
        path=tickets.PATH,
        httponly=True,
        samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
    return response


def be_here(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Somebody reads a record (`lit`), writes in it (`redige`) or closed it (`part`): told to who has it open too.

    Nothing is kept of it; a page says it again within a minute and a half, or is forgotten.
    """
    topic = DOINGS.get(request.POST.get("doing", ""))
    if topic is None:
        raise Refused("Ce que fait cette page n’est pas reconnu.", code="doing")
    tell(topic, encounter.pk, request.actor.id)
    return HttpResponse(status=204)
