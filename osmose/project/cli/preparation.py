"""From an address to a database that Osmose may use: examined, its roles created, its tables up to date."""

import hashlib
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from osmose.kernel.db.roles import APP, OWNER, prepare_roles
from osmose.project.cli.refusal import Refusal
from osmose.project.environment import ROOT

MINIMUM_VERSION = 16
_SCHEMA = "schema"
SEEDED = "seeded"
# Their migrations are part of the schema; a new version may bring one.
_DISTRIBUTIONS = ("Django", "django-allauth", "procrastinate", "django-pghistory", "django-pgtrigger")


def schema_digest() -> str:
    """What the schema is made from: the same digest means that there is nothing to migrate."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "osmose").glob("**/migrations/**/*")):
        if path.suffix in (".py", ".sql"):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    rights = ROOT / "osmose" / "kernel" / "db"
    for path in (rights / "roles.py", rights / "grants.py", Path(__file__)):
        digest.update(path.read_bytes())
    for name in _DISTRIBUTIONS:
        digest.update(f"{name} {metadata.version(name)}".encode())
    return digest.hexdigest()[:16]


def connect(url: str) -> psycopg.Connection:
    """A connection to a PostgreSQL that Osmose supports, or a refusal in words."""
    place = describe(url)
    if urlsplit(url).scheme not in ("postgresql", "postgres"):
        raise Refusal(
            f"DATABASE_URL n’est pas une adresse PostgreSQL ({place}) : "
            f"attendu « postgresql://compte@serveur/base », PostgreSQL {MINIMUM_VERSION} ou plus récent."
        )
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.ProgrammingError as error:
        raise Refusal(f"L’adresse de la base de données est mal formée ({place}) : {_first_line(error)}") from error
    except psycopg.OperationalError as error:
        raise Refusal(f"La base de données ne répond pas ({place}) : {_first_line(error)}") from error
    version = connection.info.server_version // 10000
    if version < MINIMUM_VERSION:
        connection.close()
        raise Refusal(
            f"Le serveur ({place}) est un PostgreSQL {version} : Osmose demande la version {MINIMUM_VERSION} ou plus."
        )
    return connection


def describe(url: str) -> str:
    """An address without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'socket local'}{f':{parts.port}' if parts.port else ''}{parts.path}"


def create_database(connection: psycopg.Connection, name: str, *, template: str = "template0") -> None:
    """An UTF-8 database, owned by whoever asks."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        if template != "template0"
        else sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name))
    )


def database_exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def prepare(owner_url: str, *, login: str | None = None) -> bool:
    """Create the roles and bring the tables up to date, as the owner; False when there was nothing to do."""
    digest = schema_digest()
    with connect(owner_url) as connection:
        if noted(connection, _SCHEMA) == digest:
            return False
        try:
            prepare_roles(connection, login=login)
        except psycopg.errors.InsufficientPrivilege as error:
            raise Refusal(
                f"Le compte « {connection.info.user} » n’a pas le droit de créer les rôles d’Osmose "
                f"({describe(owner_url)}) : donnez dans DATABASE_OWNER_URL un compte administrateur de la base "
                "(CREATEROLE et propriétaire de la base, ou superutilisateur)."
            ) from error
    migrate(owner_url)
    with connect(owner_url) as connection:
        note(connection, _SCHEMA, digest)
    return True


def noted(connection: psycopg.Connection, name: str) -> str | None:
    """What an earlier preparation wrote about this database."""
    if connection.execute("SELECT to_regclass('public.project_preparation')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT value FROM project_preparation WHERE name = %s", [name]).fetchone()
    return str(row[0]) if row else None


def note(connection: psycopg.Connection, name: str, value: str) -> None:
    """Write it, as the owner; the application may only read it, like the list of migrations (`/readyz`)."""
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
    connection.execute("CREATE TABLE IF NOT EXISTS project_preparation (name text PRIMARY KEY, value text NOT NULL)")
    connection.execute(
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON project_preparation, django_migrations FROM {}").format(
            sql.Identifier(APP)
        )
    )
    connection.execute(
        "INSERT INTO project_preparation VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )
    connection.execute("RESET ROLE")


def migrate(owner_url: str) -> None:
    """Django's migrations, in a process of their own: the only one that owns the tables."""
    environ = {**os.environ, "DATABASE_URL": owner_url, "DATABASE_OWNER_URL": owner_url, "OSMOSE_DB_AS": "owner"}
    environ["DJANGO_SETTINGS_MODULE"] = settings_module()
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--no-input", "--skip-checks", "--verbosity=0"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise Refusal(f"La mise à jour de la base de données a échoué :\n{done.stderr.strip()}")


def settings_module() -> str:
    """The settings of the chosen mode; never those of the tests, which prepare databases with this very code."""
    mode = os.environ.get("OSMOSE_MODE", "demo")
    return f"osmose.project.settings.{'production' if mode == 'production' else 'demo'}"


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0]
