"""Logging in and out, in French, without telling anybody who has an account."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from osmose.accounts.models import User
from osmose.accounts.rules import is_own_path
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.base import clock
from tests.cast import Character, Hospitals
from tests.factories.accounts import PASSWORD, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]
WRONG = "Adresse ou mot de passe incorrect."


@pytest.fixture
def user() -> User:
    return MembershipFactory.create(user__email="claire.morel@essai.fr").user


def log_in(email: str, password: str = PASSWORD, **options: str) -> tuple[Client, object]:
    client = Client()
    return client, client.post("/login", {"login": email, "password": password, **options})


def test_the_stable_addresses() -> None:
    assert (reverse("account_login"), reverse("account_logout")) == ("/login", "/logout")
    assert reverse("account_change_password") == "/compte/mot-de-passe/"
    assert (reverse("acting_unit"), reverse("theme")) == ("/compte/unite/", "/compte/theme/")


def test_the_right_password_leads_home(user: User) -> None:
    client, answer = log_in(user.email)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/qui/").status_code == 200


def test_the_address_is_taken_in_any_case_and_with_spaces(user: User) -> None:
    _, answer = log_in("  Claire.MOREL@essai.fr ")
    assert answer.status_code == 302


@pytest.mark.parametrize("path", ["/pec/nouvelle/", "/pec/?vue=tableau"])
def test_one_comes_back_to_the_page_asked_for(user: User, path: str) -> None:
    _, answer = log_in(user.email, next=path)
    assert answer["Location"] == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "/\\ailleurs.example",
        "javascript:alert(1)",
        "http:/x",
        "\t//a",
    ],
)
def test_a_redirection_never_leaves_the_house(user: User, elsewhere: str) -> None:
    assert not is_own_path(elsewhere)
    _, answer = log_in(user.email, next=elsewhere)
    assert answer["Location"] == "/"


def test_a_wrong_password_an_unknown_address_and_a_closed_account_answer_alike(user: User) -> None:
    closed = MembershipFactory.create(user__is_active=False).user
    pages = []
    for email, password in [(user.email, "faux"), ("personne@essai.fr", PASSWORD), (closed.email, PASSWORD)]:
        client, answer = log_in(email, password)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert WRONG in page
        assert "_auth_user_id" not in client.session
        pages.append(re.sub(r'(value|content)="[^"]*"', "", page))
    assert pages[0] == pages[1] == pages[2]


def test_the_password_typed_is_never_sent_back(user: User) -> None:
    _, answer = log_in(user.email, "un-secret-tapé")
    assert "un-secret-tapé" not in answer.content.decode()


def test_five_wrong_passwords_close_the_account_s_door_for_a_while_in_french(user: User) -> None:
    cache.clear()
    for _ in range(5):
        log_in(user.email, "faux")
    client, answer = log_in(user.email)
    assert "Trop d’essais. Réessayez dans quelques minutes." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_too_many_posts_from_one_address_are_answered_in_french(user: User) -> None:
    cache.clear()
    client = Client()
    answers = [client.post("/login", {"login": "x"}) for _ in range(61)]
    assert {a.status_code for a in answers[:60]} == {422}
    assert answers[60].status_code == 429
    assert "Too Many" not in answers[60].content.decode()


def test_somebody_logged_in_is_sent_home_from_the_login_page(user: User) -> None:
    client, _ = log_in(user.email)
    assert client.get("/login")["Location"] == "/"


def test_logging_out_needs_a_post_and_ends_the_session(user: User) -> None:
    client, _ = log_in(user.email)
    key = client.session.session_key
    assert client.get("/logout").status_code == 405
    assert client.get("/qui/").status_code == 200
    answer = client.post("/logout")
    assert answer["Location"] == "/login"
    assert not Session.objects.filter(pk=key).exists()
    assert client.get("/qui/")["Location"] == "/login?next=/qui/"


def test_a_post_without_csrf_token_is_refused(user: User) -> None:
    answer = Client(enforce_csrf_checks=True).post("/login", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 403


def test_the_session_gets_a_new_key_at_login(user: User) -> None:
    client = Client()
    session = client.session
    session["before"] = 1
    session.save()
    planted = session.session_key
    client.cookies["osmose"] = planted
    client.post("/login", {"login": user.email, "password": PASSWORD})
    assert client.session.session_key != planted


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_confirm_email",
        "account_email_verification_sent",
        "account_set_password",
        "account_inactive",
        "account_reauthenticate",
        "account_request_login_code",
    ],
)
def test_what_a_hospital_does_not_offer_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_membership_that_ends_gives_nothing_in_the_same_session(claire: Character, hospitals: Hospitals) -> None:
    client = claire.client()
    assert "IDE Claire Morel | SAU | agent" in client.get("/qui/").content.decode()
    claire.leaves(hospitals.sau, clock.now() - timedelta(seconds=1))
    assert client.get("/qui/").status_code == 404


def test_a_closed_account_is_a_stranger_at_once(claire: Character) -> None:
    client = claire.client()
    User.objects.filter(pk=claire.id).update(is_active=False)
    assert client.get("/qui/").status_code == 302


def test_the_password_is_changed_with_the_old_one_and_a_long_new_one(user: User) -> None:
    client, _ = log_in(user.email)
    short = {"oldpassword": PASSWORD, "password1": "court", "password2": "court"}
    assert "au minimum 12 caractères" in client.post("/compte/mot-de-passe/", short).content.decode()
    wrong = {"oldpassword": "faux", "password1": "vélo-nuage-tambour", "password2": "vélo-nuage-tambour"}
    assert "actuel" in client.post("/compte/mot-de-passe/", wrong).content.decode()
    done = client.post("/compte/mot-de-passe/", {**wrong, "oldpassword": PASSWORD}, follow=True)
    assert "Votre mot de passe est enregistré" in done.content.decode()
    assert client.get("/qui/").status_code == 200
    user.refresh_from_db()
    assert user.check_password("vélo-nuage-tambour")


def test_a_forgotten_password_is_reset_by_a_link_in_french_that_serves_once(user: User) -> None:
    answer = Client().post("/compte/mot-de-passe-oublie/", {"email": user.email})
    assert answer["Location"] == "/compte/mot-de-passe-oublie/envoye/"
    (message,) = mail.outbox
    assert message.subject == "Osmose · Choisir un nouveau mot de passe"
    assert str(user) not in message.body
    assert "testserver" not in message.body.replace("http://testserver/", "")
    link = re.search(r"https?://\S+", message.body)
    assert link
    client = Client()
    page = client.get(link[0].removeprefix("http://testserver"), follow=True)
    new = {"password1": "vélo-nuage-tambour", "password2": "vélo-nuage-tambour"}
    assert client.post(page.redirect_chain[-1][0], new)["Location"] == "/compte/nouveau-mot-de-passe/fait/"
    user.refresh_from_db()
    assert user.check_password("vélo-nuage-tambour")
    again = Client().get(link[0].removeprefix("http://testserver"), follow=True)
    assert 'name="password1"' not in again.content.decode()


def test_an_unknown_address_gets_the_same_page_and_no_message(user: User) -> None:
    answer = Client().post("/compte/mot-de-passe-oublie/", {"email": "personne@essai.fr"})
    assert answer["Location"] == "/compte/mot-de-passe-oublie/envoye/"
    assert mail.outbox == []


def test_the_page_asked_for_survives_a_wrong_password_and_is_escaped(user: User) -> None:
    page = Client().get("/login?next=/pec/nouvelle/").content.decode()
    assert '<input type="hidden" name="next" value="/pec/nouvelle/"' in page
    assert "<script>alert" not in Client().get('/login?next="><script>alert(1)</script>').content.decode()
    _, answer = log_in(user.email, "faux", next="/pec/nouvelle/")
    assert 'value="/pec/nouvelle/"' in answer.content.decode()


ENGLISH = re.compile(r"\b(password|email address|sign (in|up|out)|log ?(in|out)|the|your|please|too many)\b", re.I)


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/login", {}),
        ("/login", {"login": "x", "password": "y"}),
        ("/login", {"login": "x@essai.fr", "password": "y"}),
        ("/compte/mot-de-passe-oublie/", {}),
        ("/compte/mot-de-passe-oublie/", {"email": "x"}),
        ("/compte/mot-de-passe/", {}),
        ("/compte/mot-de-passe/", {"oldpassword": "x", "password1": "password1234", "password2": "y"}),
        ("/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": "123456789012", "password2": "1"}),
    ],
)
def test_no_word_of_english_reaches_the_screen(user: User, path: str, typed: dict[str, str]) -> None:
    client = Client()
    if path == "/compte/mot-de-passe/":
        client.force_login(user)
    for answer in (client.get(path), client.post(path, typed)):
        seen = re.sub(r"(?s)<head>.*?</head>|<template.*?</template>|<[^>]*>", " ", answer.content.decode())
        assert ENGLISH.findall(seen) == []


def test_every_login_and_every_failure_is_in_the_journal(user: User) -> None:
    log_in(user.email, "wrong")
    log_in(user.email)
    lines = list(AccessEntry.objects.filter(verb=Verb.LOGIN).order_by("id").values_list("outcome", "actor_id"))
    assert [outcome for outcome, _ in lines] == ["refused", "allowed"]
    assert lines[1][1] == user.pk
    assert all(entry.address for entry in AccessEntry.objects.filter(verb=Verb.LOGIN))
