"""The states of a PEC and of what is noted in it, as tables; pure Python. `docs/lifecycles.md` is printed from here."""

from osmose.encounters.lifecycle.arrivals import ArrivalMode
from osmose.encounters.lifecycle.calls import Direction
from osmose.encounters.lifecycle.exits import NOT_SAID, Destination, ExitMode, HandedOver, Orientation, is_deceased
from osmose.encounters.lifecycle.expected import ExpectedStatus
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
    "NOT_SAID",
    "OPEN",
    "TONES",
    "TRANSITIONS",
    "ArrivalMode",
    "Availability",
    "Destination",
    "Direction",
    "EncounterStatus",
    "ExitMode",
    "ExpectedStatus",
    "HandedOver",
    "Meaning",
    "Orientation",
    "Place",
    "RequestStatus",
    "RequestTable",
    "ResultFlag",
    "availability",
    "is_deceased",
    "require",
    "table_problems",
]
