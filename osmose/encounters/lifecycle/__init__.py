"""The states of a PEC and of what is noted in it, as tables; pure Python. `docs/lifecycles.md` is printed from here."""

from osmose.encounters.lifecycle.arrivals import ArrivalMode
from osmose.encounters.lifecycle.exits import Destination, ExitMode, Orientation
from osmose.encounters.lifecycle.places import Place
from osmose.encounters.lifecycle.requests import (
    TONES,
    Meaning,
    RequestStatus,
    RequestTable,
    ResultFlag,
    table_problems,
)
from osmose.encounters.lifecycle.status import (
    OPEN,
    TRANSITIONS,
    Availability,
    EncounterStatus,
    availability,
    require,
)

__all__ = [
    "OPEN",
    "TONES",
    "TRANSITIONS",
    "ArrivalMode",
    "Availability",
    "Destination",
    "EncounterStatus",
    "ExitMode",
    "Meaning",
    "Orientation",
    "Place",
    "RequestStatus",
    "RequestTable",
    "ResultFlag",
    "availability",
    "require",
    "table_problems",
]
