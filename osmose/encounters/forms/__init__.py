"""What is typed or clicked about a PEC, as typed commands; a refusal names its field."""

from osmose.encounters.forms.clicks import (
    ArrivalModeForm,
    CommentForm,
    MotifForm,
    PlaceForm,
    ReferentForm,
    RequestCommand,
    RequestForm,
    RequestNoteForm,
    ResultForm,
    RevisedForm,
    UndoForm,
    motif_field,
)
from osmose.encounters.forms.exit import ContinueForm, ExitCommand, ExitForm, ReopenForm
from osmose.encounters.forms.interventions import (
    ConclusionForm,
    ExpectedForm,
    InterruptionForm,
    ResumptionForm,
    start_command,
)
from osmose.encounters.forms.kinds import ICONS, STATES, RequestKindForm
from osmose.encounters.forms.noted import TrackingCommand, TrackingForm
from osmose.encounters.forms.times import ArrivalTimeForm, RetimeForm
from osmose.encounters.forms.tracking import field_of, tracking_form

__all__ = [
    "ICONS",
    "STATES",
    "ArrivalModeForm",
    "ArrivalTimeForm",
    "CommentForm",
    "ConclusionForm",
    "ContinueForm",
    "ExitCommand",
    "ExitForm",
    "ExpectedForm",
    "InterruptionForm",
    "MotifForm",
    "PlaceForm",
    "ReferentForm",
    "ReopenForm",
    "RequestCommand",
    "RequestForm",
    "RequestKindForm",
    "RequestNoteForm",
    "ResultForm",
    "ResumptionForm",
    "RetimeForm",
    "RevisedForm",
    "TrackingCommand",
    "TrackingForm",
    "UndoForm",
    "field_of",
    "motif_field",
    "start_command",
    "tracking_form",
]
