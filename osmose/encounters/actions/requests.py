"""What is asked for the patient."""

from collections.abc import Callable
from datetime import datetime

from osmose.encounters.lifecycle import ResultFlag
from osmose.encounters.models import Encounter, ServiceRequest
from osmose.encounters.operations import interventions, requests, rows
from osmose.encounters.operations.revised import Unchanged, last_change
from osmose.encounters.policies import ASK
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.organisations.models import CareUnit


@action(may=ASK, subject="encounter")
def set_request(
    *,
    actor: Actor,
    encounter: Encounter,
    kind: str,
    status: str,
    unit: CareUnit | None,
    revision: int | None,
    now: datetime,
    expected_at: datetime | None = None,
    reason: str = "",
) -> Encounter:
    """Puts the request of a kind (by code) in the wanted state, with the hour that is said with it and why.

    `Refused`: an impossible transition, an hour in the past, a state that an open interview contradicts.
    """
    row = rows.lock(encounter)
    chosen = requests.kind_of(row, kind)
    current = requests.current_request(row, chosen)
    state = chosen.table.status(current.status) if current else chosen.table.initial
    wanted = chosen.table.status(status)
    field = requests.field_of(chosen)
    revisions.require(
        row, field, revision, mine=wanted.word, theirs=state.word, last=_last(current), label=chosen.label
    )
    said = (current.expected_at, current.reason or "") if current else (None, "")
    if wanted.code == state.code and (said == (expected_at, reason) or not (expected_at or reason)):
        raise Unchanged
    if current is not None and chosen.is_psychiatric:
        interventions.require_free(current)
    target = requests.Wanted(chosen, status, unit, expected_at, reason)
    requests.change(actor=actor, encounter=row, current=current, wanted=target, at=now, now=now)
    return row


def _last(current: ServiceRequest | None) -> Callable[[], revisions.LastChange]:
    """Who put the request where it is: a click, or an interview."""
    by, at = (current.changed_by, current.changed_at) if current else ("", None)
    return lambda: revisions.LastChange(by, at)


@action(may=ASK, subject="encounter")
def note_request(
    *, actor: Actor, encounter: Encounter, kind: str, text: str, revision: int | None, now: datetime
) -> Encounter:
    """Writes a word beside a request's status; a conflict shows both texts."""
    row = rows.lock(encounter)
    chosen = requests.kind_of(row, kind)
    current = requests.current_request(row, chosen)
    before = (current.note or "") if current else ""
    field = f"note:{chosen.code}"
    revisions.require(
        row, field, revision, mine=text, theirs=before, last=last_change(row, field), label=f"{chosen.label}, note"
    )
    if text == before:
        raise Unchanged
    requests.note(actor=actor, encounter=row, kind=chosen, text=text, now=now)
    return row


@action(may=ASK, subject="encounter")
def set_result(
    *, actor: Actor, encounter: Encounter, kind: str, result: ResultFlag | None, revision: int | None, now: datetime
) -> Encounter:
    """Says in one word what a result is, beside the request's status."""
    row = rows.lock(encounter)
    chosen = requests.kind_of(row, kind)
    current = requests.current_request(row, chosen)
    before = current.flag if current else None
    field = requests.result_field(chosen)
    revisions.require(
        row,
        field,
        revision,
        mine=result.label if result else "",
        theirs=before.label if before else "",
        last=last_change(row, field),
        label=f"{chosen.label}, résultat",
    )
    if result == before and current is not None:
        raise Unchanged
    requests.say_result(actor=actor, encounter=row, kind=chosen, flag=result, at=now)
    return row
