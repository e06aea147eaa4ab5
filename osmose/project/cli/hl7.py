"""`osmose hl7 …`: HL7 v2 messages, by the connector."""

from osmose.project.cli import world


def run(arguments: list[str]) -> int:
    """Delegates to `osmose.interop.hl7`, whose help says what it can do."""
    world.choose_settings()
    world.find_database()
    world.ready_django()
    from osmose.interop.hl7 import command

    return int(command.run(arguments) or 0)
