"""What becomes of an announcement; until the patient comes, on a timeline of its own."""

from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.events.shared import NARROW
from osmose.kernel.base import french
from osmose.kernel.events.kinds import Payload, Purge, event


@event("encounters.expected_announced", purge=Purge.WITH_PERSON, icon="phone")
@dataclass(frozen=True)
class ExpectedAnnounced(Payload):
    """Somebody is expected: by which unit, from when."""

    unit: str = ""
    expected_at: datetime | None = None

    def sentence(self) -> str:
        hour = f" pour {french.time(self.expected_at)}" if self.expected_at else ""
        return f"Patient annoncé{hour}"

    def detail(self) -> str:
        return self.unit


@event("encounters.expected_cancelled", purge=Purge.WITH_PERSON, icon="user-round-x")
@dataclass(frozen=True)
class ExpectedCancelled(Payload):
    """Nobody will come after all, and why."""

    reason: str = ""

    def sentence(self) -> str:
        return "Annonce annulée"

    def detail(self) -> str:
        return self.reason


@event("encounters.expected_restored", purge=Purge.WITH_PERSON, icon="undo-2")
@dataclass(frozen=True)
class ExpectedRestored(Payload):
    """A cancelled announcement stands again."""

    def sentence(self) -> str:
        return "Annonce rétablie"


@event("encounters.expected_arrived", purge=Purge.WITH_PERSON, icon="user-round-check")
@dataclass(frozen=True)
class ExpectedArrived(Payload):
    """The PEC is the one of somebody who was announced; all that was told, and the hours that delays count."""

    announced_at: datetime | None = None
    expected_at: datetime | None = None
    by: str = ""
    reason: str = ""
    context: str = ""

    def sentence(self) -> str:
        return f"Patient attendu{NARROW}: annonce rattachée"

    def detail(self) -> str:
        hours = [
            f"annoncé à {french.time(self.announced_at)} par {self.by}" if self.announced_at and self.by else "",
            f"prévu à {french.time(self.expected_at)}" if self.expected_at else "",
        ]
        return " · ".join(part for part in (*hours, self.reason, self.context) if part)


@event("encounters.expected_unsettled", purge=Purge.WITH_PERSON, icon="circle-alert")
@dataclass(frozen=True)
class ExpectedUnsettled(Payload):
    """Several announcements are about this patient: none was taken, a person chooses."""

    count: int = 2

    def sentence(self) -> str:
        return f"{self.count} annonces pour ce patient{NARROW}: aucune n’est rattachée"

    def detail(self) -> str:
        return "Choisissez la bonne dans les patients attendus."


@event("encounters.expected_detached", purge=Purge.WITH_PERSON, icon="undo-2")
@dataclass(frozen=True)
class ExpectedDetached(Payload):
    """The announcement was somebody else’s: it waits for its patient again."""

    def sentence(self) -> str:
        return "Annonce détachée"
