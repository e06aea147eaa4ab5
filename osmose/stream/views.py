"""A ticket for the stream, and « I am here » for those who have the same record open."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from osmose.encounters.models import Encounter
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import tell
from osmose.kernel.web.request import StaffRequest
from osmose.stream import tickets

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
    seconds = int(tickets.LIFE.total_seconds())
    response = JsonResponse({"session": tickets.nonce_of(session_key), "expires_in": seconds})
    response.set_cookie(
        tickets.COOKIE,
        cookie,
        max_age=seconds,
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
