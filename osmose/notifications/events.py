"""What an alert is answered, as the timeline tells it."""

from dataclasses import dataclass

from osmose.encounters.events import ComingSaid
from osmose.kernel.base import french
from osmose.kernel.events.kinds import Purge, event


@event("notifications.answered", purge=Purge.WITH_PERSON, icon="check-check")
@dataclass(frozen=True)
class AlertAnswered(ComingSaid):
    """Somebody saw an alert, and says about when they come.

    `to` is who caused it, `about` what it was, in a word; `alert` the event that was told.
    """

    to: str = ""
    about: str = ""
    alert: str = ""

    def sentence(self) -> str:
        if self.arriving_at is None:
            return "Vu, je m’en occupe"
        return f"Vu, j’arrive vers {french.time(self.arriving_at)}"

    def detail(self) -> str:
        return f"en réponse à\u202f: {self.about}" if self.about else ""
