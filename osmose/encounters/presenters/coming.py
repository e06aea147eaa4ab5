"""« IDE Diaz arrive vers 14:40 »: who said that they come to the patient."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.models import Encounter
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.reading import UNREADABLE, readable

# So long after the hour, nobody is coming any more: the browser, which knows the time, says by how much it is past and
# then takes it away. What is drawn is kept, and knows only the day.
FADES_MINUTES = 60


@dataclass(frozen=True)
class Coming:
    """Who, in few words, and about when: « vers 14:40 »."""

    who: str
    hour: str
    at: datetime
    fades: int = FADES_MINUTES

    @property
    def words(self) -> str:
        """« IDE Diaz arrive vers 14:40 »."""
        return f"{self.who} arrive {self.hour}"


def coming_of(encounter: Encounter, today: date) -> Coming | None:
    """Who comes; None where nobody said so, where the patient has left, or where it was to be before yesterday."""
    at = encounter.coming_at
    if at is None or encounter.status != EncounterStatus.ACTIVE or paris(at).date() < today - timedelta(days=1):
        return None
    who = readable(encounter, "coming_by")
    said = french.day_time(at) if paris(at).date() < today else french.time(at)
    return Coming("Quelqu’un" if who is UNREADABLE else str(who), f"vers {said}", at)
