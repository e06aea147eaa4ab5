"""What people (and the hospital's feed) do to a PEC: one function a deed."""

from osmose.encounters.actions.arrival import set_arrival_mode, set_arrival_time, set_motif
from osmose.encounters.actions.calls import correct_call, link_call, note_call, note_call_on, undo_call
from osmose.encounters.actions.comments import comment_event
from osmose.encounters.actions.continuing import go_on
from osmose.encounters.actions.exits import cancel_exit, close_encounter, exit_encounter, reopen_encounter
from osmose.encounters.actions.expected import (
    Expected,
    announce_patient,
    cancel_expected,
    detach_expected,
    link_expected,
    receive_expected,
    restore_expected,
)
from osmose.encounters.actions.identity import correct_identity
from osmose.encounters.actions.instructions import (
    correct_instruction,
    end_instruction,
    resume_instruction,
    review_instruction,
    write_instruction,
)
from osmose.encounters.actions.interventions import (
    end_intervention,
    interrupt_intervention,
    resume_intervention,
    start_intervention,
)
from osmose.encounters.actions.kinds import define_request_kind
from osmose.encounters.actions.opening import open_encounter, open_for_unknown
from osmose.encounters.actions.places import set_place
from osmose.encounters.actions.relays import (
    CannotReceive,
    accept_relay,
    ask_relay,
    offer_relay,
    refuse_relay,
    undo_relay,
    withdraw_relay,
)
from osmose.encounters.actions.requests import note_request, set_request, set_result
from osmose.encounters.actions.sectors import leave_sector, take_sector, undo_sector
from osmose.encounters.actions.tracking import assign, set_tracking
from osmose.encounters.actions.undoing import retime_event, undo_event
from osmose.encounters.operations.revised import Unchanged

__all__ = [
    "CannotReceive",
    "Expected",
    "Unchanged",
    "accept_relay",
    "announce_patient",
    "ask_relay",
    "assign",
    "cancel_exit",
    "cancel_expected",
    "close_encounter",
    "comment_event",
    "correct_call",
    "correct_identity",
    "correct_instruction",
    "define_request_kind",
    "detach_expected",
    "end_instruction",
    "end_intervention",
    "exit_encounter",
    "go_on",
    "interrupt_intervention",
    "leave_sector",
    "link_call",
    "link_expected",
    "note_call",
    "note_call_on",
    "note_request",
    "offer_relay",
    "open_encounter",
    "open_for_unknown",
    "receive_expected",
    "refuse_relay",
    "reopen_encounter",
    "restore_expected",
    "resume_instruction",
    "resume_intervention",
    "retime_event",
    "review_instruction",
    "set_arrival_mode",
    "set_arrival_time",
    "set_motif",
    "set_place",
    "set_request",
    "set_result",
    "set_tracking",
    "start_intervention",
    "take_sector",
    "undo_call",
    "undo_event",
    "undo_relay",
    "undo_sector",
    "withdraw_relay",
    "write_instruction",
]
