"""Whoever steals the application's password can neither alter nor erase what the journal and the timeline say."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from osmose.kernel.base import clock
from osmose.kernel.crypto import keys
from osmose.kernel.db import grants
from osmose.project.settings import testing_database
from tests.factories.organisations import CareUnitFactory
from tests.kernel.world import MAKER, a_pec, member_of, note

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.GeneratedAlways,
    psycopg.errors.ObjectNotInPrerequisiteState,
    psycopg.errors.UndefinedTable,
)
TABLES = (
    "events_event",
    "audit_accessentry",
    "crypto_keydestruction",
    "encounters_encounterhistory",
    "patients_patienthistory",
)
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
MONTH = f"{clock.now():%Y_%m}"
PARTITIONS = (f"events_event_{MONTH}", f"audit_accessentry_{MONTH}")

ON_A_TABLE = (
    "UPDATE {t} SET {c} = {c}",
    "UPDATE ONLY {t} SET {c} = {c}",
    "DELETE FROM {t}",
    "TRUNCATE {t}",
    "TRUNCATE {t} CASCADE",
    "ALTER TABLE {t} DISABLE TRIGGER ALL",
    "ALTER TABLE {t} DISABLE TRIGGER USER",
    "ALTER TABLE {t} ADD COLUMN more text",
    "ALTER TABLE {t} OWNER TO CURRENT_USER",
    "ALTER TABLE {t} RENAME TO gone",
    "DROP TABLE {t}",
    "DROP TABLE {t} CASCADE",
    "CREATE RULE quiet AS ON INSERT TO {t} DO INSTEAD NOTHING",
    "CREATE TRIGGER quiet BEFORE INSERT ON {t} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "DO $$ BEGIN LOCK TABLE {t} IN ACCESS EXCLUSIVE MODE; END $$",
    "SELECT * FROM {t} FOR UPDATE",
    "MERGE INTO {t} USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
)
ON_A_PARTITION = (
    "SELECT * FROM {t}",
    "INSERT INTO {t} SELECT * FROM {p}",
    "UPDATE {t} SET uid = uid",
    "DELETE FROM {t}",
    "TRUNCATE {t}",
    "DROP TABLE {t}",
    "ALTER TABLE {p} DETACH PARTITION {t}",
    "ALTER TABLE {t} DISABLE TRIGGER ALL",
)
ON_THE_SERVER = (
    "CREATE TABLE public.mine (x int)",
    "CREATE TEMPORARY TABLE mine (x int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public._pgtrigger_should_ignore(name) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE OR REPLACE FUNCTION public.osmose_stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER FUNCTION osmose_ensure_partitions(text, integer) OWNER TO CURRENT_USER",
    "DROP FUNCTION osmose_ensure_partitions(text, integer)",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "SET ROLE osmose_owner",
    "SET ROLE osmose_seal",
    "SET ROLE osmose_purge",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "CREATE ROLE mine",
    "ALTER ROLE osmose_web SUPERUSER",
    "ALTER ROLE osmose_app BYPASSRLS",
    "GRANT osmose_owner TO osmose_web",
    "ALTER DATABASE {d} SET session_replication_role = replica",
    "CREATE EXTENSION vector",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY audit_accessentry FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT setval('events_event_id_seq', 1)",
    "ALTER SEQUENCE events_event_id_seq RESTART",
    "DROP OWNED BY osmose_owner",
    "REASSIGN OWNED BY osmose_owner TO osmose_app",
)


@pytest.fixture(autouse=True)
def embedded() -> None:
    if not testing_database.is_embedded():
        pytest.skip("another server's own login may do what its administrator gave it")


@pytest.fixture
def thief() -> Iterator[psycopg.Connection]:
    """The login of the web processes, in the application's role."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        assert connection.execute("SELECT session_user").fetchone() == ("osmose_web",)
        connection.execute("SET ROLE osmose_app")
        connection.execute("SET lock_timeout = '2s'")
        yield connection


def _filled() -> None:
    """Each table holds something to attack."""
    unit = CareUnitFactory()
    pec = a_pec(unit)
    note(actor=member_of(unit), encounter=pec, text="vu", now=clock.now())
    from osmose.kernel.base.ids import new_id

    keys.destroy(keys.create(new_id()).pk, by=MAKER.id, at=clock.now())


def _counts(connection: psycopg.Connection) -> dict[str, tuple[object, ...]]:
    """What each table holds: number of rows, and a digest of all of them."""
    digest = sql.SQL("SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t")
    found = {name: connection.execute(digest.format(sql.Identifier(name))).fetchone() for name in TABLES}
    assert all(row and row[0] for row in found.values()), found
    return {name: tuple(row or ()) for name, row in found.items()}


def _refused(connection: psycopg.Connection, statement: str) -> str:
    """Empty when the statement was refused for want of a right; otherwise what happened."""
    try:
        connection.execute(statement)  # type: ignore[arg-type]
    except REFUSED:
        return ""
    except psycopg.Error as error:
        return f"{statement}: {type(error).__name__} {error}"
    return f"{statement}: ALLOWED"


IGNORING = "SET pgtrigger.ignore = '{events_event:append_only,audit_accessentry:append_only,append_only}'"
PREPARATIONS = {
    "as the application": [],
    "after RESET ROLE": ["RESET ROLE"],
    "after SET ROLE NONE": ["SET ROLE NONE"],
    "after RESET ALL": ["RESET ALL", "RESET SESSION AUTHORIZATION"],
    "with every trigger told to be ignored": [IGNORING],
    # PostgreSQL answers with a warning only: nothing is granted.
    "after granting itself rights": [f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO CURRENT_USER" for table in TABLES],
    "with a declared actor": ["SELECT set_config('osmose.actor', gen_random_uuid()::text, false)"],
}


@pytest.mark.parametrize("prepared", PREPARATIONS)
def test_nothing_written_once_can_be_altered_or_erased(thief: psycopg.Connection, prepared: str) -> None:
    _filled()
    before = _counts(thief)
    for statement in PREPARATIONS[prepared]:
        thief.execute(statement)  # type: ignore[arg-type]
    column = {name: "pgh_label" for name in TABLES if name.endswith("history")} | {
        "events_event": "kind", "audit_accessentry": "verb", "crypto_keydestruction": "destroyed_by",
    }  # fmt: skip
    statements = [s.format(t=t, c=column[t]) for t in TABLES for s in ON_A_TABLE]
    statements += [s.format(t=t, p=t.removesuffix(f"_{MONTH}")) for t in PARTITIONS for s in ON_A_PARTITION]
    statements += [s.format(d=testing_database.name()) for s in ON_THE_SERVER]
    happened = [said for s in statements if (said := _refused(thief, s))]
    assert not happened, "\n".join(happened)
    assert _counts(thief) == before


def test_the_owners_trigger_refuses_even_the_owner(owner_connection: psycopg.Connection) -> None:
    _filled()
    for table, column in (("events_event", "kind"), ("audit_accessentry", "verb"), ("crypto_keydestruction", "id")):
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(psycopg.errors.RaiseException, match="Cannot update or delete"):
                owner_connection.execute(statement)  # type: ignore[arg-type]


def test_a_forged_line_has_the_hour_the_transaction_and_the_number_of_its_writing(thief: psycopg.Connection) -> None:
    columns = "uid, actor_kind, role, verb, outcome, door, policy, subjects, persons, workstation"
    values = "gen_random_uuid(), 'user', '', 'read', 'allowed', 'x', 'x', '{}', '{}', ''"
    thief.execute("SET pgtrigger.ignore = '{stamp}'")
    forged = thief.execute(
        f"INSERT INTO audit_accessentry ({columns}, xid, recorded_at)"  # type: ignore[arg-type]
        f" VALUES ({values}, 1, date_trunc('month', now()) + interval '1 second')"
        " RETURNING xid <> 1, now() - recorded_at < interval '1 minute'"
    ).fetchone()
    assert forged == (True, True)
    with pytest.raises(psycopg.Error, match="partition"):
        thief.execute(f"INSERT INTO audit_accessentry ({columns}, recorded_at) VALUES ({values}, now() + '40 days')")  # type: ignore[arg-type]
    for overriding in ("", "OVERRIDING SYSTEM VALUE"):
        with pytest.raises((psycopg.errors.GeneratedAlways, psycopg.errors.InsufficientPrivilege)):
            thief.execute(f"INSERT INTO audit_accessentry (id, {columns}) {overriding} VALUES (1, {values})")  # type: ignore[arg-type]


def test_the_function_of_partitions_serves_nothing_else(thief: psycopg.Connection) -> None:
    for parent, months in (("accounts_user", 1), ("public.events_event", 1), ("events_event; DROP TABLE x", 1),
                           ("pg_catalog.pg_class", 1), ("events_event", 1000), ("events_event", -5)):  # fmt: skip
        with pytest.raises(psycopg.errors.RaiseException, match="osmose"):
            thief.execute("SELECT osmose_ensure_partitions(%s, %s)", [parent, months])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        thief.execute("CREATE SCHEMA pg_temp_mine")
    thief.execute("SET search_path = pg_temp, public")
    assert thief.execute("SELECT osmose_ensure_partitions('events_event', 6)").fetchone() == (0,)


def test_the_application_may_add_to_and_read_every_append_only_table_and_nothing_more(
    app_connection: psycopg.Connection,
) -> None:
    tables = grants.append_only_tables()
    assert set(TABLES) <= set(tables)
    wanted = {**dict.fromkeys(VERBS, False), "SELECT": True, "INSERT": True}
    for table in tables:
        rights = app_connection.execute(
            "SELECT " + ", ".join(f"has_table_privilege('osmose_app', '{table}', '{verb}')" for verb in VERBS)  # type: ignore[arg-type]
        ).fetchone()
        assert dict(zip(VERBS, rights or (), strict=True)) == wanted, table


def test_no_column_of_them_may_be_updated_either(app_connection: psycopg.Connection) -> None:
    for table in grants.append_only_tables():
        asked = "SELECT has_any_column_privilege('osmose_app', %s, 'UPDATE')"
        assert app_connection.execute(asked, [table]).fetchone() == (False,), table


def test_the_application_owns_nothing(app_connection: psycopg.Connection) -> None:
    owned = app_connection.execute(
        "SELECT relname FROM pg_class WHERE relowner IN ('osmose_app'::regrole, 'osmose_web'::regrole)"
    ).fetchall()
    assert owned == []
    members = app_connection.execute(
        "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
        " WHERE m.member = 'osmose_web'::regrole"
    ).fetchall()
    assert members == [("osmose_app",)]
    flags = app_connection.execute(
        "SELECT bool_or(rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls) FROM pg_roles"
        " WHERE rolname IN ('osmose_app', 'osmose_web')"
    ).fetchone()
    assert flags == (False,)


def test_a_data_key_is_neither_deleted_nor_brought_back(thief: psycopg.Connection) -> None:
    from osmose.kernel.base.ids import new_id

    key = keys.create(new_id())
    keys.destroy(key.pk, by=MAKER.id, at=clock.now())
    assert _refused(thief, "DELETE FROM crypto_datakey") == ""
    with pytest.raises(psycopg.errors.CheckViolation):
        thief.execute("UPDATE crypto_datakey SET wrapped = 'x', destroyed_at = NULL, destroyed_by = NULL")


@pytest.mark.django_db
def test_a_grant_ends_and_is_never_deleted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('osmose_app', 'access_grant', 'DELETE')")
        assert cursor.fetchone() == (False,)
