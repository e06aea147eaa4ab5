"""What only the administrator of a server may do around a load: triggers left aside, indexes asleep, months of old."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql

from osmose.kernel.db.roles import APP, OWNER

PARTITIONED = ("events_event", "audit_accessentry")
# Most work first, so that two hands end together.
_FAMILY = """
    SELECT tree.relid::regclass::text FROM unnest(%s::text[]) AS name, pg_partition_tree(name::regclass) AS tree
    UNION SELECT name FROM unnest(%s::text[]) AS name
"""


def connect(url: str) -> psycopg.Connection:
    """A connection whose writes run no trigger: no event is dispatched, no history kept, no foreign key checked."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET maintenance_work_mem = '512MB'")
    return connection


def make_months(url: str, since: datetime) -> None:
    """The monthly partitions from that instant to this month, as the worker would have made them then."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
        first = since.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        while first < datetime.now(UTC):
            following = (first + timedelta(days=32)).replace(day=1)
            for parent in PARTITIONED:
                child = f"{parent}_{first:%Y_%m}"
                _make_month(connection, parent, child, first, following)
            first = following


def _make_month(connection: psycopg.Connection, parent: str, child: str, first: datetime, following: datetime) -> None:
    if connection.execute("SELECT to_regclass(%s)", [child]).fetchone() != (None,):
        return
    names = {"child": sql.Identifier(child), "parent": sql.Identifier(parent), "app": sql.Identifier(APP)}
    bounds = {"first": sql.Literal(first.isoformat()), "following": sql.Literal(following.isoformat())}
    statement = "CREATE TABLE {child} PARTITION OF {parent} FOR VALUES FROM ({first}) TO ({following})"
    connection.execute(sql.SQL(statement).format(**names, **bounds))
    connection.execute(sql.SQL("REVOKE ALL ON {child} FROM {app}").format(**names))


@contextmanager
def asleep(url: str, tables: Iterable[str]) -> Iterator[None]:
    """Inside, the tables' indexes are not kept; at the end they are built again, and their rows counted.

    Their definitions stay where they are: nothing to drop, nothing to forget.
    """
    names = list(tables)
    with connect(url) as connection:
        family = [name for (name,) in connection.execute(_FAMILY, [names, names]).fetchall()]
        connection.execute(
            "UPDATE pg_index SET indisready = false FROM unnest(%s::text[]) AS name, pg_class AS kept"
            " WHERE indrelid = name::regclass AND indisready AND kept.oid = indexrelid AND kept.relkind = 'i'",
            [family],
        )
    try:
        yield
    finally:
        wake(url, names)


def wake(url: str, tables: Iterable[str]) -> None:
    """Rows tidied and counted, indexes built; two tables at a time, the largest first."""
    with connect(url) as connection:
        sized = "SELECT name FROM unnest(%s::text[]) AS name ORDER BY pg_total_relation_size(name::regclass) DESC"
        names = [name for (name,) in connection.execute(sized, [list(tables)]).fetchall()]
    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda name: _wake(url, name), names))


def _wake(url: str, name: str) -> None:
    with connect(url) as connection:
        connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("REINDEX TABLE {}").format(sql.Identifier(name)))
