"""What pages tell of themselves, as they come to the screen."""

from django.http import HttpResponse

from osmose.indicators import actions
from osmose.indicators.models import LONGEST
from osmose.kernel.web.request import StaffRequest


def note_opening(request: StaffRequest) -> HttpResponse:
    """How long one opening took."""
    typed = request.POST.get("seconds", "")
    seconds = int(typed) if typed.isdecimal() and len(typed) <= len(str(LONGEST)) else -1
    actions.note_opening(actor=request.actor, way=request.POST.get("way", ""), seconds=seconds, now=request.now)
    return HttpResponse(status=204)
