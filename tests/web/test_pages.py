"""Pages that must always be drawn: base, errors, login, with nobody, without database, without context processors."""

import pytest
from django import forms
from django.template.loader import render_to_string

from tests.web.drawing import claire, page

ERRORS = ["400", "403", "403_csrf", "404", "405", "409", "413", "500", "503", "refused"]
TYPED = [
    {"name": "body", "value": "Déambule, <b>inquiet</b>.\nAccepte un café.", "is_long": True, "is_hidden": False},
    {"name": "kind", "value": "libre", "is_long": False, "is_hidden": False},
    {"name": "_token", "value": "t", "is_long": False, "is_hidden": True},
]


class Refusal:
    sentence = "Le taux doit être compris entre 0 et 5 mg/L."


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("somebody", [True, False])
def test_error_pages_are_drawn_for_anybody(name: str, somebody: bool) -> None:
    html = page(
        f"errors/{name}.html", actor=claire() if somebody else None, fields=TYPED, action="/pec/", refusal=Refusal()
    )
    assert "<h1>" in html
    assert 'lang="fr"' in html
    assert "<c-" not in html


def test_the_page_of_a_stopped_database_needs_nothing_and_keeps_the_typed_text() -> None:
    html = render_to_string("errors/503.html", {"fields": TYPED, "action": "/pec/x/"})
    assert "Déambule, &lt;b&gt;inquiet&lt;/b&gt;.\nAccepte un café.</textarea>" in html
    assert '<form class="form" method="post" action="/pec/x/" autocomplete="off">' in html
    assert '<input type="hidden" name="kind" value="libre">' in html
    assert "Réessayer" in html


def test_the_page_of_a_stopped_database_without_anything_typed_offers_to_try_again() -> None:
    html = render_to_string("errors/503.html", {"fields": [], "action": "/pec/"})
    assert '<a class="btn btn-primary" href="/pec/">Réessayer</a>' in html


def test_404_says_the_same_to_everybody_and_how_to_be_invited() -> None:
    html = page("errors/404.html")
    assert "Cette prise en charge n’existe pas ou ne concerne pas vos unités" in html
    assert "appelez cette unité" in html


def test_base_has_landmarks_one_form_and_the_slots_of_the_scripts() -> None:
    html = page("base.html", actor=claire())
    for part in (
        '<nav class="rail" aria-label="Navigation principale">',
        '<main id="main"',
        'class="skip" href="#main"',
        'id="banner"',
        'id="toast"',
        'id="stale"',
        '<form id="act" method="post" autocomplete="off"',
        'name="csrfmiddlewaretoken"',
        'name="_token"',
        '<meta name="csrf"',
        '<meta name="server-now" content="2026-11-23T12:05:00+00:00">',
        'data-theme="auto"',
        "IDE Claire Morel",
    ):
        assert part in html, part


def test_a_chosen_theme_is_on_the_page_from_the_first_byte() -> None:
    assert 'data-theme="night"' in page("base.html", actor=claire(), theme="night")


def test_somebody_of_two_units_chooses_one_and_somebody_of_one_does_not() -> None:
    assert 'name="unit"' in page("base.html", actor=claire("SAU", "UHCD"))
    assert 'name="unit"' not in page("base.html", actor=claire("SAU"))


def test_base_is_drawn_for_nobody() -> None:
    html = page("base.html")
    assert "Se déconnecter" not in html


class LoginForm(forms.Form):
    login = forms.EmailField()
    password = forms.CharField()
    email = forms.EmailField()
    oldpassword = forms.CharField()
    password1 = forms.CharField()
    password2 = forms.CharField()


@pytest.mark.parametrize(
    "name",
    [
        "login",
        "logout",
        "password_change",
        "password_reset",
        "password_reset_done",
        "password_reset_from_key",
        "password_reset_from_key_done",
        "reauthenticate",
        "account_inactive",
        "signup_closed",
    ],
)
def test_account_pages_are_french_and_complete(name: str) -> None:
    form = LoginForm({"login": "claire", "password1": "secret"})
    form.is_valid()
    context = {"form": form, "redirect_field": "", "throttled": False, "token_fail": False, "action_url": "/x/"}
    html = page(f"account/{name}.html", **context)
    assert "<c-" not in html
    assert "<h1>" in html
    assert "secret" not in html  # passwords never come back


def test_too_many_attempts_are_told_in_french() -> None:
    assert "Réessayez dans quelques minutes" in page("429.html")
