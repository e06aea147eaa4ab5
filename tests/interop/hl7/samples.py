"""The example messages, whole or bent for a test."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "fixtures" / "hl7"
ADT_FILES = sorted(path.name for path in FOLDER.glob("*.hl7") if not path.name.startswith("ACK"))


def sample(name: str) -> bytes:
    """The bytes of one example."""
    return (FOLDER / name).read_bytes()


def bent(name: str, *changes: tuple[str, str], codec: str = "utf-8") -> bytes:
    """An example with pieces of its text replaced; a piece that isn't there fails the test."""
    text = sample(name).decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode(codec)


def with_field(raw: bytes, segment: str, position: int, value: str) -> bytes:
    """The message with one field set (not in MSH)."""
    lines = raw.decode().split("\r")
    for index, line in enumerate(lines):
        fields = line.split("|")
        if fields[0] == segment:
            fields += [""] * (position + 1 - len(fields))
            fields[position] = value
            lines[index] = "|".join(fields)
    return "\r".join(lines).encode()


def without(raw: bytes, segment: str) -> bytes:
    """The message without a segment."""
    return b"\r".join(line for line in raw.split(b"\r") if not line.startswith(segment.encode()))
