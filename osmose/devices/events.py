"""What happens to the screens of a unit, as the journal tells it; nothing of a patient."""

from dataclasses import dataclass
from datetime import datetime

from osmose.kernel.base import french
from osmose.kernel.events.kinds import Payload, Purge, event
from osmose.kernel.events.reference import ReferenceTold


@event("devices.screen_set_up", purge=Purge.KEEP, icon="monitor")
@dataclass(frozen=True)
class ScreenSetUp(ReferenceTold):
    """A manager declared, changed or withdrew a screen, or asked for a new code."""

    noun = "Écran mural"


@event("devices.screen_paired", purge=Purge.KEEP, icon="monitor")
@dataclass(frozen=True)
class ScreenPaired(Payload):
    """The code was typed on the screen: it shows its unit from now on."""

    label: str = ""

    def sentence(self) -> str:
        return f"Écran mural raccordé\u202f: {self.label}"


@event("devices.screen_back", purge=Purge.KEEP, icon="monitor")
@dataclass(frozen=True)
class ScreenBack(Payload):
    """A screen is heard of again: meanwhile it showed nothing, or could not say that it did."""

    label: str = ""
    silent_since: datetime | None = None

    def sentence(self) -> str:
        since = f" depuis {french.day_time(self.silent_since)}" if self.silent_since else ""
        return f"Écran mural de nouveau en marche\u202f: {self.label}, muet{since}"


@event("devices.staff_room_opened", purge=Purge.KEEP, icon="eye")
@dataclass(frozen=True)
class StaffRoomOpened(Payload):
    """The screens of the staff room may show initials and states."""

    label: str = ""
    word: str = ""

    def sentence(self) -> str:
        return f"Écrans de salle de soins ouverts aux initiales\u202f: {self.label}"

    def detail(self) -> str:
        return self.word


@event("devices.staff_room_closed", purge=Purge.KEEP, icon="eye-off")
@dataclass(frozen=True)
class StaffRoomClosed(Payload):
    """The screens of the staff room show no more than those of a corridor."""

    label: str = ""

    def sentence(self) -> str:
        return f"Écrans de salle de soins fermés aux initiales\u202f: {self.label}"
