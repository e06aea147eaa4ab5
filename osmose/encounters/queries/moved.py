"""Which PECs a change concerns, and when access next changes by the clock alone: ids and instants, for live screens.

Nothing of a record is read here: what is shown of these PECs goes through the policies, as ever.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

# What a transaction recorded when it began may be told at its commit, much later.
LATE = timedelta(days=1)


@dataclass(frozen=True)
class Moved:
    """The PECs that a change concerns, with whom some grant in force names (units, users): whom it is worth asking for.

    `boxes` are those where they are now: their neighbours are told of sharing one.
    """

    holders: Mapping[uuid.UUID, frozenset[uuid.UUID]] = field(default_factory=dict)
    boxes: frozenset[uuid.UUID] = frozenset()


# The events told, the PECs named; of a patient, every open PEC. Each part goes through an index.
_MOVED = """
WITH told AS (
    SELECT v.subject_id, v.person_id FROM events_event v WHERE v.id = ANY(%(events)s) AND v.recorded_at >= %(since)s
    UNION ALL SELECT named, NULL FROM unnest(%(subjects)s::uuid[]) AS named
), concerned AS (
    SELECT e.id FROM told t JOIN encounters_encounter e ON e.id = t.subject_id
    UNION
    SELECT e.id FROM told t JOIN encounters_encounter e ON e.patient_id = t.person_id
    WHERE e.status IN ('active', 'sortie')
)
SELECT c.id, m.box_id, ARRAY(
    SELECT coalesce(g.unit_id, g.user_id) FROM access_grant g
    WHERE g.subject_id = c.id AND g.starts_at <= %(now)s AND (g.ends_at IS NULL OR g.ends_at > %(now)s)
)
FROM concerned c
LEFT JOIN encounters_movement m ON m.encounter_id = c.id AND m.ends_at IS NULL AND m.cancelled_at IS NULL
"""
# A grant that begins or ends later, of a PEC that is not closed: these are few, whatever the archive.
_NEXT = """
SELECT min(least(
    CASE WHEN g.starts_at > %(now)s THEN g.starts_at END, CASE WHEN g.ends_at > %(now)s THEN g.ends_at END
))
FROM encounters_encounter e JOIN access_grant g ON g.subject_id = e.id
WHERE e.status IN ('active', 'sortie') AND (g.starts_at > %(now)s OR g.ends_at > %(now)s)
"""


def moved(*, events: Collection[int], subjects: Collection[uuid.UUID], now: datetime) -> Moved:
    """What these events are about, the PECs named, and every open one of the same patients: one query."""
    values: dict[str, Any] = {"events": list(events), "subjects": list(subjects), "since": now - LATE, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, values)
        rows = cursor.fetchall()
    return Moved({pk: frozenset(holders) for pk, _, holders in rows}, frozenset(box for _, box, _ in rows if box))


def next_change(now: datetime) -> datetime | None:
    """When a grant on a PEC that is not closed next begins or ends, without anybody's deed: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"now": now})
        row = cursor.fetchone()
    return row[0] if row else None
