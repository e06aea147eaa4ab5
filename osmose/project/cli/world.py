"""What every verb needs before Django: settings chosen, a database address known, the embedded server running."""

import os

from osmose.kernel.db.roles import WEB_LOGIN, prepare_roles
from osmose.project.cli import embedded, preparation


def choose_settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", preparation.settings_module())


def find_database(*, linked: bool = False) -> embedded.Server | None:
    """Point the environment at a database: the one given in DATABASE_URL, else the embedded server, started here."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return None
    server = embedded.start(linked=linked)
    with preparation.connect(server.url("postgres")) as connection:
        if not preparation.database_exists(connection, embedded.DATABASE):
            preparation.create_database(connection, embedded.DATABASE)
            with preparation.connect(server.url()) as inside:
                prepare_roles(inside, login=WEB_LOGIN)
    os.environ["DATABASE_OWNER_URL"] = server.url()
    os.environ["DATABASE_URL"] = server.url(user=WEB_LOGIN)
    return server


def ready_django() -> None:
    """Django, set up for this process."""
    import django

    choose_settings()
    django.setup()
