"""Months ahead: a missing partition would refuse every write."""

from django.db import connection

MONTHS_AHEAD = 6


def ensure(parent: str, months: int = MONTHS_AHEAD) -> int:
    """Makes the partitions of the current and the next `months` months that are missing; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT osmose_ensure_partitions(%s, %s)", [parent, months])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
