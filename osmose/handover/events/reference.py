"""What happens to the cibles and phrases of units, as the journal tells it."""

from dataclasses import dataclass

from osmose.kernel.events.kinds import Purge, event
from osmose.kernel.events.reference import ReferenceTold


@event("handover.focus_set_up", purge=Purge.KEEP, icon="scan")
@dataclass(frozen=True)
class FocusSetUp(ReferenceTold):
    """An administrator added, changed, ended or restored a cible."""

    noun = "Cible"
    ending = "e"


@event("handover.phrase_set_up", purge=Purge.KEEP, icon="text-quote")
@dataclass(frozen=True)
class PhraseSetUp(ReferenceTold):
    """An administrator added, changed, ended or restored a phrase."""

    noun = "Phrase"
    ending = "e"
