"""Who may open a stream: a ticket of today's session, and of nobody else."""

import http.client
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection, transaction
from django.test import Client

from osmose.accounts import operations
from osmose.accounts.adapters import AccountAdapter
from osmose.accounts.models import User
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.stream import tickets
from tests.cast import Character, Hospitals
from tests.factories import encounters as make
from tests.origin import LiveOrigin
from tests.stream.client import Refused, Source, ticketed
from tests.stream.conftest import Listen


def _status(origin: LiveOrigin, cookie: str) -> int:
    with pytest.raises(Refused) as refused:
        Source(origin.port, cookie)
    return refused.value.status


def _cookies(character: Character) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in ticketed(character.client()).split("; "))


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def test_a_ticket_names_neither_the_person_nor_the_session(hospitals: Hospitals, claire: Character) -> None:
    client = claire.client()
    answer = client.post("/flux/billet/")
    told = answer.json()
    assert told["expires_in"] == 600
    cookie = answer.cookies[tickets.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/flux/", True, "Strict")
    session_key = client.session.session_key
    assert session_key not in cookie.value
    assert session_key not in told["session"]
    assert client.post("/flux/billet/").json()["session"] == told["session"]  # the same for every tab of the login
    assert claire.client().post("/flux/billet/").json()["session"] != told["session"]


def test_a_stranger_gets_no_ticket(hospitals: Hospitals, client: Client) -> None:
    answer = client.post("/flux/billet/")
    assert answer.status_code == 302
    assert tickets.COOKIE not in answer.cookies


def test_without_a_ticket_there_is_no_stream(origin: LiveOrigin, hospitals: Hospitals, claire: Character) -> None:
    cookies = _cookies(claire)
    del cookies[tickets.COOKIE]
    assert _status(origin, _header(cookies)) == 403
    assert _status(origin, "") == 403


@pytest.mark.parametrize("odd", ['sso={"a":1}', "a b=1", "é=1", "long=" + "x" * 8000])
def test_an_odd_cookie_of_another_application_hides_no_ticket(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character, odd: str
) -> None:
    with Source(origin.port, f"{odd}; {ticketed(claire.client())}") as stream:
        stream.wait("hello")


def test_the_ticket_of_another_user_is_refused(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character, hugo: Character
) -> None:
    mine, theirs = _cookies(claire), _cookies(hugo)
    assert _status(origin, _header({**mine, tickets.COOKIE: theirs[tickets.COOKIE]})) == 403


def test_a_ticket_forged_for_ones_own_session_under_another_name_is_refused(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character, hugo: Character
) -> None:
    """Even rightly signed: the session says who it is."""
    client = claire.client()
    cookies = dict(pair.split("=", 1) for pair in ticketed(client).split("; "))
    session_key = client.session.session_key
    assert session_key is not None
    forged = tickets.issue(user_id=hugo.id, unit_id=hospitals.sau.pk, session_key=session_key, now=clock.now())
    assert _status(origin, _header({**cookies, tickets.COOKIE: forged})) == 403


def test_an_expired_or_altered_ticket_is_refused(origin: LiveOrigin, hospitals: Hospitals, claire: Character) -> None:
    client = claire.client()
    cookies = dict(pair.split("=", 1) for pair in ticketed(client).split("; "))
    session_key = client.session.session_key
    assert session_key is not None
    past = clock.now() - tickets.LIFE - timedelta(seconds=1)
    old = tickets.issue(user_id=claire.id, unit_id=hospitals.sau.pk, session_key=session_key, now=past)
    assert _status(origin, _header({**cookies, tickets.COOKIE: old})) == 403
    value = cookies[tickets.COOKIE]
    for altered in (value[:-2] + ("AA" if value[-2:] != "AA" else "BB"), "x" + value, value.partition(":")[0], ""):
        assert _status(origin, _header({**cookies, tickets.COOKIE: altered})) == 403
    other = signing.Signer(salt="elsewhere").sign_object([str(claire.id), "", "", 2**31])
    assert _status(origin, _header({**cookies, tickets.COOKIE: other})) == 403


def test_a_ticket_for_a_unit_that_one_left_is_refused(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character
) -> None:
    claire.joins(hospitals.uhcd)
    client = claire.client()
    client.post("/compte/unite/", {"unit": str(hospitals.uhcd.pk), "next": "/"})
    cookie = ticketed(client)
    claire.leaves(hospitals.uhcd)
    assert _status(origin, cookie) == 403
    with Source(origin.port, ticketed(client)) as again:  # a new one is for the unit that she still works for
        again.wait("hello")


def test_a_page_of_another_site_opens_nothing(origin: LiveOrigin, hospitals: Hospitals, claire: Character) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", origin.port, timeout=10)
    headers = {"Cookie": ticketed(claire.client()), "Sec-Fetch-Site": "cross-site"}
    connection.request("GET", "/flux/", headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 403


def test_logging_out_closes_every_tab_within_the_second(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character
) -> None:
    client = claire.client()
    cookie = ticketed(client)
    with Source(origin.port, cookie) as one, Source(origin.port, cookie) as two:
        one.wait("hello")
        two.wait("hello")
        client.post("/logout")
        for stream in (one, two):
            assert stream.wait("bye", seconds=1).data == {"why": "logout"}
            stream.wait_until_over(1)
    assert _status(origin, cookie) == 403


@contextmanager
def held(claire: Character) -> Iterator[None]:
    """Somebody's deed about Claire and her patients goes on and on: it holds their rows, and doesn't commit."""
    began, release = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            list(User.objects.select_for_update(no_key=True).filter(pk=claire.id))
            list(Encounter.objects.select_for_update().all())
            began.set()
            release.wait(60)

    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(_alone, slowly)
        assert began.wait(20)
        try:
            yield
        finally:
            release.set()
            holding.result(20)


@pytest.mark.parametrize("end", ["logout", "membership"])
def test_a_deed_that_holds_their_rows_delays_no_end(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character, end: str
) -> None:
    """Logging out also says that Claire has left, which waits for the deed; her screens don't."""
    make.encounter(unit=hospitals.sau)
    client = claire.client()
    cookie = ticketed(client)
    deeds = {"logout": lambda: client.post("/logout"), "membership": lambda: claire.leaves(hospitals.sau)}
    with Source(origin.port, cookie) as stream:
        stream.wait("hello")
        with ThreadPoolExecutor(1) as threads, held(claire):
            ending = threads.submit(_alone, deeds[end])
            assert stream.wait("bye", seconds=3).data == {"why": "ticket" if end == "membership" else "logout"}
            stream.wait_until_over(1)
            assert not ending.done() or end == "membership"
    assert _status(origin, cookie) == 403


def _alone(deed: Callable[[], Any]) -> None:
    """In a thread, whose connection it gives back."""
    try:
        deed()
    finally:
        connection.close()


def test_a_new_password_closes_the_other_sessions(hospitals: Hospitals, claire: Character, listen: Listen) -> None:
    stream = listen(claire)
    AccountAdapter().set_password(claire.user, "une phrase tout à fait nouvelle")
    assert stream.wait("bye", seconds=2).data == {"why": "logout"}


def test_a_closed_account_is_put_out(hospitals: Hospitals, claire: Character, listen: Listen) -> None:
    stream = listen(claire)
    with transaction.atomic():
        operations.close_account(user=claire.user, at=clock.now())
    assert stream.wait("bye", seconds=2).data == {"why": "logout"}


def test_a_ticket_that_ends_says_so_and_another_one_goes_on(
    origin: LiveOrigin, hospitals: Hospitals, claire: Character
) -> None:
    client = claire.client()
    cookies = dict(pair.split("=", 1) for pair in ticketed(client).split("; "))
    session_key = client.session.session_key
    assert session_key is not None
    nearly = clock.now() - tickets.LIFE + timedelta(seconds=2)
    short = tickets.issue(user_id=claire.id, unit_id=hospitals.sau.pk, session_key=session_key, now=nearly)
    with Source(origin.port, _header({**cookies, tickets.COOKIE: short})) as stream:
        assert stream.wait("bye", seconds=13).data == {"why": "ticket"}
        stream.wait_until_over(2)
    with Source(origin.port, _header(cookies)) as again:
        again.wait("hello")
