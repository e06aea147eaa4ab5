"""What a function wrote, written again in one go: other identifiers, other hours, the same rows and triggers.

The world of the cast takes a hundred and sixty statements, and nearly every test asks for it. The application's own
code writes it once a process; the others get what it wrote.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.kernel.base.ids import new_id

_ID = re.compile(r"(?<=')[0-9a-f]{32}(?='::uuid)")
_HOUR = re.compile(r"(?<=')\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00:00(?='::timestamptz)")


@dataclass(frozen=True)
class Replay:
    """The statements of a function that wrote rows of its own, at an instant."""

    statements: str
    at: datetime

    @classmethod
    def of(cls, write: Callable[[], object], at: datetime) -> "Replay":
        """Runs it; its reads are left out."""
        with CaptureQueriesContext(connection) as captured:
            write()
        written = [q["sql"] for q in captured.captured_queries if q["sql"].startswith(("INSERT", "UPDATE"))]
        return cls(";\n".join(written), at)

    def again(self, at: datetime) -> Callable[[uuid.UUID], uuid.UUID]:
        """Writes the same at another instant; gives the identifier that takes the place of one of the first ones."""
        known = sorted(set(_ID.findall(self.statements)))
        fresh = dict(zip(known, (new_id() for _ in known), strict=True))
        later = at - self.at
        text = _ID.sub(lambda found: fresh[found[0]].hex, self.statements)
        with connection.cursor() as cursor:
            cursor.execute(_HOUR.sub(lambda found: _moved(found[0], later), text))
        return lambda first: fresh[first.hex]


def _moved(hour: str, later: timedelta) -> str:
    return str(datetime.fromisoformat(hour) + later)
