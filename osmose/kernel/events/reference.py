"""What happens to a row of reference data: it is on nobody's timeline, and stays readable for ever."""

import dataclasses
from dataclasses import dataclass

from osmose.kernel.base import french
from osmose.kernel.events.kinds import Payload

ADDED, CHANGED, ENDED, RESTORED = "added", "changed", "ended", "restored"
_PARTICIPLES = {ADDED: "ajouté", CHANGED: "modifié", ENDED: "retiré", RESTORED: "remis"}


@dataclass(frozen=True)
class ReferenceTold(Payload):
    """A row was added, changed, ended or restored. Subclasses say its `noun`, and agree the participle with it.

    `changes` are sentences: « nom court : SAU → Urgences ».
    """

    label: str = ""
    deed: str = ADDED
    changes: list[str] = dataclasses.field(default_factory=list)

    noun = ""
    ending = ""  # « e » after a feminine noun

    def sentence(self) -> str:
        after = " en service" if self.deed == RESTORED else ""
        told = f"{_PARTICIPLES.get(self.deed, _PARTICIPLES[CHANGED])}{self.ending}{after}"
        return f"{self.noun} {told}{french.NARROW}: {self.label}"

    def detail(self) -> str:
        return f"{french.NARROW}; ".join(self.changes)
