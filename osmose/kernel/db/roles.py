"""The database roles: who owns the tables, who uses them, and the little that each may do.

The application never owns its tables: it connects as `osmose_app`, which cannot change the schema, disable a
trigger or truncate. Each migration of an append-only table revokes more from it.
"""

import psycopg
from psycopg import sql

OWNER = "osmose_owner"
APP = "osmose_app"
SEAL = "osmose_seal"
PURGE = "osmose_purge"
ROLES = (OWNER, APP, SEAL, PURGE)
# The login of the web and worker processes on the embedded server; elsewhere the hospital names its own.
WEB_LOGIN = "osmose_web"

# « OSMOSE » in ASCII: one preparation at a time for a whole server.
_LOCK = 0x4F534D4F5345


def prepare_roles(connection: psycopg.Connection, *, login: str | None = None) -> None:
    """Create the roles that are missing and give each its rights on this database; running it again changes nothing.

    The connection is that of an administrator (superuser, or CREATEROLE and owner of the database); `login` is also
    created, as a member of the application's role only. Raises `psycopg.errors.InsufficientPrivilege`.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        _create_missing(connection, login)
        _memberships(connection, login)
        _rights(connection)


def _create_missing(connection: psycopg.Connection, login: str | None) -> None:
    present = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role in ROLES:
        if role not in present:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    if login and login not in present:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(login)))


def _memberships(connection: psycopg.Connection, login: str | None) -> None:
    """Whoever prepares may act as the owner and as the application; the web's login as the application only."""
    row = connection.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    administrator, is_superuser = row if row else ("", True)
    wanted = [] if is_superuser else [(OWNER, administrator), (APP, administrator)]
    if login:
        wanted.append((APP, login))
    for role, member in wanted:
        may_act_as = connection.execute("SELECT pg_has_role(%s, %s, 'SET')", [member, role]).fetchone()
        if may_act_as != (True,):
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(member)))


def _rights(connection: psycopg.Connection) -> None:
    """Rights on this database: the owner creates, the application reads and writes rows, nobody else anything."""
    owner, app = sql.Identifier(OWNER), sql.Identifier(APP)
    database = sql.Identifier(connection.info.dbname)
    statements = (
        sql.SQL("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}").format(database, owner),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}, {}").format(
            database, app, *map(sql.Identifier, (SEAL, PURGE))
        ),
        sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC").format(database),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
        sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(owner),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}, {}, {}").format(app, *map(sql.Identifier, (SEAL, PURGE))),
        sql.SQL(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}"
        ).format(owner, app),
        sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}").format(
            owner, app
        ),
    )
    for statement in statements:
        connection.execute(statement)
