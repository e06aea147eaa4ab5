"""Roles and databases: what each may do on a real server, and what Osmose refuses in words."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from osmose.kernel.db.roles import ROLES, WEB_LOGIN, prepare_roles
from osmose.project.cli import embedded, preparation
from osmose.project.cli.refusal import Refusal
from osmose.project.settings import testing_database


@pytest.fixture(scope="module")
def server(module_folder: Path) -> Iterator[embedded.Server]:
    """A new server, without any role."""
    running = embedded.Server(module_folder / "pg", embedded.chosen_version(), durable=False).start()
    yield running
    running.leave()


@pytest.fixture
def database(server: embedded.Server) -> Iterator[str]:
    name = f"essai_{secrets.token_hex(4)}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as administrator:
        preparation.create_database(administrator, name)
        yield server.url(name)
        administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _login(server: embedded.Server, name: str, attributes: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as administrator:
        administrator.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))
        administrator.execute(sql.SQL("CREATE ROLE {} LOGIN ").format(sql.Identifier(name)) + sql.SQL(attributes))  # type: ignore[arg-type]


def test_an_account_without_rights_is_refused_in_words(server: embedded.Server, database: str) -> None:
    _login(server, "stagiaire", "")
    with pytest.raises(Refusal, match="« stagiaire » n’a pas le droit de créer les rôles"):
        preparation.prepare(database.replace("postgres@", "stagiaire@"))


def test_an_owner_with_createrole_prepares_an_ordinary_server(
    server: embedded.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _login(server, "dba", "CREATEROLE CREATEDB")
    with psycopg.connect(server.url("postgres", user="dba"), autocommit=True) as administrator:
        preparation.create_database(administrator, "hopital")
    url = server.url("hopital", user="dba")
    monkeypatch.setattr(preparation, "schema_digest", lambda: "unchanged")
    assert preparation.prepare(url) is True
    assert preparation.prepare(url) is False  # nothing left to do
    with psycopg.connect(url) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)]
        ).fetchone() == (len(ROLES),)
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert owners == [("osmose_owner",)]


def test_preparing_roles_twice_changes_nothing(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        prepare_roles(connection, login=WEB_LOGIN)
        prepare_roles(connection, login=WEB_LOGIN)
        members = connection.execute(
            "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole", [WEB_LOGIN]
        ).fetchall()
    assert members == [("osmose_app",)]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://osmose@127.0.0.1/osmose", "n’est pas une adresse PostgreSQL"),
        ("sqlite:///osmose.db", "n’est pas une adresse PostgreSQL"),
        ("postgresql://osmose:secret@127.0.0.1:1/osmose", "ne répond pas"),
        ("postgresql://osmose@127.0.0.1/osmose?nonsense=1", "mal formée"),
    ],
)
def test_an_address_that_cannot_serve_is_refused_in_words(url: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence) as refused:
        preparation.connect(url)
    assert "secret" not in str(refused.value)


def test_a_server_that_is_too_old_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "MINIMUM_VERSION", 99)
    with pytest.raises(Refusal, match="Osmose demande la version 99 ou plus"):
        preparation.connect(database)


def test_something_else_that_listens_is_refused() -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        def answer() -> None:
            peer, _ = other.accept()
            peer.recv(100)
            peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            peer.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Refusal, match="ne répond pas"):
            preparation.connect(f"postgresql://osmose@127.0.0.1:{port}/osmose?gssencmode=disable")
        thread.join()


@pytest.mark.django_db
class TestTheApplication:
    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE essai (id int)",
            "CREATE TEMPORARY TABLE essai (id int)",
            "CREATE SCHEMA essai",
            "TRUNCATE accounts_user CASCADE",
            "DROP TABLE accounts_user",
            "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
            "SET ROLE osmose_owner",
            "SET ROLE postgres",
            "SET session_replication_role = replica",
            "CREATE ROLE intrus",
        ],
    )
    def test_may_not(self, app_connection: psycopg.Connection, statement: str) -> None:
        if statement.startswith("SET ROLE") and not testing_database.is_embedded():
            pytest.skip("the login of this server is the hospital's own")
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)):
            app_connection.execute(statement)  # type: ignore[call-overload]

    def test_reads_and_writes_ordinary_rows(self, app_connection: psycopg.Connection) -> None:
        with app_connection.transaction(force_rollback=True):
            app_connection.execute("DELETE FROM django_session")

    def test_comes_back_to_its_role(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("osmose_app",)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_committed_test_leaves_nothing_to_the_next(turn: int, owner_connection: psycopg.Connection) -> None:
    assert owner_connection.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
    owner_connection.execute("INSERT INTO django_session VALUES ('k', '', now())")
    assert owner_connection.execute("SELECT count(*) > 0 FROM django_content_type").fetchone() == (True,)


def test_each_test_process_has_keys_of_its_own() -> None:
    assert "osmose-keys-" in os.environ["OSMOSE_KEYS_DIR"]
