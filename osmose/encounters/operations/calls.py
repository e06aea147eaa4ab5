"""Calls and advice by phone: noted once, never changed, linked to a PEC when it is known."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osmose.encounters import events
from osmose.encounters.lifecycle.calls import Direction
from osmose.encounters.lifecycle.expected import require_coming
from osmose.encounters.models import Encounter, PhoneCall
from osmose.encounters.operations import rows
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.actions import undo
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.kernel.events.record import EventSubject, record
from osmose.organisations.models import CareUnit, DataCategory, LegalBasis
from osmose.organisations.queries import agreement_between


@dataclass(frozen=True, kw_only=True, repr=False)
class Told:
    """What was said on the phone; `other_unit` is the unit at the other end, where it is one we know."""

    direction: Direction
    caller: str
    question: str
    caller_function: str = ""
    other_unit: CareUnit | None = None
    advice: str = ""
    expected_at: datetime | None = None
    minutes: int | None = None
    called_at: datetime | None = None


@operation
def note(
    *,
    actor: Actor,
    care_unit: CareUnit,
    told: Told,
    encounter: Encounter | None = None,
    corrects: PhoneCall | None = None,
    now: datetime,
) -> PhoneCall:
    """One more call, read by the units at both ends; in the PEC's timeline where there is one.

    `Refused`: an hour in the future, an arrival in the past. The PEC, where given, is already locked.
    """
    called_at = told.called_at or now
    rows.require_past(called_at, now, field="called_at")
    if told.expected_at is not None:
        require_coming(told.expected_at, called_at)
    call_id = new_id()
    call = PhoneCall.objects.create(
        id=call_id,
        data_key_id=encounter.data_key_id if encounter else keys.create(call_id).pk,
        care_unit=care_unit,
        other_unit=told.other_unit,
        encounter=encounter,
        corrects=corrects,
        direction=told.direction.value,
        caller=told.caller,
        caller_function=told.caller_function or None,
        question=told.question,
        advice=told.advice or None,
        expected_at=told.expected_at,
        minutes=told.minutes,
        called_at=called_at,
        author_id=actor.id,
        author_words=actor.name,
    )
    person_id = encounter.patient_id if encounter else call_id
    _grant(call, person_id, care_unit, Source.OWNER, now)
    if told.other_unit is not None and told.other_unit.pk != care_unit.pk:
        _grant(call, person_id, told.other_unit, Source.GUEST, now)
    record(events.CallNoted(**_said(call)), subject=call, actor=actor, at=called_at)
    if encounter is not None:
        rows.save(encounter)
    return call


def _grant(call: PhoneCall, person_id: uuid.UUID, unit: CareUnit, source: Source, now: datetime) -> None:
    """The notes alone: to have phoned about somebody opens neither the identity nor the record.

    A unit of another establishment reads it only under an agreement that opens notes.
    """
    agreement = None
    if unit.establishment_id != call.care_unit.establishment_id:
        agreement = agreement_between(call.care_unit.establishment_id, unit.establishment_id, now)
        if agreement is None or agreement.legal_basis != LegalBasis.CARE_TEAM:
            return
        if DataCategory.NOTES not in agreement.categories:
            return
    Grant.objects.create(
        subject_id=call.pk,
        person_id=person_id,
        unit_id=unit.pk,
        scope=[DataCategory.NOTES.value],
        source=source,
        agreement_id=agreement.pk if agreement else None,
        cause_id=call.pk,
        starts_at=now,
        ends_at=agreement.valid_to if agreement else None,
    )


@operation
def lock(call: PhoneCall) -> PhoneCall:
    """The fresh row, locked until the end of the action."""
    found = PhoneCall.objects.select_for_update(of=("self",), no_key=True).filter(pk=call.pk)
    row = found.select_related("care_unit__establishment", "encounter").first()
    if row is None:
        raise NotVisible
    return row


@operation
def require_uncorrected(call: PhoneCall) -> None:
    """`Refused` (409) where somebody was faster."""
    if is_struck(call):
        raise Refused("Cet appel est annulé\u202f: notez-en un autre.", code="struck", status=409)
    if PhoneCall.objects.filter(corrects=call).exists():
        raise Refused("Cet appel est déjà corrigé\u202f: corrigez la correction.", code="corrected", status=409)


@dataclass(frozen=True)
class _Itself:
    """The call, whatever PEC it is in."""

    call: PhoneCall

    def event_subject(self) -> EventSubject:
        return EventSubject(subject_id=self.call.pk, person_id=None, data_key_id=self.call.data_key_id)


def is_struck(call: PhoneCall) -> bool:
    """Whether its author took it back; nothing of the call itself ever changes."""
    return timeline.about(call.pk).filter(kind=events.CallStruck.name).exists()


@operation
def strike(*, actor: Actor, call: PhoneCall, encounter: Encounter | None, now: datetime) -> PhoneCall:
    """A call noted by mistake: it stays, struck, in the list and in the PEC’s timeline. The PEC is locked.

    `Refused` (409): somebody else's, later than ten seconds, undone, corrected or linked meanwhile; a correction.
    """
    if call.author_id != actor.id:
        raise Refused("Seul son auteur peut annuler un appel.", code="undo-author", status=409)
    if call.corrects_id is not None:
        raise Refused("Une correction ne s’annule pas\u202f: corrigez-la.", code="undo-kind", status=409)
    require_uncorrected(call)
    told, event = _noted(call)
    undo.require_in_time(event.recorded_at, now=now)
    record(events.CallStruck(), subject=_Itself(call), actor=actor, at=now, undoes=None if encounter else event.uid)
    if encounter is not None:
        # Who may not read the notes sees that something was undone, and no name.
        record(events.Undone(what=told.label), subject=encounter, actor=actor, at=now, undoes=event.uid)
        rows.save(encounter)
    return call


def _noted(call: PhoneCall) -> tuple[events.CallNoted, Event]:
    """The event that told it; `Refused` (409) where it is another record's since."""
    subject = call.event_subject().subject_id or call.pk
    for event in timeline.about(subject).filter(kind=events.CallNoted.name, actor_id=call.author_id).order_by("-id"):
        told = timeline.read(event).payload
        if isinstance(told, events.CallNoted) and told.call_id == str(call.pk):
            return told, event
    raise Refused("Cet appel est rattaché depuis\u202f: corrigez-le.", code="undo-begun", status=409)


@operation
def link(*, actor: Actor, call: PhoneCall, encounter: Encounter, now: datetime) -> PhoneCall:
    """A call noted without PEC is this one's: told again there, under its patient's key. `Refused` (409): linked."""
    if call.encounter_id is not None:
        raise Refused("Cet appel est déjà rattaché à une prise en charge.", code="linked", status=409)
    if is_struck(call):
        raise Refused("Cet appel est annulé\u202f: il ne se rattache plus.", code="struck", status=409)
    if readable(call, "question") is UNREADABLE:
        raise Refused("Appel illisible\u202f: rien n’a été enregistré.", code="unreadable", status=409)
    said = _said(call)
    call.encounter = encounter
    call.save(update_fields=["encounter"])
    record(events.CallLinked(**said), subject=encounter, actor=actor, at=now)
    rows.save(encounter)
    return call


def _said(call: PhoneCall) -> dict[str, Any]:
    """What its event tells, in the timeline's words."""
    function = f" ({call.caller_function})" if call.caller_function else ""
    unit = f", {call.other_unit.short_name}" if call.other_unit else ""
    return {
        "direction": call.direction,
        "caller": f"{call.caller}{function}{unit}",
        "question": call.question,
        "advice": call.advice or "",
        "expected_at": call.expected_at,
        "minutes": call.minutes,
        "called_at": call.called_at,
        "is_correction": call.corrects_id is not None,
        "call_id": str(call.pk),
    }
