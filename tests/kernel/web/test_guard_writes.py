"""POST: through the policy, carried out once, refused in words, text kept, never shown unjournaled."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import Outcome, Verb
from osmose.project.cli import preparation
from osmose.project.settings import testing_database
from tests.cast import Character
from tests.kernel.actions.test_submissions import together
from tests.kernel.web import urls
from tests.kernel.world import lines, told, version_of

pytestmark = pytest.mark.django_db


def sign(browser: Client, pec: Encounter, text: str, *, door: str = "note", **more: str):
    return browser.post(f"/{door}/{pec.pk}/", {"text": text, **more})


def test_a_save_is_told_and_journaled_once(browser: Client, claire: Character, pec: Encounter) -> None:
    response = sign(browser, pec, "vu")
    assert response.content.decode() == "signé : vu"
    (line,) = lines(actor_id=claire.id)
    assert (line.verb, line.door, line.subjects) == (Verb.CHANGE, "tests.kernel.world.note", [pec.pk])
    assert str(line.address) == "192.0.2.7"
    assert len(told(pec)) == 1


def test_the_same_form_sent_twice_is_done_once_and_shown_again(
    browser: Client, claire: Character, pec: Encounter
) -> None:
    first = sign(browser, pec, "vu", _token="t1")
    second = sign(browser, pec, "vu", _token="t1", csrfmiddlewaretoken="another")
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content.decode() == "déjà signé : 1"
    assert len(told(pec)) == 1
    assert [line.verb for line in lines(actor_id=claire.id)] == [Verb.CHANGE, Verb.READ]  # showing again is a reading


def test_the_same_token_with_another_text_is_refused_in_words(browser: Client, pec: Encounter) -> None:
    sign(browser, pec, "vu", _token="t1")
    response = sign(browser, pec, "autre", _token="t1")
    assert response.status_code == 409
    assert "déjà été envoyé avec un autre contenu" in response.content.decode()
    assert "autre" in response.content.decode()
    assert len(told(pec)) == 1


def test_a_replay_is_answered_under_todays_rights(
    browser: Client, claire: Character, pec: Encounter, hospitals: object
) -> None:
    sign(browser, pec, "vu", _token="t1")
    claire.leaves(hospitals.sau)  # type: ignore[attr-defined]
    assert sign(browser, pec, "vu", _token="t1").status_code == 404


@pytest.mark.parametrize("token", ["a\x00b", "x" * 500, "\u202et"])
def test_an_odd_token_breaks_nothing(browser: Client, pec: Encounter, token: str) -> None:
    assert sign(browser, pec, "vu", _token=token).status_code == 200
    assert sign(browser, pec, "vu", _token=token).content.decode() == "déjà signé : 1"


def test_a_refusal_is_a_sentence_on_its_field_with_the_text_kept(
    browser: Client, claire: Character, pec: Encounter
) -> None:
    response = sign(browser, pec, "non")
    assert response.status_code == 422
    assert response.content.decode() == "Ce n’est pas possible ici. [motif] vous aviez tapé : non"
    assert version_of(pec) == 1
    assert told(pec) == []


def test_a_door_without_a_page_of_refusal_keeps_the_text_too(browser: Client, pec: Encounter) -> None:
    page = browser.post(f"/note-nue/{pec.pk}/", {"text": "non", "more": "<b>long</b>\ntexte", "password": "secret"})
    assert page.status_code == 422
    html = page.content.decode()
    assert "Ce n’est pas possible ici." in html
    assert "&lt;b&gt;long&lt;/b&gt;" in html
    assert "<b>long" not in html
    assert "secret" not in html
    fragment = browser.post(f"/note-nue/{pec.pk}/", {"text": "non"}, headers={"HX-Request": "true"})
    assert fragment.status_code == 422
    assert "#banner" in fragment.content.decode()


def test_a_form_drawn_again_shows_the_patient_and_is_journaled(
    browser: Client, claire: Character, pec: Encounter
) -> None:
    assert sign(browser, pec, "").status_code == 422
    assert sign(browser, pec, "non").status_code == 422
    assert [(n.verb, n.door, n.subjects) for n in lines(actor_id=claire.id)] == [(Verb.READ, "t.sign", [pec.pk])] * 2


def test_a_form_drawn_again_on_its_own_page_belongs_to_its_visit(
    browser: Client, claire: Character, pec: Encounter
) -> None:
    browser.get(f"/pec/{pec.pk}/")
    (visit,) = lines(actor_id=claire.id)
    sign(browser, pec, "", visit=str(visit.uid))
    assert lines(actor_id=claire.id) == [visit]


def test_a_stranger_gets_404_and_one_line_says_so(other_browser: Client, zoe: Character, pec: Encounter) -> None:
    assert sign(other_browser, pec, "vu").status_code == 404
    assert other_browser.post("/ailleurs/", {"pec": str(pec.pk)}).status_code == 404
    first, second = lines(actor_id=zoe.id)
    assert (first.outcome, first.subjects) == (Outcome.REFUSED, [pec.pk])
    assert (second.outcome, second.subjects, second.door) == (Outcome.REFUSED, [pec.pk], "tests.kernel.world.note")
    assert told(pec) == []


def test_a_post_without_csrf_token_keeps_the_text(claire: Character, pec: Encounter) -> None:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(claire.user)
    response = browser.post(f"/note/{pec.pk}/", {"text": "longuement écrit"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 403
    assert "longuement écrit" in response.content.decode()
    assert told(pec) == []


def test_an_id_that_is_none_is_404(browser: Client) -> None:
    assert browser.post(f"/note/{uuid.uuid4()}/", {"text": "x"}).status_code == 404
    assert browser.post("/note/not-an-id/", {"text": "x"}).status_code == 404


def leave_idle_connections(number: int) -> None:
    """As many as a busy service leaves in the pool."""
    all_open = threading.Barrier(number)

    def connect() -> None:
        connection.ensure_connection()
        all_open.wait(10)

    together(*[connect] * number)


@contextmanager
def postgresql_away() -> Iterator[None]:
    """As when the server stops: every connection is cut, and no new one is accepted."""
    name = testing_database.name()
    import os

    with preparation.connect(os.environ[testing_database.SERVER]) as administrator:
        administrator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')  # type: ignore[call-overload]
        try:
            administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            yield
        finally:
            administrator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')  # type: ignore[call-overload]


@pytest.mark.django_db(transaction=True)
def test_postgresql_stopped_during_a_save_and_back_again(
    browser: Client, claire: Character, pec: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_idle_connections(10)
    monkeypatch.setattr(connection.pool, "timeout", 1.0)
    typed = "Il dit « ça va »,\nmais pleure. " + "x" * 100
    away = postgresql_away()
    urls.meanwhile.append(away.__enter__)  # after the writes of the deed, before its end
    try:
        during = sign(browser, pec, typed, _token="t1")
        close_old_connections()
        page = browser.get(f"/pec/{pec.pk}/")
        close_old_connections()
    finally:
        away.__exit__(None, None, None)
    assert (during.status_code, page.status_code) == (503, 503)
    html = during.content.decode()
    assert "Il dit « ça va »" in html
    assert "t1" in html  # the same submission is sent again
    assert "Idées" not in html + page.content.decode()
    assert during["Retry-After"]
    urls.meanwhile.clear()
    monkeypatch.setattr(connection.pool, "timeout", 5.0)
    close_old_connections()
    assert (version_of(pec), told(pec), lines(actor_id=claire.id)) == (1, [], [])  # nothing half-written
    again = sign(browser, pec, typed, _token="t1")
    assert again.content.decode().startswith("signé")
    assert len(told(pec)) == 1
