"""The handover of a shift, as the timeline tells it."""

from dataclasses import dataclass

from osmose.kernel.events.kinds import Payload, Purge, event


@event("handover.read_back", purge=Purge.WITH_PERSON, icon="check-check")
@dataclass(frozen=True)
class HandoverRead(Payload):
    """Somebody took note of the patient at the handover of a shift of their unit."""

    unit: str = ""
    shift: str = ""

    def sentence(self) -> str:
        return f"Relève reprise, {self.unit}" if self.unit else "Relève reprise"

    def detail(self) -> str:
        return self.shift
