"""Months ahead exist, are made when missing by the nightly job, and refuse whoever goes round their parent."""

from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django import app

from osmose.kernel.audit.tasks import ensure_partitions as ensure_journal
from osmose.kernel.base import clock
from osmose.kernel.db import partitions
from osmose.kernel.events.tasks import ensure_partitions as ensure_events

TABLES = ("events_event", "audit_accessentry")


def _months(first: date, count: int) -> list[str]:
    return [f"{first.year + (first.month - 1 + n) // 12}_{(first.month - 1 + n) % 12 + 1:02d}" for n in range(count)]


def _present(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass",
            [table],
        )
        return {name.removeprefix(f"{table}_") for (name,) in cursor.fetchall()}


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_this_month_and_the_six_next_exist(table: str) -> None:
    assert set(_months(clock.now().date(), 7)) <= _present(table)
    assert partitions.ensure(table) == 0


@pytest.mark.django_db(transaction=True)
def test_the_nightly_jobs_make_what_is_missing_and_the_application_has_no_right_on_it(
    owner_connection: psycopg.Connection,
) -> None:
    last = _months(clock.now().date(), 7)[-1]
    for table, job in zip(TABLES, (ensure_events, ensure_journal), strict=True):
        owner_connection.execute(f"DROP TABLE {table}_{last}")  # type: ignore[arg-type]
        job(timestamp=0)
        assert last in _present(table)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')", [f"{table}_{last}"]
            )
            assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_the_jobs_that_look_after_partitions_are_scheduled_every_day() -> None:
    scheduled = {name for name, _ in app.periodic_registry.periodic_tasks}
    assert {"events.ensure_partitions", "audit.ensure_partitions", "tasks.retry_stalled"} <= scheduled


@pytest.mark.django_db
@pytest.mark.parametrize(("parent", "months"), [("accounts_user", 1), ("events_event", 37), ("events_event", -1)])
def test_nothing_else_is_made_by_the_owners_function(parent: str, months: int) -> None:
    with pytest.raises(DatabaseError, match="osmose"), transaction.atomic():
        partitions.ensure(parent, months)
