"""What every verb needs before Django: settings chosen, a database address known, the embedded server running."""

import os

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from osmose.kernel.db.roles import WEB_LOGIN, prepare_roles
from osmose.project.cli import embedded, preparation
from osmose.project.cli.refusal import Refusal
from osmose.project.environment import read

_EMBEDDED = "OSMOSE_EMBEDDED"  # inherited by the children of the process that found the database


def choose_settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", preparation.settings_module())


def find_database(*, linked: bool = False, examined: bool = True) -> embedded.Server | None:
    """Point the environment at a database: the one given in DATABASE_URL, else the embedded server, started here.

    A given one that Osmose cannot use is refused, unless the verb has its own way to say so (`examined=False`).
    """
    if url := read(mode="demo").database_url:
        if examined:
            preparation.connect(url).close()
        return None
    if os.environ.get("OSMOSE_MODE") == "production":
        raise Refusal("DATABASE_URL manque : la mise en production demande un serveur PostgreSQL.")
    server = embedded.start(linked=linked)
    use(server)
    return server


def use(server: embedded.Server) -> None:
    """The environment of the embedded server, with its database and its roles when it is new."""
    with preparation.connect(server.url("postgres")) as connection:
        if not preparation.database_exists(connection, embedded.DATABASE):
            preparation.create_database(connection, embedded.DATABASE)
            with preparation.connect(server.url()) as inside:
                prepare_roles(inside, login=WEB_LOGIN)
    os.environ["DATABASE_OWNER_URL"] = server.url()
    os.environ["DATABASE_URL"] = server.url(user=WEB_LOGIN)
    os.environ[_EMBEDDED] = "1"


def owner_url() -> str:
    return read(mode="demo").database_owner_url


def web_login() -> str | None:
    """The login of the web and the worker, when it isn't the administrator's own: made a member of the application."""
    env = read(mode="demo")
    web, owner = conninfo_to_dict(env.database_url).get("user"), conninfo_to_dict(env.database_owner_url).get("user")
    return str(web) if web and web != owner else None


def is_embedded() -> bool:
    return bool(os.environ.get(_EMBEDDED))


def prepare() -> bool:
    """The database that the environment names, made ready as its owner; False when there was nothing to do."""
    try:
        login = web_login()
    except ProgrammingError:
        login = None  # not an address: the preparation says so
    return preparation.prepare(owner_url(), login=login)


def ready_django() -> None:
    """Django, set up for this process."""
    import django

    choose_settings()
    django.setup()


def refuse_unsafe_production() -> None:
    """In production, nothing starts before the deployment checks pass."""
    if os.environ.get("OSMOSE_MODE") != "production":
        return
    ready_django()
    from django.core.checks import ERROR, run_checks
    from django.db import connections

    found = [f for f in run_checks(include_deployment_checks=True, databases=["default"]) if f.is_serious(ERROR)]
    connections.close_all()
    if found:
        lines = "\n".join(f"  {finding}" for finding in found)
        raise Refusal(f"configuration refusée (« osmose check --deploy ») :\n{lines}")
