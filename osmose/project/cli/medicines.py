"""`osmose medicines …`: the public medicines files, by the connector."""

from osmose.project.cli import world


def run(arguments: list[str]) -> int:
    """Delegates to `osmose.interop.bdpm`, whose help says what it can do."""
    world.choose_settings()
    world.find_database()
    world.ready_django()
    from osmose.interop.bdpm import command

    return int(command.run(arguments) or 0)
