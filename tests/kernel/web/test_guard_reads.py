"""GET reads: journal first, then the view and its drawing in a transaction that can't write."""

import uuid
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import Outcome, Verb
from tests.cast import Character
from tests.kernel.web.conftest import browser_of
from tests.kernel.world import lines, version_of

pytestmark = pytest.mark.django_db


def test_a_page_is_journaled_with_who_from_where_and_why(browser: Client, claire: Character, pec: Encounter) -> None:
    response = browser.get(f"/pec/{pec.pk}/")
    (line,) = lines(actor_id=claire.id)
    assert response.content.decode() == f"motif : Idées noires ; visite : {line.uid}"
    assert (line.verb, line.outcome, line.door, line.policy) == (Verb.READ, Outcome.ALLOWED, "t.show", "tests.read")
    assert (line.subjects, line.persons) == ([pec.pk], [pec.patient_id])
    assert (line.role, str(line.address), line.workstation) == ("agent", "192.0.2.7", "poste-sau-3")
    assert line.parent is None
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("which", ["another hospital's", "nobody's"])
def test_what_is_not_theirs_and_what_does_not_exist_are_the_same_404_and_journaled(
    other_browser: Client, zoe: Character, pec: Encounter, which: str
) -> None:
    wanted = pec.pk if which.startswith("another") else uuid.uuid4()
    response = other_browser.get(f"/pec/{wanted}/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "n’existe pas ou ne concerne pas vos unités" in page
    assert "Idées" not in page
    assert str(wanted) not in page
    (line,) = lines(actor_id=zoe.id)
    assert (line.outcome, line.verb, line.subjects, line.persons) == (Outcome.REFUSED, Verb.READ, [wanted], [])


def test_a_role_without_clinical_right_sees_nothing_and_it_is_journaled(paul: Character, pec: Encounter) -> None:
    browser = browser_of(paul)
    assert browser.get(f"/pec/{pec.pk}/").status_code == 404
    assert browser.get("/agents/").status_code == 404
    assert [line.outcome for line in lines(actor_id=paul.id)] == [Outcome.REFUSED] * 2


@pytest.mark.parametrize("address", ["ecrit", "ecrit-tard"])
def test_a_write_under_get_fails_and_the_attempt_stays_journaled(
    browser: Client, claire: Character, pec: Encounter, address: str
) -> None:
    response = browser.get(f"/{address}/{pec.pk}/")
    assert response.status_code == 500
    assert "écrit" not in response.content.decode()
    assert "Idées" not in response.content.decode()
    assert version_of(pec) == 1
    (line,) = lines(actor_id=claire.id)
    assert (line.outcome, line.subjects) == (Outcome.ALLOWED, [pec.pk])


def test_a_lazy_template_is_drawn_inside_the_read_only_transaction(browser: Client, pec: Encounter) -> None:
    assert browser.get(f"/tard/{pec.pk}/").content == b"on"


def test_a_stream_is_refused(browser: Client, pec: Encounter) -> None:
    response = browser.get(f"/flux/{pec.pk}/")
    assert response.status_code == 500
    assert b"secret" not in response.content


def test_a_page_that_fails_was_journaled_and_says_nothing_of_the_patient(
    browser: Client, claire: Character, pec: Encounter, caplog: pytest.LogCaptureFixture
) -> None:
    response = browser.get(f"/panne/{pec.pk}/")
    assert response.status_code == 500
    assert "Idées" not in response.content.decode()
    assert len(lines(actor_id=claire.id)) == 1


def test_an_address_without_a_door_is_closed(browser: Client) -> None:
    response = browser.get("/ouvert/")
    assert response.status_code == 404
    assert "jamais vu" not in response.content.decode()


def test_a_method_without_a_view_is_refused(browser: Client, pec: Encounter) -> None:
    for method in (browser.post, browser.put, browser.delete, browser.patch, browser.options):
        response = method(f"/pec/{pec.pk}/")
        assert response.status_code == 405
        assert response["Allow"] == "GET"
    assert browser.head(f"/pec/{pec.pk}/").status_code == 200
    assert browser.get("/ailleurs/")["Allow"] == "POST"


def test_anybody_is_sent_to_the_login_and_comes_back(pec: Encounter, client: Client) -> None:
    response = client.get(f"/pec/{pec.pk}/")
    assert (response.status_code, response["Location"]) == (302, f"/login?next=/pec/{pec.pk}/")
    assert client.post(f"/note/{pec.pk}/", {"text": "x"})["Location"] == "/login"
    response = client.get(f"/pec/{pec.pk}/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"], response.content) == (401, "/login", b"")
    assert lines(door="t.show") == []


def test_somebody_whose_account_is_closed_is_nobody(browser: Client, claire: Character, pec: Encounter) -> None:
    claire.user.is_active = False
    claire.user.save(update_fields=["is_active"])
    assert browser.get(f"/pec/{pec.pk}/").status_code in (302, 404)


def test_a_rule_that_refuses_a_reading_is_a_sentence(browser: Client) -> None:
    response = browser.get("/limite/")
    assert response.status_code == 422
    assert "Tapez au moins trois lettres." in response.content.decode()
    response = browser.get("/limite/", headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert "#banner" in response.content.decode()


def test_odd_cookies_and_parameters_never_break_the_journal(browser: Client, claire: Character, pec: Encounter) -> None:
    browser.cookies["poste"] = "a\x00b" + "é" * 60
    assert browser.get(f"/partie/{pec.pk}/?visit=nonsense%00").status_code == 200
    assert browser.get(f"/partie/{pec.pk}/", REMOTE_ADDR="unix:").status_code == 200
    (first, second) = lines(actor_id=claire.id)
    assert len(first.workstation) <= 40
    assert second.address is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", ["no right", "no partition"])
def test_when_the_journal_cannot_be_written_nothing_is_shown_nor_saved(
    browser: Client, claire: Character, pec: Encounter, owner_connection: psycopg.Connection, broken: str
) -> None:
    month = owner_connection.execute("SELECT 'audit_accessentry_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')")
    child: Any = (month.fetchone() or ("",))[0]
    bounds = owner_connection.execute(
        "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = %s", [child]
    ).fetchone()
    break_it, mend_it = {
        "no right": (
            "REVOKE INSERT ON audit_accessentry FROM osmose_app", "GRANT INSERT ON audit_accessentry TO osmose_app"
        ),
        "no partition": (
            f"ALTER TABLE audit_accessentry DETACH PARTITION {child}",
            f"ALTER TABLE audit_accessentry ATTACH PARTITION {child} {(bounds or ('',))[0]}",
        ),
    }[broken]  # fmt: skip
    owner_connection.execute(break_it)  # type: ignore[call-overload]
    try:
        answers = [
            browser.get(f"/pec/{pec.pk}/"),
            browser.get("/liste/"),
            browser.post(f"/note/{pec.pk}/", {"text": "vu"}),
            browser.post(f"/note/{pec.pk}/", {"text": ""}),
            browser.post("/recherche/", {"q": "abc"}),
        ]
    finally:
        owner_connection.execute(mend_it)  # type: ignore[call-overload]
    assert [a.status_code for a in answers] == [500] * 5
    assert not any("Idées" in a.content.decode() for a in answers)
    assert version_of(pec) == 1
    assert lines(actor_id=claire.id) == []
    assert browser.get(f"/pec/{pec.pk}/").status_code == 200


def test_a_page_costs_few_queries(browser: Client, pec: Encounter) -> None:
    browser.get(f"/pec/{pec.pk}/")
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        browser.get(f"/pec/{pec.pk}/")
    said = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SET TRANSACTION"))]
    assert len(said) <= 6, said
