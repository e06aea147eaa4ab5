"""What people (and the hospital's feed) do to a PEC: one function a deed."""

from osmose.encounters.actions.arrival import set_arrival_mode, set_arrival_time, set_motif
from osmose.encounters.actions.continuing import go_on
from osmose.encounters.actions.exits import cancel_exit, close_encounter, exit_encounter, reopen_encounter
from osmose.encounters.actions.identity import correct_identity
from osmose.encounters.actions.interventions import (
    end_intervention,
    interrupt_intervention,
    resume_intervention,
    start_intervention,
)
from osmose.encounters.actions.kinds import define_request_kind
from osmose.encounters.actions.opening import open_encounter, open_for_unknown
from osmose.encounters.actions.places import set_place
from osmose.encounters.actions.requests import note_request, set_request, set_result
from osmose.encounters.actions.tracking import assign, set_tracking
from osmose.encounters.actions.undoing import retime_event, undo_event
from osmose.encounters.operations.revised import Unchanged

__all__ = [
    "Unchanged",
    "assign",
    "cancel_exit",
    "close_encounter",
    "correct_identity",
    "define_request_kind",
    "end_intervention",
    "exit_encounter",
    "go_on",
    "interrupt_intervention",
    "note_request",
    "open_encounter",
    "open_for_unknown",
    "reopen_encounter",
    "resume_intervention",
    "retime_event",
    "set_arrival_mode",
    "set_arrival_time",
    "set_motif",
    "set_place",
    "set_request",
    "set_result",
    "set_tracking",
    "start_intervention",
    "undo_event",
]
