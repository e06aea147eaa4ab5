"""The kinds of request of an establishment."""

from datetime import datetime

from osmose.encounters import events, lifecycle
from osmose.encounters.lifecycle import RequestTable
from osmose.encounters.models import RequestKind
from osmose.encounters.policies import DEFINE_KINDS
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.organisations.models import CareUnit


@action(may=DEFINE_KINDS, subject="kind", verb=Verb.CREATE)
def define_request_kind(*, actor: Actor, kind: RequestKind, addressees: list[CareUnit], now: datetime) -> RequestKind:
    """Adds a kind of request to an establishment: words and transitions are checked, no code is needed."""
    problems = lifecycle.table_problems(RequestTable.from_json(kind.statuses, kind.transitions))
    if problems:
        raise Refused(" ".join(problems), field="statuses", code="kind-table")
    # A colleague may add the same code at the same instant: the database decides.
    RequestKind.objects.bulk_create([kind], ignore_conflicts=True)
    if not RequestKind.objects.filter(pk=kind.pk).exists():
        raise Refused("Ce code existe déjà dans votre établissement.", field="code", code="kind-code")
    kind.addressees.set(addressees)
    record(events.RequestKindDefined(label=kind.label), subject=kind, actor=actor, at=now)
    return kind
