"""Service requests: one mechanism, each kind with its own words and transitions."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.encounters import events
from osmose.encounters.lifecycle import Meaning, RequestStatus, ResultFlag, interviews
from osmose.encounters.lifecycle.requests import BEGUN, ENDED, WITH_RESULT
from osmose.encounters.lifecycle.tracking import Decision
from osmose.encounters.models import Encounter, RequestKind, ServiceRequest
from osmose.encounters.operations.founding import BED
from osmose.encounters.operations.participation import grant_unit, withdraw
from osmose.encounters.operations.rows import save
from osmose.encounters.operations.tracking import noted
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.organisations.models import CareUnit

NOTE_MAX = 300
# Within it, « 00:25 » said in the evening is tonight's.
_NEAR = timedelta(hours=12)


@dataclass(frozen=True)
class Wanted:
    """The state that a click asks for: never « toggle »; and the hour said with it (« vers 14:30 »), why."""

    kind: RequestKind
    status: str
    unit: CareUnit | None = None
    expected_at: datetime | None = None
    reason: str = ""


def kind_of(encounter: Encounter, code: str) -> RequestKind:
    """The establishment's kind of that code."""
    kind = RequestKind.objects.filter(establishment_id=encounter.establishment_id, code=code, ended_at=None).first()
    if kind is None:
        raise Refused("Ce type de demande n’existe pas ou plus.", field="kind", code="kind-unknown")
    return kind


def current_request(encounter: Encounter, kind: RequestKind) -> ServiceRequest | None:
    """The request of that kind that counts now, holding this very (locked) PEC."""
    request = (
        ServiceRequest.objects.select_related("kind", "addressed_unit")
        .filter(encounter_id=encounter.pk, kind=kind, is_current=True)
        .first()
    )
    if request is not None:
        request.encounter = encounter
    return request


def field_of(kind: RequestKind) -> str:
    """The name of the request's field among the PEC's revisions."""
    return f"request:{kind.code}"


def require_addressee(kind: RequestKind, unit: CareUnit | None) -> CareUnit | None:
    """Whom a kind is addressed to: the unit asked for, or its only one; None when it is addressed to nobody."""
    possible = {u.pk: u for u in kind.addressees.select_related("establishment").filter(ended_on=None)}
    if not possible:
        return None
    if unit is None:
        if len(possible) == 1:
            return next(iter(possible.values()))
        raise Refused(f"{kind.label}\u202f: choisissez l’équipe à qui la demande s’adresse.", field="unit", code="unit")
    if unit.pk not in possible:
        raise Refused("Cette équipe ne reçoit pas ce type de demande.", field="unit", code="unit-unknown")
    return possible[unit.pk]


def _stamp(request: ServiceRequest, status: RequestStatus, *, actor: Actor, at: datetime) -> None:
    """When and by whom it was asked, begun, done: each hour is set once, in order, and goes when its state does."""
    if status.meaning is Meaning.NONE:
        request.requested_at = request.requested_by = None
    else:
        request.requested_at = request.requested_at or at
        request.requested_by = request.requested_by or actor.id
    if status.meaning in BEGUN:
        request.started_at = request.started_at or at
        request.started_by = request.started_by or actor.id
    else:
        request.started_at = request.started_by = None
    if status.meaning in ENDED:
        # Given, given back, given once more: it is done since the last time.
        if request.done_at and request.started_at and request.done_at < request.started_at:
            request.done_at, request.done_by = at, actor.id
        request.done_at = request.done_at or at
        request.done_by = request.done_by or actor.id
    else:
        request.done_at = request.done_by = None
    if status.meaning not in WITH_RESULT:
        request.result = None
    request.status, request.changed_at, request.changed_by = status.code, at, actor.name


def _asked_again(current: ServiceRequest | None, status: RequestStatus) -> bool:
    """Asking once more after the end opens a new request, with clocks of its own."""
    return current is not None and current.state.meaning in ENDED and status.meaning is Meaning.WAITING


@operation
def change(
    *,
    actor: Actor,
    encounter: Encounter,
    current: ServiceRequest | None,
    wanted: Wanted,
    at: datetime,
    now: datetime,
) -> ServiceRequest:
    """Puts the `current` request of a kind in the wanted state, inviting the unit it is addressed to."""
    kind, table = wanted.kind, wanted.kind.table
    before = current.status if current else table.initial.code
    # The same state again is another hour said with it.
    is_same = current is not None and wanted.status == before
    status = table.status(before) if is_same else table.require(before, wanted.status, label=kind.label)
    require_hour(status, wanted, now=now)
    finished = current if current is not None and _asked_again(current, status) else None
    request = current
    if request is None or finished is not None:
        if finished is not None:
            finished.is_current = False
            finished.save(update_fields=["is_current"])
        request = ServiceRequest(
            encounter=encounter, kind=kind, data_key_id=encounter.data_key_id, changed_at=at, changed_by=actor.name
        )
    is_new = request._state.adding
    state = {} if is_new else state_of(request)
    asks = not is_same and status.meaning is Meaning.WAITING
    if asks and (is_new or wanted.unit is not None or request.addressed_unit is None):
        request.addressed_unit = require_addressee(kind, wanted.unit)
    _stamp(request, status, actor=actor, at=request.changed_at if is_same else at)
    request.expected_at, request.reason = wanted.expected_at, wanted.reason or None
    if is_new:
        request.save(force_insert=True)
    else:
        request.save(update_fields=STATE_FIELDS)
    _tell(request, before, status, state, finished, actor=actor, at=at)
    _share(request, before, actor=actor, now=now)
    save(encounter)
    return request


def require_hour(status: RequestStatus, wanted: Wanted, *, now: datetime) -> None:
    """`Refused`: an hour or a word with a state that takes none, an hour that is past."""
    if (wanted.expected_at or wanted.reason) and not status.hour:
        raise Refused(
            f"L’état «\u202f{status.word}\u202f» ne s’accompagne d’aucune heure.", field="expected_at", code="no-hour"
        )
    interviews.require_coming(wanted.expected_at, now)


def _share(request: ServiceRequest, before: str, *, actor: Actor, now: datetime, is_restored: bool = False) -> None:
    """Being asked lets a unit take part, a withdrawn request no longer does; the states in between change nothing."""
    meaning, encounter = request.state.meaning, request.encounter
    if meaning is Meaning.NONE:
        withdraw(actor=actor, encounter=encounter, cause_id=request.pk, reason="demande retirée", now=now)
        return
    if request.addressed_unit_id is not None:
        withdraw(
            actor=actor,
            encounter=encounter,
            cause_id=request.pk,
            reason="demande adressée à une autre équipe",
            now=now,
            but=request.addressed_unit_id,
        )
    was_asked = meaning is Meaning.WAITING or request.kind.table.status(before).meaning is Meaning.NONE
    if request.addressed_unit is not None and (was_asked or is_restored):
        grant_unit(actor=actor, encounter=encounter, unit=request.addressed_unit, cause_id=request.pk, now=now)


def state_of(request: ServiceRequest) -> dict[str, str]:
    """What the columns hold, as the event keeps it for undoing."""
    values = {name: getattr(request, _COLUMNS.get(name, name)) for name in STATE_FIELDS}
    return {name: v.isoformat() if isinstance(v, datetime) else str(v or "") for name, v in values.items()}


def put_back(request: ServiceRequest, state: dict[str, str]) -> None:
    """Puts the columns back as an event found them."""
    for name, said in state.items():
        value: object = said
        if name.endswith("_at"):
            value = datetime.fromisoformat(said) if said else None
        elif name.endswith("_by") and name != "changed_by":
            value = uuid.UUID(said) if said else None
        elif name in ("result", "reason"):
            value = said or None
        elif name == "addressed_unit":
            value = CareUnit.objects.select_related("establishment").get(pk=uuid.UUID(said)) if said else None
        setattr(request, name, value)


_COLUMNS = {"addressed_unit": "addressed_unit_id"}
STATE_FIELDS = [
    "status",
    "addressed_unit",
    "requested_at",
    "requested_by",
    "started_at",
    "started_by",
    "done_at",
    "done_by",
    "changed_at",
    "changed_by",
    "result",
    "expected_at",
    "reason",
]


def _tell(
    request: ServiceRequest,
    before: str,
    status: RequestStatus,
    state: dict[str, str],
    finished: ServiceRequest | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    kind = request.kind
    changed = events.RequestChanged(
        before=before,
        after=status.code,
        revision=revisions.bump(request.encounter, field_of(kind)),
        kind=kind.code,
        label=kind.label,
        word=status.word,
        meaning=status.meaning,
        unit=request.addressed_unit.short_name if request.addressed_unit else "",
        request_id=str(request.pk),
        kind_icon=kind.icon,
        previous_id=str(finished.pk) if finished else "",
        purpose=_purpose(request, status),
        state=state,
        expected_at=request.expected_at.isoformat() if request.expected_at else "",
        hour=hour_words(status.hour, request.expected_at, at) if request.expected_at else "",
        reason=request.reason or "",
    )
    record(changed, subject=request.encounter, actor=actor, at=at, changed=[field_of(kind)])


def _purpose(request: ServiceRequest, status: RequestStatus) -> str:
    """Which decision a bed is obtained for: changed afterwards, somebody has to free it."""
    if request.kind.code != BED or status.meaning is not Meaning.DONE:
        return ""
    decision = noted(request.encounter).value("decision")
    return decision.choice.value if isinstance(decision, Decision) else ""


def hour_words(before: str, expected_at: datetime, at: datetime) -> str:
    """« vers 14:30 », with the day where the hour alone could be another day's, said at the instant `at`."""
    is_near = abs(expected_at - at) < _NEAR
    hour = french.time(expected_at) if is_near else french.day_time(expected_at)
    return f"{before} {hour}".strip()


@operation
def note(*, actor: Actor, encounter: Encounter, kind: RequestKind, text: str, now: datetime) -> ServiceRequest:
    """Writes the word beside a request's status; an empty text takes it away."""
    request = current_request(encounter, kind)
    if request is None:
        raise Refused(
            f"{kind.label}\u202f: rien n’est demandé, il n’y a pas où noter.", field="note", code="no-request"
        )
    before = request.note or ""
    request.note = text or None
    request.save(update_fields=["note"])
    field = f"note:{kind.code}"
    noted = events.RequestNoted(
        before=before,
        after=text,
        revision=revisions.bump(encounter, field),
        kind=kind.code,
        label=kind.label,
        request_id=str(request.pk),
        kind_icon=kind.icon,
    )
    record(noted, subject=encounter, actor=actor, at=now, changed=[field])
    save(encounter)
    return request


def result_field(kind: RequestKind) -> str:
    """The name of the result's field among the PEC's revisions."""
    return f"result:{kind.code}"


@operation
def say_result(
    *, actor: Actor, encounter: Encounter, kind: RequestKind, flag: ResultFlag | None, at: datetime
) -> ServiceRequest:
    """Says what a result is, in one word beside the status; `Refused` while there is no result."""
    request = current_request(encounter, kind)
    if request is None or request.state.meaning not in WITH_RESULT:
        raise Refused(
            f"{kind.label}\u202f: aucun résultat n’est encore disponible.", field="result", code="no-result", status=409
        )
    before = request.result or ""
    request.result = flag.value if flag else None
    request.save(update_fields=["result"])
    said = events.ResultSaid(
        before=before,
        after=request.result or "",
        revision=revisions.bump(encounter, result_field(kind)),
        kind=kind.code,
        label=kind.label,
        word=flag.label if flag else "",
        request_id=str(request.pk),
        kind_icon=kind.icon,
    )
    record(said, subject=encounter, actor=actor, at=at, changed=[result_field(kind)])
    save(encounter)
    return request


@operation
def restore_result(*, encounter: Encounter, told: events.ResultSaid) -> None:
    """Puts back what was said of a result before."""
    request = ServiceRequest.objects.select_related("kind").get(pk=uuid.UUID(told.request_id))
    request.result = told.before or None
    request.save(update_fields=["result"])
    revisions.bump(encounter, f"result:{told.kind}")


@operation
def restore(*, actor: Actor, encounter: Encounter, told: events.RequestChanged, now: datetime) -> None:
    """Puts a request back where an event found it, clocks included, whatever the transition table says."""
    kind = kind_of(encounter, told.kind)
    request = ServiceRequest.objects.select_related("addressed_unit").get(pk=uuid.UUID(told.request_id))
    request.encounter, request.kind = encounter, kind
    if told.previous_id:
        # The click had asked again after a finished request: the finished one counts again.
        request.is_current = False
        request.save(update_fields=["is_current"])
        ServiceRequest.objects.filter(pk=uuid.UUID(told.previous_id)).update(is_current=True)
    else:
        if told.state:
            put_back(request, told.state)
        else:
            _stamp(request, kind.table.initial, actor=actor, at=now)
        request.save(update_fields=STATE_FIELDS)
    revisions.bump(encounter, field_of(kind))
    if told.previous_id or request.state.meaning is Meaning.NONE:
        withdraw(actor=actor, encounter=encounter, cause_id=request.pk, reason="demande annulée", now=now)
    else:
        _share(request, told.after, actor=actor, now=now, is_restored=True)


@operation
def restore_note(*, encounter: Encounter, told: events.RequestNoted) -> None:
    """Puts back the word that an event replaced, on the request that it was written on."""
    request = ServiceRequest.objects.get(pk=uuid.UUID(told.request_id))
    request.note = told.before or None
    request.save(update_fields=["note"])
    revisions.bump(encounter, f"note:{told.kind}")
