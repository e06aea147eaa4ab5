"""Stream tickets: signed, short-lived, in a cookie that goes nowhere else.

A user's is bound to one of their sessions. A wall's is bound to one pairing of its screen, and worth nothing else: the
stream tells a wall when to ask again, never what.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE, PATH = "osmose_flux", "/flux/"
WALL_COOKIE, WALL_QUERY = "osmose_flux_mur", b"mur"  # `GET /flux/?mur`: a screen, whoever is logged in beside it
LIFE = timedelta(minutes=10)
_SALT = "osmose.stream.ticket"
_WALL_SALT = "osmose.stream.wall"
_WALL = "mur:"  # no session is named so
_LONGEST = 16384  # of a Cookie header


@dataclass(frozen=True)
class Ticket:
    """Who may open a stream until when: a user, working for a unit, in a session that the nonce names.

    Or a screen (its id is `user_id`), in a unit, paired as the nonce says.
    """

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


def wall_key(token_digest: bytes) -> str:
    """What names one pairing of a screen, as a session key names a login; another code, and it is another."""
    return _WALL + salted_hmac("osmose.stream.pairing", token_digest.hex(), algorithm="sha256").hexdigest()[:24]


def is_walls(session_key: str) -> bool:
    return session_key.startswith(_WALL)


def issue_to_wall(*, screen_id: uuid.UUID, unit_id: uuid.UUID, token_digest: bytes, now: datetime) -> str:
    """A ticket for the screen that holds this token."""
    said = [str(screen_id), str(unit_id), wall_key(token_digest), int((now + LIFE).timestamp())]
    return signing.Signer(salt=_WALL_SALT).sign_object(said)


def presented_by_wall(headers: Mapping[bytes, bytes], now: datetime) -> tuple[Ticket | None, str]:
    """The ticket that a screen shows, and the pairing it belongs to; whether that still holds, the database says."""
    try:
        said = signing.Signer(salt=_WALL_SALT).unsign_object(cookies_of(headers).get(WALL_COOKIE, ""))
        screen, unit, key, until = said
        ticket = Ticket(uuid.UUID(screen), uuid.UUID(unit), key, datetime.fromtimestamp(until, UTC))
    except (signing.BadSignature, ValueError, TypeError):
        return None, ""
    return (ticket, ticket.nonce) if now < ticket.expires_at else (None, "")


def cookies_of(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """The cookies of a request, read as Django's pages read them: another application's odd one hides none of ours."""
    header = headers.get(b"cookie", b"")
    return parse_cookie(header.decode("latin-1")) if len(header) <= _LONGEST else {}
