"""What happens in a PEC, as the timeline tells it."""

from osmose.encounters.events.arrival import (
    ArrivalCorrected,
    ArrivalModeChanged,
    ArrivalTimeChanged,
    IdentityCorrected,
    MotifChanged,
    PatientArrived,
)
from osmose.encounters.events.exits import (
    EncounterCancelled,
    EncounterClosed,
    EncounterReopened,
    ExitCancelled,
    PatientExited,
)
from osmose.encounters.events.places import OwnerChanged, PlaceChanged, UnitInvited, UnitWithdrawn
from osmose.encounters.events.reference import ArrivalModeDefined, MotifDefined, RequestKindDefined
from osmose.encounters.events.requests import RequestChanged, RequestNoted, ResultSaid
from osmose.encounters.events.shared import NARROW, FieldChanged, Undone
from osmose.encounters.events.tracking import (
    AlcoholChanged,
    AllergiesChanged,
    CcmuChanged,
    CognitionChanged,
    CompanyChanged,
    ConcernChanged,
    DecisionChanged,
    ReferentChanged,
    SubstancesChanged,
    TrackingChanged,
    TreatmentChanged,
    TriageChanged,
)

__all__ = [
    "NARROW",
    "AlcoholChanged",
    "AllergiesChanged",
    "ArrivalCorrected",
    "ArrivalModeChanged",
    "ArrivalModeDefined",
    "ArrivalTimeChanged",
    "CcmuChanged",
    "CognitionChanged",
    "CompanyChanged",
    "ConcernChanged",
    "DecisionChanged",
    "EncounterCancelled",
    "EncounterClosed",
    "EncounterReopened",
    "ExitCancelled",
    "FieldChanged",
    "IdentityCorrected",
    "MotifChanged",
    "MotifDefined",
    "OwnerChanged",
    "PatientArrived",
    "PatientExited",
    "PlaceChanged",
    "ReferentChanged",
    "RequestChanged",
    "RequestKindDefined",
    "RequestNoted",
    "ResultSaid",
    "SubstancesChanged",
    "TrackingChanged",
    "TreatmentChanged",
    "TriageChanged",
    "Undone",
    "UnitInvited",
    "UnitWithdrawn",
]
