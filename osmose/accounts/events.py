"""What managers and administrators set up for a unit, as the journal tells it; nothing of a patient."""

import dataclasses
from dataclasses import dataclass

from osmose.kernel.base import french
from osmose.kernel.events.kinds import Payload, Purge, event
from osmose.kernel.events.reference import ReferenceTold


@event("accounts.status_set_up", purge=Purge.KEEP, icon="circle-user-round")
@dataclass(frozen=True)
class StatusSetUp(ReferenceTold):
    """An administrator added, changed, ended or restored a status of activity."""

    noun = "Statut d’activité"


@event("accounts.on_call_planned", purge=Purge.KEEP, icon="phone")
@dataclass(frozen=True)
class OnCallPlanned(Payload):
    """A manager typed who is on call. `lines` are sentences."""

    unit: str = ""
    lines: list[str] = dataclasses.field(default_factory=list)

    def sentence(self) -> str:
        return f"Gardes et astreintes saisies{french.NARROW}: {self.unit}"

    def detail(self) -> str:
        return f"{french.NARROW}; ".join(self.lines)


@event("accounts.on_call_withdrawn", purge=Purge.KEEP, icon="x")
@dataclass(frozen=True)
class OnCallWithdrawn(Payload):
    """A manager took off a line of who is on call."""

    unit: str = ""
    line: str = ""

    def sentence(self) -> str:
        return f"Garde ou astreinte retirée{french.NARROW}: {self.unit}"

    def detail(self) -> str:
        return self.line
