"""What became of a message, told of the message itself; what it did to a patient is told by the domain."""

from dataclasses import dataclass, field

from osmose.kernel.events.kinds import Payload, Purge, event

NARROW = "\u202f"


@event("hl7.message_applied", purge=Purge.KEEP, icon="mail")
@dataclass(frozen=True)
class MessageApplied(Payload):
    """A message took effect. `notes` are French sentences that quote no value of it."""

    event: str = ""
    notes: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        return f"Message {self.event} appliqué"

    def detail(self) -> str:
        return " ".join(self.notes)


@event("hl7.message_refused", purge=Purge.KEEP, icon="circle-alert")
@dataclass(frozen=True)
class MessageRefused(Payload):
    """A message was refused and is kept to be applied again; `place` is the field at fault (« PV1-3 »)."""

    event: str = ""
    code: str = ""
    place: str = ""

    def sentence(self) -> str:
        return f"Message {self.event} refusé".replace("  ", " ")

    def detail(self) -> str:
        return f"{self.place} ({self.code})" if self.place else self.code


@event("hl7.message_queued", purge=Purge.KEEP, icon="hourglass")
@dataclass(frozen=True)
class MessageQueued(Payload):
    """A message waits for somebody to read it."""

    event: str = ""

    def sentence(self) -> str:
        return f"Message {self.event} en attente de relecture"
