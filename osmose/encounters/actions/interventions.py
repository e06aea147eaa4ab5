"""What the psychiatric team does with the patient: begin, interrupt, resume, end."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.interviews import InterviewState
from osmose.encounters.models import Encounter, Intervention
from osmose.encounters.operations import interventions, requests, rows
from osmose.encounters.operations.revised import Unchanged, last_change
from osmose.encounters.policies import ASK
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused


@action(may=ASK, subject="encounter")
def start_intervention(
    *,
    actor: Actor,
    encounter: Encounter,
    kind: str,
    professionals: Iterable[uuid.UUID],
    now: datetime,
    is_crisis: bool = False,
) -> Encounter:
    """« Je commence », or these colleagues do; `Refused` to whoever is not of the team that is asked."""
    row = rows.lock(encounter)
    chosen = requests.kind_of(row, kind)
    request = requests.current_request(row, chosen)
    if request is None:
        raise Refused(f"{chosen.label}\u202f: demandez-la d’abord.", code="interview-not-asked", status=409)
    interventions.require_team(actor, request)
    # In one order whoever clicks: each start holds the account of its professional until the end.
    for user_id in sorted(set(professionals)) or [actor.id]:
        user = interventions.require_member(request, user_id, now)
        interventions.start(actor=actor, encounter=row, request=request, professional=user, at=now, is_crisis=is_crisis)
    return row


@action(may=ASK, subject="encounter")
def interrupt_intervention(
    *,
    actor: Actor,
    encounter: Encounter,
    intervention_id: uuid.UUID,
    reason: str,
    expected_at: datetime | None,
    revision: int | None,
    now: datetime,
) -> Encounter:
    """The interview stops for a while, why, and until about when; `Refused`: no reason, a return in the past."""
    row = rows.lock(encounter)
    found = interventions.find(row, intervention_id)
    interventions.require_team(actor, found.request)
    _require_fresh(row, found, revision, mine=f"Interrompu\u202f: {reason}")
    interventions.interrupt(actor=actor, intervention=found, reason=reason, expected_at=expected_at, at=now)
    return row


@action(may=ASK, subject="encounter")
def resume_intervention(
    *, actor: Actor, encounter: Encounter, intervention_id: uuid.UUID, revision: int | None, now: datetime
) -> Encounter:
    """The professional is back with the patient."""
    row = rows.lock(encounter)
    found = interventions.find(row, intervention_id)
    interventions.require_team(actor, found.request)
    _require_fresh(row, found, revision, mine=InterviewState.RUNNING.label)
    interventions.resume(actor=actor, intervention=found, at=now)
    return row


@action(may=ASK, subject="encounter")
def end_intervention(
    *,
    actor: Actor,
    encounter: Encounter,
    intervention_id: uuid.UUID,
    conclusion: str,
    revision: int | None,
    now: datetime,
) -> Encounter:
    """Ends an interview with its conclusion, or writes the conclusion of one that is over.

    Two people ending it at once lose nothing: the second is told who was faster, and both conclusions are shown
    (`Conflict`). Only the team that is asked ends an interview; once the patient has left, whoever follows the PEC may
    do so, without a conclusion, so that it can be closed.
    """
    row = rows.lock(encounter)
    found = interventions.find(row, intervention_id)
    if conclusion or row.status != EncounterStatus.EXITED:
        interventions.require_team(actor, found.request)
    _require_fresh(row, found, revision, mine=conclusion or InterviewState.ENDED.label)
    if found.ended_at is None:
        interventions.end(actor=actor, intervention=found, conclusion=conclusion, at=now)
    elif conclusion and conclusion == found.conclusion:
        raise Unchanged
    elif conclusion:
        interventions.conclude(actor=actor, intervention=found, conclusion=conclusion, at=now)
    else:
        raise Refused(
            f"Entretien de {found.professional} déjà terminé à {french.time(found.ended_at)} par {found.ended_by}.",
            code="interview-ended",
            status=409,
        )
    return row


def _require_fresh(row: Encounter, found: Intervention, revision: int | None, *, mine: str) -> None:
    """Raises `Conflict` where somebody has interrupted, resumed or ended it since the page was drawn."""
    field = interventions.field_of(found)
    theirs = found.conclusion or interventions.hours_of(found).state.label
    last = last_change(row, field)
    label = f"Entretien de {found.professional}"
    revisions.require(row, field, revision, mine=mine, theirs=theirs, last=last, label=label)
