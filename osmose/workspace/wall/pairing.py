"""A code typed on a screen, exchanged for the token that the screen keeps; guesses are counted in the journal."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from osmose.devices import actions
from osmose.devices.queries import ScreenActor, screen_with_code
from osmose.devices.rules import TRIES, TRIES_IN_ALL, TRIES_WITHIN, read
from osmose.kernel.access.actor import Actor, SystemActor
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import Outcome, Verb
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.web.guard import request_identity

DOOR = "wall_pairing"
_NOBODY = SystemActor.named("screen")
WRONG = "Ce code n’est pas reconnu, ou n’est plus valable\u202f: vérifiez-le, ou demandez-en un autre au cadre."
TOO_MANY = "Trop d’essais. Attendez dix minutes, puis demandez un nouveau code au cadre."


@dataclass(frozen=True, repr=False)
class Paired:
    """A screen let in, and the token for its browser; or why not, in words, with the status of the answer."""

    screen: ScreenActor | None = None
    token: str = ""
    problem: str = ""
    status: int = 200


def pair(request: HttpRequest, typed: str, now: datetime) -> Paired:
    """Lets in the screen that waits for this code. Every attempt is a line of the journal; the code never is."""
    stranger = request_identity(request, _NOBODY)
    if _is_guessing(stranger, now):
        return Paired(problem=TOO_MANY, status=429)
    code = read(typed)
    found = screen_with_code(code, now) if code else None
    if found is not None:
        screen = request_identity(request, found)
        try:
            token = actions.pair_screen(actor=screen, screen=found.screen, code=code, now=now)
            return Paired(screen=found, token=token)
        except (Refused, NotVisible):  # another screen typed the same code just before, or it was withdrawn
            pass
    with transaction.atomic():
        journal.append(actor=stranger, verb=Verb.LOGIN, door=DOOR, policy="devices.show", outcome=Outcome.REFUSED)
    return Paired(problem=WRONG, status=422)


def _is_guessing(stranger: Actor, now: datetime) -> bool:
    """Too many wrong codes of late, from this address or from all of them together."""
    since = now - TRIES_WITHIN
    here = journal.refusals_of(stranger, since=since, most=TRIES, address=stranger.address)
    return here >= TRIES or journal.refusals_of(stranger, since=since, most=TRIES_IN_ALL) >= TRIES_IN_ALL
