"""On the line of psychiatry: who is with the patient, since when, interrupted why, and what may be done about it."""

import uuid

from osmose.encounters.lifecycle.interviews import NOT_ASKED, InterviewState
from osmose.encounters.models import Encounter, RequestKind, ServiceRequest
from osmose.encounters.operations.requests import hour_words
from osmose.encounters.queries import Held, interviews_of
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.workspace.patient_page.lines import Interviews, InterviewShown, Sight

# What most interruptions are for, one click each.
REASONS = ("Examen ou soin", "Repos du patient", "Appelé ailleurs", "Attente d’un proche")


def team_of(request: ServiceRequest, encounter: Encounter) -> uuid.UUID:
    """The unit whose professionals come."""
    return request.addressed_unit_id or encounter.care_unit_id


def is_open(request: ServiceRequest) -> bool:
    """Whether somebody is in an interview, or means to come back to it."""
    return any(held.state is not InterviewState.ENDED for held in interviews_of(request))


def interviews_of_line(sight: Sight, kind: RequestKind, request: ServiceRequest | None) -> Interviews | None:
    """The interviews of a psychiatric request; None where nothing is asked, and nobody came."""
    if request is None or not kind.is_psychiatric:
        return None
    held = interviews_of(request)
    is_team = not sight.reason and team_of(request, sight.encounter) in sight.actor.unit_ids(*CLINICAL)
    is_mine = any(h.professional.pk == sight.actor.id and h.state is not InterviewState.ENDED for h in held)
    is_asked = request.state.meaning not in NOT_ASKED
    begins = is_team and is_asked and not is_mine
    if not held and not (is_team and is_asked):
        return None
    has_left = sight.encounter.exited_at is not None and not sight.reason
    shown = tuple(_shown(sight, kind, one, is_team=is_team, may_end=is_team or has_left) for one in held)
    return Interviews(kind.code, shown, can_begin=begins, can_name=is_team and is_asked, reasons=REASONS)


def _shown(sight: Sight, kind: RequestKind, held: Held, *, is_team: bool, may_end: bool) -> InterviewShown:
    state, row = held.state, held.row
    written = readable(row, "conclusion")
    name = f"intervention:{row.pk}"
    return InterviewShown(
        id=str(row.pk),
        kind=kind.code,
        who=str(held.professional),
        state=state,
        said=_said(sight, held),
        since=None if state is InterviewState.ENDED else held.pause.starts_at if held.pause else row.started_at,
        conclusion="Conclusion illisible" if written is UNREADABLE else str(written or ""),
        revision=sight.revision(name),
        can_interrupt=is_team and state is InterviewState.RUNNING,
        can_resume=is_team and state is InterviewState.PAUSED,
        can_end=may_end and state is not InterviewState.ENDED,
        can_conclude=is_team,
    )


def _said(sight: Sight, held: Held) -> str:
    """« depuis 14:05 », « interrompu 14:30 : scanner · reprise prévue à 15:00 », « 14:05 – 14:50 »."""
    row, pause = held.row, held.pause
    if pause is not None:
        reason = readable(pause, "reason")
        why = "raison illisible" if reason is UNREADABLE else str(reason or "")
        back = f" · reprise prévue {hour_words('à', pause.expected_at, sight.now)}" if pause.expected_at else ""
        return f"interrompu {sight.hour(pause.starts_at)}\u202f: {why}{back}"
    if row.ended_at is None:
        again = f" · repris {sight.hour(held.pauses[-1].ends_at)}" if held.pauses and held.pauses[-1].ends_at else ""
        return f"depuis {sight.hour(row.started_at)}{again}"
    several = len(held.pauses)
    paused = f" · {several} interruption{'s' if several > 1 else ''}" if several else ""
    return f"{sight.hour(row.started_at)} – {sight.hour(row.ended_at)}{paused}"
