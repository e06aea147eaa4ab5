"""Prepared statements give what the ORM gives, are planned once a connection, and are logged as they were asked."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters.models import Encounter
from osmose.kernel.access.recipes import Recipe
from osmose.kernel.db import prepared
from osmose.organisations.models import CareUnit
from tests.cast import Hospitals
from tests.factories.encounters import encounter

pytestmark = pytest.mark.django_db


def test_a_statement_is_analysed_once_for_its_connection() -> None:
    asked = f'SELECT %s::uuid AS "{uuid.uuid4()}"'
    for _ in range(7):
        wanted = uuid.uuid4()
        with prepared.cursor(connection) as cursor:
            cursor.execute(asked, [wanted])
            assert cursor.fetchone() == (wanted,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::uuid%%'")
        assert cursor.fetchone() == (1,)


def test_what_the_log_says_can_be_asked_again() -> None:
    wanted = uuid.uuid4()
    with CaptureQueriesContext(connection) as captured, prepared.cursor(connection) as cursor:
        cursor.execute("SELECT %s::uuid", [wanted])
    with connection.cursor() as cursor:
        cursor.execute(captured.captured_queries[0]["sql"])
        assert cursor.fetchone() == (wanted,)


@pytest.mark.parametrize("word", ["100 %", "l'autre", "%s", "%(nom)s", "\\", "a;--"])
def test_a_constant_is_written_as_it_is(word: str) -> None:
    given = uuid.uuid4()
    text, left = prepared.inlined(connection, "SELECT %s, %s, '%%'", [word, given], lambda v: isinstance(v, uuid.UUID))
    with prepared.cursor(connection) as cursor:
        cursor.execute(text, left)
        assert cursor.fetchone() == (word, given, "%")


@Recipe
def _named(name: str) -> "object":
    return CareUnit.objects.filter(short_name=name)


def test_a_recipe_may_hold_any_sign(hospitals: Hospitals) -> None:
    CareUnit.objects.filter(pk=hospitals.sau.pk).update(short_name="100 % d'aide")
    assert _named("100 % d'aide") == [hospitals.sau]
    assert _named("100 %% d'aide") == []


@Recipe
def _of(ids: tuple[uuid.UUID, ...]) -> "object":
    return Encounter.objects.filter(pk__among=ids).order_by("pk")


def test_any_number_of_identifiers_is_one_statement(hospitals: Hospitals) -> None:
    made = sorted((encounter(unit=hospitals.sau) for _ in range(3)), key=lambda e: e.pk)
    for count in (0, 1, 3):
        assert _of(tuple(e.pk for e in made[:count])) == made[:count]
    assert len(_of._written) == 1
