"""Identifiers made by the client code, so that a ciphertext can be bound to its row before the insert."""

import uuid
from datetime import UTC, datetime

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A UUIDv7: ordered by creation time, safe to show in a URL."""
    return uuid7()


def made_at(identifier: uuid.UUID) -> datetime | None:
    """When an identifier of ours was made, to the millisecond; None for one of another version."""
    if identifier.version != 7:
        return None
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)
