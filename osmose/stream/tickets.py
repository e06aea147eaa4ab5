"""Stream tickets: signed, short-lived, bound to one session of one user, in a cookie that goes nowhere else."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookies import CookieError, SimpleCookie

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE, PATH = "osmose_flux", "/flux/"
LIFE = timedelta(minutes=10)
_SALT = "osmose.stream.ticket"
_LONGEST = 4096  # of a Cookie header


@dataclass(frozen=True)
class Ticket:
    """Who may open a stream until when: a user, working for a unit, in a session that the nonce names."""

    user_id: uuid.UUID
    unit_id: uuid.UUID | None
    nonce: str
    expires_at: datetime


def nonce_of(session_key: str) -> str:
    """What names a login for the tabs of a browser; it gives neither the session nor the user back."""
    return salted_hmac("osmose.stream.nonce", session_key, algorithm="sha256").hexdigest()[:24]


def issue(*, user_id: uuid.UUID, unit_id: uuid.UUID | None, session_key: str, now: datetime) -> str:
    """A ticket as the cookie holds it."""
    said = [str(user_id), str(unit_id or ""), nonce_of(session_key), int((now + LIFE).timestamp())]
    return signing.Signer(salt=_SALT).sign_object(said)


def read(cookie: str, session_key: str, now: datetime) -> Ticket | None:
    """The ticket of this session; None where it is another's, out of date, altered or none at all."""
    try:
        user, unit, nonce, until = signing.Signer(salt=_SALT).unsign_object(cookie)
        ticket = Ticket(uuid.UUID(user), uuid.UUID(unit) if unit else None, nonce, datetime.fromtimestamp(until, UTC))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    is_theirs = bool(session_key) and constant_time_compare(ticket.nonce, nonce_of(session_key))
    return ticket if is_theirs and now < ticket.expires_at else None


def presented(headers: Mapping[bytes, bytes], now: datetime) -> tuple[Ticket | None, str]:
    """The ticket that a request shows, and the session it belongs to."""
    cookies = cookies_of(headers)
    session_key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    return read(cookies.get(COOKIE, ""), session_key, now), session_key


def cookies_of(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """The cookies of a request; none where the header makes no sense."""
    header = headers.get(b"cookie", b"")
    if len(header) > _LONGEST:
        return {}
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header.decode("latin-1")).items()}
    except CookieError:
        return {}
