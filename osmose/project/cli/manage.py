"""`osmose manage …`: Django's own commands, on the database that the environment names."""

import os

from osmose.project.cli import world

# They change the schema or empty tables: for the owner of the tables only.
_AS_OWNER = {"migrate", "flush", "createcachetable", "pgtrigger", "sqlflush", "squashmigrations"}


def run(arguments: list[str]) -> int:
    if arguments and arguments[0] in _AS_OWNER:
        os.environ["OSMOSE_DB_AS"] = "owner"
    world.choose_settings()
    world.find_database(examined=False)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["osmose manage", *arguments])
    return 0
