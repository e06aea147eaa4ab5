"""`osmose prepare`: the database's roles and tables, created or brought up to date."""

import os

from osmose.project.cli import world
from osmose.project.cli.refusal import Refusal


def run(arguments: list[str]) -> int:
    """Idempotent, safe to run at each deployment, by an administrator of the database (DATABASE_OWNER_URL)."""
    if arguments:
        raise Refusal("« osmose prepare » ne prend pas d’argument.")
    world.choose_settings()
    world.find_database(examined=False)
    changed = world.prepare()
    print("Base de données préparée." if changed else "Base de données déjà à jour.")
    return os.EX_OK
