"""The kinds of request of an establishment."""

from datetime import datetime

from osmose.encounters import lifecycle
from osmose.encounters.events import RequestKindDefined
from osmose.encounters.lifecycle import RequestTable
from osmose.encounters.lifecycle.endings import lost_states
from osmose.encounters.models import RequestKind
from osmose.encounters.policies import DEFINE_KINDS
from osmose.encounters.queries.occupancy import states_used
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import reference
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.kernel.events.reference import ADDED, CHANGED, ENDED, RESTORED
from osmose.organisations.models import CareUnit


def _taken() -> Refused:
    return Refused("Ce code existe déjà dans votre établissement.", field="code", code="kind-code")


@action(may=DEFINE_KINDS, subject="kind", verb=Verb.CREATE)
def define_request_kind(*, actor: Actor, kind: RequestKind, addressees: list[CareUnit], now: datetime) -> RequestKind:
    """Adds a kind of request to an establishment: words and transitions are checked, no code is needed."""
    _require_sound(RequestTable.from_json(kind.statuses, kind.transitions))
    # A colleague may add the same code at the same instant: the database decides.
    added = reference.insert(kind, taken=_taken(), addressees=addressees)
    record(RequestKindDefined(label=added.label, deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=DEFINE_KINDS, subject="kind")
def change_request_kind(*, actor: Actor, kind: RequestKind, wanted: reference.Wanted, now: datetime) -> RequestKind:
    """Words, icon, order, states and addressees of a kind. Its code never changes.

    Refused: a state that requests have or had taken away, or given another meaning; a table that doesn't hold; see also
    `reference.revise`.
    """
    fresh = reference.lock(kind)
    statuses = wanted.values.get("statuses", fresh.statuses)
    table = RequestTable.from_json(statuses, wanted.values.get("transitions", fresh.transitions))
    _require_sound(table)
    lost = lost_states(fresh.table, table)
    if used := states_used(fresh.pk, lost):
        raise Refused(lost[min(used)], field="statuses", code="kind-state-used", status=409)
    fresh, changes = reference.revise(fresh, wanted, taken=_taken())
    told = RequestKindDefined(label=fresh.label, deed=CHANGED, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=DEFINE_KINDS, subject="kind")
def end_request_kind(*, actor: Actor, kind: RequestKind, now: datetime) -> RequestKind:
    """The kind is offered no more; the requests made keep it."""
    fresh = reference.lock(kind)
    if fresh.ended_at is not None:
        raise Refused("C’est déjà le cas.", code="unchanged", status=200)
    fresh, changes = reference.revise(fresh, reference.Wanted({"ended_at": now}), taken=_taken())
    record(RequestKindDefined(label=fresh.label, deed=ENDED), subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=DEFINE_KINDS, subject="kind")
def restore_request_kind(*, actor: Actor, kind: RequestKind, now: datetime) -> RequestKind:
    """The kind is offered again."""
    fresh, changes = reference.revise(kind, reference.Wanted({"ended_at": None}), taken=_taken())
    record(RequestKindDefined(label=fresh.label, deed=RESTORED), subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


def _require_sound(table: RequestTable) -> None:
    if problems := lifecycle.table_problems(table):
        raise Refused(" ".join(problems), field="statuses", code="kind-table")
