"""What happens to words, as the timeline tells it."""

from osmose.handover.events.additions import (
    FocusClosed,
    NoteAcknowledged,
    NoteAdded,
    NoteCompleted,
    NoteStruck,
    ResultAdded,
)
from osmose.handover.events.moves import ClickMisfiled, NoteMisfiled, NoteRefiled
from osmose.handover.events.notes import NoteSigned
from osmose.handover.events.readbacks import HandoverRead
from osmose.handover.events.reference import FocusSetUp, PhraseSetUp
from osmose.handover.events.treatments import (
    SEDATION,
    FavouriteMedicineDefined,
    MedicinesLoaded,
    TellsSedation,
    TreatmentEffectNoted,
    TreatmentNoted,
    TreatmentStruck,
)

__all__ = [
    "SEDATION",
    "ClickMisfiled",
    "FavouriteMedicineDefined",
    "FocusClosed",
    "FocusSetUp",
    "HandoverRead",
    "MedicinesLoaded",
    "NoteAcknowledged",
    "NoteAdded",
    "NoteCompleted",
    "NoteMisfiled",
    "NoteRefiled",
    "NoteSigned",
    "NoteStruck",
    "PhraseSetUp",
    "ResultAdded",
    "TellsSedation",
    "TreatmentEffectNoted",
    "TreatmentNoted",
    "TreatmentStruck",
]
