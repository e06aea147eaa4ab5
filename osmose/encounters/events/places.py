"""Where the patient is, and which units take part."""

import dataclasses
from dataclasses import dataclass

from osmose.encounters.events.shared import NARROW, FieldChanged
from osmose.kernel.events.kinds import Payload, Purge, event


@event("encounters.place_changed", purge=Purge.WITH_PERSON, icon="map-pin")
@dataclass(frozen=True)
class PlaceChanged(FieldChanged):
    """The patient moved; `before` and `after` are « location id|box id », `words` what is shown.

    `reason` says why a box that another patient holds was given all the same.
    """

    words: str = ""
    previous_words: str = ""
    reason: str = ""
    field = "place"

    def sentence(self) -> str:
        return f"Lieu{NARROW}: {self.words}"

    def detail(self) -> str:
        before = f"auparavant {self.previous_words}" if self.previous_words else ""
        shared = f"box partagé{NARROW}: {self.reason}" if self.reason else ""
        return " · ".join(part for part in (before, shared) if part)


@event("encounters.unit_invited", purge=Purge.WITH_PERSON, icon="users-round")
@dataclass(frozen=True)
class UnitInvited(Payload):
    """A unit takes part from now on, because it was asked."""

    unit: str = ""

    def sentence(self) -> str:
        return f"{self.unit} prend part à la prise en charge"


@event("encounters.unit_withdrawn", purge=Purge.WITH_PERSON, icon="users-round")
@dataclass(frozen=True)
class UnitWithdrawn(Payload):
    """A unit no longer takes part."""

    unit: str = ""
    reason: str = ""

    def sentence(self) -> str:
        return f"{self.unit} ne prend plus part à la prise en charge"

    def detail(self) -> str:
        return self.reason


@event("encounters.owner_changed", purge=Purge.WITH_PERSON, icon="arrow-left-right")
@dataclass(frozen=True)
class OwnerChanged(FieldChanged):
    """The PEC goes on in another unit of the same establishment; its clocks go on.

    `before` and `after` are unit ids. Where somebody clicked it, the event also tells the movement (`place`, at
    `place_revision`) and what undoing needs: who is relieved (`relieved`, user ids by role), and what the unit's
    former grant was the consequence of (`guest_cause`).
    """

    unit: str = ""
    previous: str = ""
    place: str = ""
    place_revision: int = 0
    relieved: dict[str, str] = dataclasses.field(default_factory=dict)
    guest_cause: str = ""
    field = "care_unit"

    @property
    def is_a_click(self) -> bool:
        """Told by one click, movement included; the admissions tell the movement apart."""
        return bool(self.place)

    def sentence(self) -> str:
        return f"Prise en charge poursuivie{NARROW}: {self.unit}"

    def detail(self) -> str:
        place = f"lieu{NARROW}: {self.place}" if self.place else ""
        relieved = "référents à désigner" if self.relieved else ""
        return " · ".join(part for part in (f"auparavant {self.previous}", place, relieved) if part)
