"""The bench's own hospital: what it writes by COPY is what the application reads, so that its times mean something."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.test import Client

from bench.loading import load, readback, server
from bench.loading.load import Size
from bench.measure import Budget, Screen, Unexpected, measure
from bench.screens import Subjects
from osmose.accounts.models import User
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.kernel.events import timeline
from tests.database import as_owner
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db(transaction=True)


def _is_administered() -> bool:
    """Leaving triggers aside takes an administrator of the server."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as administrator:
        row = administrator.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return row == (True,)


@pytest.fixture
def hospital(transactional_db: None) -> Iterator[load.Loaded]:
    """5 active, 2 that left, 20 closed."""
    url = os.environ["DATABASE_OWNER_URL"]
    if not _is_administered():
        pytest.skip("needs an administrator of the server")
    yield load.load(url, Size(closed=20, active=5, exited=2, processes=1), clock.now())
    with as_owner() as owner:
        _drop_old_months(owner)


def _drop_old_months(owner: psycopg.Connection) -> None:
    first = f"{clock.now():%Y_%m}"
    for parent in server.PARTITIONED:
        rows = owner.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s)", [parent]).fetchall()
        for (name,) in rows:
            if name != parent and name.removeprefix(f"{parent}_") < first:
                owner.execute(f"DROP TABLE {name}")


@pytest.fixture
def browser(hospital: load.Loaded) -> Client:
    client = StrictClient(enforce_csrf_checks=True)
    client.force_login(User.objects.get(email="agent1@osmose.fr"))
    return client


def test_it_holds_as_many_as_were_asked_and_all_of_it_can_be_read(hospital: load.Loaded) -> None:
    statuses = list(Encounter.objects.values_list("status", flat=True))
    assert statuses.count(EncounterStatus.ACTIVE) == 5
    assert statuses.count(EncounterStatus.EXITED) == 2
    assert statuses.count(EncounterStatus.CLOSED) == 20
    assert hospital.rows > 27 * 8
    assert readback.check(load.tables()) > 27 * 8


def test_no_index_is_left_asleep(hospital: load.Loaded) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisready OR NOT indisvalid")
        assert cursor.fetchall() == []


def test_the_board_and_the_patient_pages_open_on_it(browser: Client) -> None:
    board = browser.get("/pec/")
    assert board.status_code == 200
    for pec in Encounter.objects.all():
        page = browser.get(f"/pec/{pec.pk}/")
        assert page.status_code in (200, 404)  # the archive is also of other units
        assert "llisible" not in page.content.decode()
    subjects = Subjects.find()
    assert len(timeline.of(subjects.short, limit=400)) == 10
    assert len(timeline.of(subjects.long, limit=400)) == 300


def test_what_was_loaded_is_guarded_again_and_clicked_as_usual(browser: Client) -> None:
    pec = Encounter.objects.filter(status=EncounterStatus.ACTIVE).order_by("arrived_at")[0]
    with pytest.raises(Exception, match="no actor declared"):
        Encounter.objects.filter(pk=pec.pk).update(version=99)
    browser.get("/pec/nouvelle/")
    secret = browser.cookies["csrftoken"].value
    fields = {"csrfmiddlewaretoken": secret, "arrival_mode": "gendarmerie"}
    answer = browser.post(f"/pec/{pec.pk}/mode-arrivee/", fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert Encounter.objects.get(pk=pec.pk).arrival_mode == "gendarmerie"


def test_a_page_of_tonight_opens_no_month_of_the_archive(browser: Client) -> None:
    pec = Encounter.objects.filter(status=EncounterStatus.ACTIVE).order_by("-arrived_at")[0]
    page = measure(Screen("page", lambda: browser.get(f"/pec/{pec.pk}/"), rounds=1))
    told = [statement for statement in page.statements if "events_event" in statement]
    assert told
    for statement in told:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {statement.replace('%', '%%')}")
            opened = set(re.findall(r"events_event_(\d{4}_\d\d)", str(cursor.fetchall())))
        # The months to come are there too, empty.
        assert min(opened) >= f"{clock.now() - timedelta(days=32):%Y_%m}", statement


def test_a_screen_that_answers_something_else_is_not_measured(browser: Client) -> None:
    here = Screen("tableau", lambda: browser.get("/pec/"), Budget(p95_ms=60_000, queries=40), rounds=3)
    measured = measure(here)
    assert measured.best <= measured.p50 <= measured.p95 <= measured.p99
    assert measured.is_kept
    assert measured.queries == len(measured.statements) > 2
    with pytest.raises(Unexpected, match="404, 200 expected"):
        measure(Screen("ailleurs", lambda: browser.get("/ailleurs/")))
