"""The PEC, what is noted of its patient, its places, its requests, and the reference data of all that."""

from osmose.encounters.models.calls import PhoneCall
from osmose.encounters.models.charge import Relay, RelayItem, SectorDuty
from osmose.encounters.models.encounter import MOTIF_MAX, Encounter
from osmose.encounters.models.expected import ExpectedArrival
from osmose.encounters.models.interventions import Interruption, Intervention
from osmose.encounters.models.movement import Movement
from osmose.encounters.models.reference import ModeOfArrival, Motif, RequestKind
from osmose.encounters.models.requests import ServiceRequest
from osmose.encounters.models.tracking import Assignment, Tracking

__all__ = [
    "MOTIF_MAX",
    "Assignment",
    "Encounter",
    "ExpectedArrival",
    "Interruption",
    "Intervention",
    "ModeOfArrival",
    "Motif",
    "Movement",
    "PhoneCall",
    "Relay",
    "RelayItem",
    "RequestKind",
    "SectorDuty",
    "ServiceRequest",
    "Tracking",
]
