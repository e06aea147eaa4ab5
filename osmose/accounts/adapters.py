"""The seam to allauth: accounts are opened by an administrator, redirections stay in the house, errors tell nothing."""

import uuid
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from osmose.accounts import queries
from osmose.accounts.actions.presence import come_on_duty, leave_duty
from osmose.accounts.models import User
from osmose.accounts.rules import ACTING_UNIT_KEY, is_own_path
from osmose.kernel.access.actor import Actor, SystemActor
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import Outcome, Verb
from osmose.kernel.base import clock
from osmose.kernel.events import tell
from osmose.kernel.web.guard import request_identity

_RESET_SUBJECT = "Osmose · Choisir un nouveau mot de passe"
_RESET_BODY = """Bonjour,

Un nouveau mot de passe a été demandé pour votre compte Osmose. Pour le choisir, ouvrez ce lien aujourd’hui ou demain :

{url}

Il ne sert qu’une fois. Si vous n’avez rien demandé, ne faites rien : votre mot de passe reste le même.
Osmose ne demande jamais un mot de passe par message.
"""


def request_actor(request: HttpRequest, now: datetime) -> Actor | None:
    """The actor behind a request, memberships read afresh, with where it comes from; none for a stranger."""
    user = request.user
    if not isinstance(user, User):
        return None
    chosen = request.session.get(ACTING_UNIT_KEY)
    actor = queries.actor_for(user, acting_unit_id=uuid.UUID(chosen) if chosen else None, now=now)
    return request_identity(request, actor)


def _journal(actor: Actor, outcome: Outcome) -> None:
    with transaction.atomic():
        journal.append(actor=actor, verb=Verb.LOGIN, door="account_login", policy="accounts.login", outcome=outcome)


class Backend(AuthenticationBackend):
    """allauth's log-in by e-mail; a session's account comes with its memberships in one query."""

    def get_user(self, user_id: uuid.UUID) -> User | None:
        user = queries.known_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """What a hospital wants of allauth."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Adresse ou mot de passe incorrect.",
        "invalid_login": "Adresse ou mot de passe incorrect.",
        "account_inactive": "Adresse ou mot de passe incorrect.",
        "too_many_login_attempts": "Trop d’essais. Réessayez dans quelques minutes.",
        "rate_limited": "Trop d’essais. Réessayez dans quelques minutes.",
        "incorrect_password": "Mot de passe incorrect.",
        "enter_current_password": "Saisissez votre mot de passe actuel.",
        "invalid_password_reset": "Ce lien n’est plus valable. Demandez-en un autre.",
        "invalid_or_expired_key": "Ce lien n’est plus valable. Demandez-en un autre.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody opens their own account: an administrator does."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        return bool(url) and is_own_path(str(url))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user, or none; a closed account answers like a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if isinstance(user, User) and user.is_active else None

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse:
        """Every login is a line of the access journal; who gives care is at work from now on."""
        now = clock.now()
        actor = request_actor(request, now)
        if actor is not None:
            _journal(actor, Outcome.ALLOWED)
            come_on_duty(actor=actor, now=now)
        response: HttpResponse = super().post_login(request, user, **options)
        return response

    def logout(self, request: HttpRequest) -> None:
        """The session is over, in every tab, and its person off duty: nobody who has gone is shown as available.

        In this order: the screens close at once, even while somebody else's deed holds the person's status.
        """
        now = clock.now()
        actor, user = request_actor(request, now), request.user
        super().logout(request)
        if isinstance(user, User):
            tell("session", user.pk)
        if actor is not None:
            leave_duty(actor=actor, now=now)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Sessions opened under the former password are over."""
        super().set_password(user, password)
        tell("session", user.pk)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002 - never kept
        """A failed attempt too, with where it came from; what was typed is not kept."""
        _journal(request_identity(request, SystemActor.named("login")), Outcome.REFUSED)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:  # noqa: ARG002
        return HttpResponseRedirect(reverse("account_login"))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the page that follows says enough, and no cookie keeps who logged in."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - allauth's signature
        """The page that says that it is done."""
        return reverse("account_reset_password_from_key_done")

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:  # noqa: ARG002
        """One plain message in French, without the name of the person."""
        body = _RESET_BODY.format(url=context["password_reset_url"])
        EmailMessage(_RESET_SUBJECT, body, to=[email]).send()
