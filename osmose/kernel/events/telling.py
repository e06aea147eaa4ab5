"""Telling the live screens, at the commit, that something which is no event has moved: ids only, never content."""

import re
import uuid

from django.db import connection

CHANNEL = "osmose_flux"
TOPIC = re.compile(r"[a-z]{2,20}")
_LONGEST = 3  # a topic, and at most so many ids


def tell(topic: str, *ids: uuid.UUID) -> None:
    """`tell("presence", unit_id)`: heard by every stream once the transaction commits, by none if it rolls back.

    The queue of notifications lies on disk and any role of the database may listen: a topic is one lower-case word,
    and what follows are identifiers. Raises TypeError for anything else.
    """
    if not TOPIC.fullmatch(topic) or not 0 < len(ids) <= _LONGEST or not all(isinstance(i, uuid.UUID) for i in ids):
        raise TypeError("A topic is told with one to three identifiers, and nothing else.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, ":".join((topic, *map(str, ids)))])
