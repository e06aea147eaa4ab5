"""The pages of one's own account; allauth's views under the addresses of the house."""

from typing import Any

from allauth.account import views as allauth
from allauth.account.forms import LoginForm
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from osmose.accounts.actions.presence import work_for
from osmose.accounts.forms import ForgottenPasswordForm, ReturnForm, ThemeForm, UnitForm
from osmose.accounts.rules import ACTING_UNIT_KEY
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.context import landing
from osmose.kernel.web.request import StaffRequest

_YEAR = 365 * 86400


class LoginView(allauth.LoginView):
    """E-mail and password. Too many attempts answer on the same page, in words."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 429:
            form = LoginForm(request=request)
            return self.render_to_response(self.get_context_data(form=form, throttled=True), status=429)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


class ForgottenPasswordView(allauth.PasswordResetView):
    """Asks for a link by e-mail."""

    form_class = ForgottenPasswordForm


login = LoginView.as_view()
forgotten_password = ForgottenPasswordView.as_view()
# A link to it must not log anybody out.
logout = require_POST(allauth.logout)


def home(request: StaffRequest) -> HttpResponse:
    """Clinicians land on the board, administrators on what they set up, the others on their account."""
    return HttpResponseRedirect(landing(request.actor) or reverse("account"))


def account(request: StaffRequest) -> HttpResponse:
    """Who I am here: my units, my roles in words, my settings."""
    return render(request, "accounts/account.html", {"memberships": request.actor.memberships})


def choose_unit(request: StaffRequest) -> HttpResponse:
    """The unit for which one works from now on. Refused: a unit that is not one of one's own."""
    form = UnitForm(request.POST)
    if not form.is_valid():
        raise Refused("Choisissez une de vos unités.", field="unit")
    choice = form.command()
    work_for(actor=request.actor, unit_id=choice.unit_id, now=request.now)
    request.session[ACTING_UNIT_KEY] = str(choice.unit_id)
    return HttpResponseRedirect(choice.next)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, night, or as the device says; kept by this browser only."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        back = ReturnForm(request.POST)
        return HttpResponseRedirect(back.cleaned_data["next"] if back.is_valid() else "/")
    choice = form.command()
    response = HttpResponseRedirect(choice.next)
    response.set_cookie(
        "theme",
        choice.theme,
        max_age=_YEAR,
        httponly=False,  # the page's script writes the same preference
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
    return response
