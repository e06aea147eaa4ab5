"""The database of a test process: a clone of a template that production's own code prepared.

The template is made once for a state of the migrations (its name says which) and cloned in a fraction of a second.
Tests run as the application does, in its role: what they do, the application may do.
"""

import os
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection as django_connection
from django.test import TransactionTestCase
from psycopg import sql
from pytest_django import DjangoDbBlocker

from osmose.kernel.db.roles import APP, OWNER, WEB_LOGIN, prepare_roles
from osmose.project.cli import preparation
from osmose.project.settings import testing_database

TEMPLATE = "osmose_template"
_LOCK = 0x54455354
_SET_OWNER = sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER))
# Tables that the migrations filled: a flush between two committed tests leaves them.
_reference_tables: set[str] = set()


def _template_name(administrator: psycopg.Connection) -> str:
    return f"{TEMPLATE}_{preparation.schema_digest()}_pg{administrator.info.server_version // 10000}"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _drop(administrator: psycopg.Connection, name: str) -> None:
    administrator.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_stale(administrator: psycopg.Connection, template: str) -> None:
    """Templates of other states of the migrations, and databases whose test process is gone."""
    for (name,) in administrator.execute("SELECT datname FROM pg_database").fetchall():
        pid = name.removeprefix(f"{testing_database.PREFIX}_").partition("_")[0]
        is_orphan = name.startswith(f"{testing_database.PREFIX}_") and pid.isdigit() and not _is_alive(int(pid))
        if is_orphan or (name.startswith(f"{TEMPLATE}_") and name != template):
            _drop(administrator, name)


def _make_template(administrator: psycopg.Connection, name: str) -> None:
    """Prepared under another name, so that a half-made template is never taken for one."""
    making = f"{TEMPLATE}_making"
    url = testing_database.at(os.environ[testing_database.SERVER], making)
    _drop(administrator, making)
    preparation.create_database(administrator, making)
    preparation.prepare(url, login=WEB_LOGIN if testing_database.is_embedded() else None)
    administrator.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (making, name))))


def create() -> None:
    """This process's database, cloned."""
    with preparation.connect(os.environ[testing_database.SERVER]) as administrator:
        administrator.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        template = _template_name(administrator)
        _drop_stale(administrator, template)
        if not preparation.database_exists(administrator, template):
            _make_template(administrator, template)
        _drop(administrator, testing_database.name())
        preparation.create_database(administrator, testing_database.name(), template=template)
    # Rights on a database are not cloned with it.
    with preparation.connect(os.environ["DATABASE_OWNER_URL"]) as inside:
        prepare_roles(inside)
    with as_owner() as owner:
        _reference_tables.update(_filled_tables(owner))


def drop() -> None:
    django_connection.close()
    if hasattr(django_connection, "close_pool"):
        django_connection.close_pool()
    with preparation.connect(os.environ[testing_database.SERVER]) as administrator:
        _drop(administrator, testing_database.name())


def _filled_tables(owner: psycopg.Connection) -> set[str]:
    """The tables that hold a row, in one query: most are empty, and truncating each costs a file."""
    tables = owner.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    ).fetchall()
    parts = [
        sql.SQL("(SELECT {} WHERE EXISTS (SELECT 1 FROM {}))").format(sql.Literal(name), sql.Identifier(name))
        for (name,) in tables
    ]
    return {name for (name,) in owner.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall()}


def empty() -> None:
    """Empty every table but the reference ones; the application itself may neither truncate nor delete.

    A page that was just closed may still be asking: its request is let end. Rows are deleted without their triggers,
    since truncating twenty tables makes twenty files; by an owner who may not do so, truncated all the same.
    """
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        _let_end(owner)
        tables = [sql.Identifier(name) for name in sorted(_filled_tables(owner) - _reference_tables)]
        if not tables:
            return
        owner.execute("SET lock_timeout = '10s'")
        try:
            owner.execute("SET session_replication_role = replica")
        except psycopg.errors.InsufficientPrivilege:
            owner.execute(_SET_OWNER)
            owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(tables)))
        else:
            owner.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(table) for table in tables))


def _let_end(login: psycopg.Connection, seconds: float = 10) -> None:
    """Waits until nobody is in a transaction on this database; a session in one for ever is left to the locks."""
    busy = (
        "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend')"
    )
    deadline = time.monotonic() + seconds
    while login.execute(busy).fetchone() == (True,) and time.monotonic() < deadline:
        time.sleep(0.01)


def as_owner() -> psycopg.Connection:
    """A connection of the owner of the tables, outside Django."""
    owner = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
    owner.execute(_SET_OWNER)
    return owner


def as_application() -> psycopg.Connection:
    """A connection with the login and the role of the web processes, outside Django."""
    app = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    app.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(APP)))
    return app


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Takes the place of pytest-django's own, which would create the tables as whoever connects."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: empty())
        with django_db_blocker.unblock():
            create()
        yield
        with django_db_blocker.unblock():
            drop()


@pytest.fixture
def owner_connection(db: None) -> Iterator[psycopg.Connection]:
    """What only the owner of the tables may do; sees committed rows only."""
    with as_owner() as connection:
        yield connection


@pytest.fixture
def app_connection(db: None) -> Iterator[psycopg.Connection]:
    """What a stranger with the application's password could do; sees committed rows only."""
    with as_application() as connection:
        yield connection
