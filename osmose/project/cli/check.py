"""`osmose check [--deploy]`: what is wrong in this configuration, each line with its number and its remedy."""

import argparse

from osmose.project.cli import world


def run(arguments: list[str]) -> int:
    """Exit code 1 when something is wrong; `--deploy` also judges what only matters in production."""
    parser = argparse.ArgumentParser(prog="osmose check")
    parser.add_argument("--deploy", action="store_true", help="contrôles de mise en service")
    options = parser.parse_args(arguments)
    world.choose_settings()
    world.find_database(examined=False)
    world.ready_django()
    from django.core.management import CommandError, call_command

    try:
        call_command("check", deploy=options.deploy, databases=["default"])
    except CommandError as error:
        print(error)
        return 1
    return 0
