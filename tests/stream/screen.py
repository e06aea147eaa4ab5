"""What a page that applies the stream holds, and what it should."""

from osmose.encounters.queries import open_of
from osmose.kernel.base import clock
from tests.cast import Character
from tests.stream.client import Source


def screen(stream: Source) -> dict[str, str]:
    """At the end: each PEC and its version."""
    held: dict[str, str] = {}
    for event in list(stream.events):
        if event.name == "hello":
            held = dict(event.data["pairs"])
        elif event.name == "row":
            held[event.data["id"]] = event.data["version"]
        elif event.name == "gone":
            held.pop(event.data["id"], None)
    return held


def truth(character: Character) -> dict[str, str]:
    """What the database holds."""
    return {str(row.id): f"{row.version}.{row.patient_version}" for row in open_of(character.actor, clock.now())}
