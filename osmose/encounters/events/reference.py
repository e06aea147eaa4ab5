"""What an administrator does to the reference data of PECs."""

from dataclasses import dataclass

from osmose.kernel.events.kinds import Purge, event
from osmose.kernel.events.reference import ReferenceTold


@event("encounters.request_kind_defined", purge=Purge.KEEP, icon="settings")
@dataclass(frozen=True)
class RequestKindDefined(ReferenceTold):
    """An administrator added, changed or ended a kind of request."""

    noun = "Type de demande"


@event("encounters.motif_defined", purge=Purge.KEEP, icon="settings")
@dataclass(frozen=True)
class MotifDefined(ReferenceTold):
    """An administrator added, changed or ended a motif of the list."""

    noun = "Motif"


@event("encounters.arrival_mode_defined", purge=Purge.KEEP, icon="settings")
@dataclass(frozen=True)
class ArrivalModeDefined(ReferenceTold):
    """An administrator added, changed or ended a mode of arrival."""

    noun = "Mode d’arrivée"
