"""The guards of `tests/strict.py`, each on a planted fault."""

import logging
import socket
import warnings
from datetime import datetime

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpResponse
from django.template import Context, Origin, Template, engines

from osmose.accounts.models import User
from osmose.kernel.base.clock import now
from osmose.project.environment import ROOT
from tests.strict import ForbiddenNetworkError, Secrets, UndefinedVariableError, faults_of_page


def _template(text: str, *, ours: bool = True) -> Template:
    place = ROOT / "osmose" / "essai.html" if ours else "/site-packages/allauth/essai.html"
    return Template(text, origin=Origin(str(place)), engine=engines["django"].engine)


@pytest.mark.parametrize(
    "text", ["{{ absent }}", "{{ absent.field }}", "{{ absent|upper }}", "{% with a=absent %}{% endwith %}"]
)
def test_an_undefined_variable_of_our_templates_fails(text: str) -> None:
    with pytest.raises(UndefinedVariableError, match=r"osmose/essai\.html"):
        _template(text).render(Context())


@pytest.mark.parametrize(
    "text", ["{{ absent|default:'' }}", "{% if absent %}x{% endif %}", "{% if absent == 1 %}x{% endif %}"]
)
def test_a_template_that_expects_absence_passes(text: str) -> None:
    assert _template(text).render(Context()) == ""


def test_templates_of_third_parties_are_left_alone() -> None:
    assert _template("{{ absent }}{{ absent|default:'x' }}", ours=False).render(Context()) == "x"


def test_the_network_is_closed() -> None:
    with pytest.raises(ForbiddenNetworkError):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)
    with pytest.raises(ForbiddenNetworkError):
        socket.getaddrinfo("exemple.invalid", 80)


def test_this_machine_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]):
        pass


def test_warnings_are_errors() -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


@pytest.mark.django_db
def test_a_naive_date_fails() -> None:
    with pytest.raises(RuntimeWarning, match="naive datetime"):
        User.objects.filter(last_login__lt=datetime(2026, 1, 1)).exists()  # noqa: DTZ001
    assert not User.objects.filter(last_login__lt=now()).exists()


@pytest.mark.django_db
def test_pages_of_unordered_rows_fail() -> None:
    with pytest.raises(RuntimeWarning, match="unordered"):
        Paginator(User.objects.order_by(), 10).page(1)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<button onclick="x()">', "inline handler"),
        ('<p style="color:red">', "inline style"),
        ('<form method="post"></form>', "form without CSRF token"),
        ('<FORM action="/x" METHOD=POST><input></FORM>', "form without CSRF token"),
    ],
)
def test_a_page_that_a_browser_would_refuse_fails(html: str, fault: str) -> None:
    assert [found.partition(":")[0] for found in faults_of_page(html)] == [fault]


@pytest.mark.parametrize(
    "html",
    [
        '<form method="post"><input name="csrfmiddlewaretoken"></form>',
        '<form method="get"></form>',
        "<p>on = 1, style = 2</p>",
        '<script type="application/json">{"html": "<p onclick=1>"}</script>',
        '<div data-one="x" hx-on-click="y"></div>',
    ],
)
def test_an_honest_page_passes(html: str) -> None:
    assert faults_of_page(html) == []


def test_the_client_looks_at_every_page(client: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    monkeypatch.setattr(Client, "request", lambda *_a, **_k: HttpResponse("<p onclick=1>"))
    with pytest.raises(AssertionError, match="inline handler"):
        client.get("/healthz")  # type: ignore[attr-defined]


def _told(secrets: Secrets, name: str, message: str) -> None:
    secrets.emit(logging.LogRecord(name, logging.INFO, "", 0, message, None, None))


def test_an_encrypted_text_in_a_log_is_seen() -> None:
    secrets = Secrets()
    secrets.remember(b"Marie-Ange Dupont")
    _told(secrets, "osmose", "Patient Marie-Ange Dupont admitted")
    _told(secrets, "osmose", "Patient 42 admitted")
    assert secrets.leaks == ["log of osmose"]


@pytest.mark.django_db
def test_an_encrypted_text_in_a_plain_column_is_seen() -> None:
    secrets = Secrets()
    secrets.remember(b"Marie-Ange Dupont")
    with connection.execute_wrapper(secrets.watch):
        User.objects.filter(family_name="Ordinaire").exists()
        assert secrets.leaks == []
        User.objects.filter(family_name="Marie-Ange Dupont").exists()
    assert len(secrets.leaks) == 1


def test_short_words_are_no_secret() -> None:
    secrets = Secrets()
    secrets.remember(b"oui")
    assert not secrets.texts
