"""What is typed or clicked about a PEC, as typed commands; a refusal names its field."""

from osmose.encounters.forms.clicks import (
    ArrivalModeForm,
    ExitCommand,
    ExitForm,
    MotifForm,
    PlaceForm,
    RequestCommand,
    RequestForm,
    RequestNoteForm,
    RevisedForm,
    UndoForm,
    motif_field,
)
from osmose.encounters.forms.kinds import ICONS, STATES, RequestKindForm

__all__ = [
    "ICONS",
    "STATES",
    "ArrivalModeForm",
    "ExitCommand",
    "ExitForm",
    "MotifForm",
    "PlaceForm",
    "RequestCommand",
    "RequestForm",
    "RequestKindForm",
    "RequestNoteForm",
    "RevisedForm",
    "UndoForm",
    "motif_field",
]
