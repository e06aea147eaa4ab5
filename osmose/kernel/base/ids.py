"""Identifiers made by the client code, so that a ciphertext can be bound to its row before the insert."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A UUIDv7: ordered by creation time, safe to show in a URL."""
    return uuid7()
