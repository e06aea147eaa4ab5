"""As many nurses as screens, each with a session and a ticket of her own."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.crypto import get_random_string

from osmose.accounts.models import Membership, User
from osmose.kernel.base.clock import now
from osmose.stream import tickets

_NAME = "ecran-{}@bench.osmose.fr"


def cookies(count: int) -> list[str]:
    """The cookies of `count` nurses of the unit of the first agent; those who exist already are kept."""
    like = Membership.objects.filter(user__email="agent1@osmose.fr").select_related("care_unit").latest("starts_at")
    known = set(User.objects.filter(email__startswith="ecran-").values_list("email", flat=True))
    missing = [name for n in range(count) if (name := _NAME.format(n)) not in known]
    made = User.objects.bulk_create(
        User(email=name, family_name="Banc", given_name="Essai", function="IDE", password="!") for name in missing
    )
    Membership.objects.bulk_create(
        Membership(user=user, care_unit=like.care_unit, role=like.role, starts_at=like.starts_at) for user in made
    )
    users = list(User.objects.filter(email__in=[_NAME.format(n) for n in range(count)]))
    keys = [get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789") for _ in users]
    store, until = SessionStore(), now() + timedelta(hours=4)
    Session.objects.bulk_create(
        Session(session_key=key, session_data=store.encode(_said(user)), expire_date=until)
        for key, user in zip(keys, users, strict=True)
    )
    return [
        f"{settings.SESSION_COOKIE_NAME}={key}; {tickets.COOKIE}={_ticket(user, like.care_unit_id, key)}"
        for key, user in zip(keys, users, strict=True)
    ]


def _said(user: User) -> dict[str, str]:
    backend = settings.AUTHENTICATION_BACKENDS[0]
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: backend,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }


def _ticket(user: User, unit_id: object, key: str) -> str:
    return tickets.issue(user_id=user.pk, unit_id=unit_id, session_key=key, now=now())  # type: ignore[arg-type]
