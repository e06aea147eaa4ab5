"""What becomes of a stored message: applied (or queued), or refused. Its state and answer commit with the effects."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from osmose.interop.hl7 import ack, events, handlers, operations
from osmose.interop.hl7.messages import Adt, Header, Hl7Problem, read_header
from osmose.interop.hl7.models import InboxMessage, MessageState, as_text
from osmose.interop.hl7.policies import APPLY
from osmose.kernel.access.actor import Actor, FeedActor
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events.record import EventSubject, record
from osmose.organisations.models import Establishment

REPLAYABLE = (MessageState.RECEIVED, MessageState.REFUSED)
_SETTLED = [
    "state",
    "ack",
    "event",
    "error_code",
    "error_place",
    "error_sentence",
    "establishment_id",
    "encounter_id",
    "settled_at",
]


class AlreadySettled(Exception):
    """Another process, or an earlier attempt, did it: nothing is written again."""

    def __init__(self, message: InboxMessage):
        super().__init__("settled")
        self.message = message


@dataclass(frozen=True)
class Applied:
    """A message with its answer, and whom it was about: what the access journal keeps."""

    message: InboxMessage
    effect: handlers.Effect

    def event_subject(self) -> EventSubject:
        about: uuid.UUID | None = self.effect.encounter_id
        return EventSubject(about, self.effect.person_id, self.message.data_key_id)


@action(may=APPLY, subject="message", verb=Verb.CHANGE)
def apply(*, actor: FeedActor, message: InboxMessage, adt: Adt, establishment: Establishment, now: datetime) -> Applied:
    """Carries a message out once, whoever asks and how often; what a rule refuses undoes all of it.

    Raises `AlreadySettled` where it was already applied or queued.
    """
    row = _lock(message)
    feed = operations.Feed(actor=actor, establishment=establishment, adt=adt, now=now)
    operations.wait_turn(feed)
    effect = handlers.handle(feed)
    row.state = MessageState.QUEUED if effect.is_queued else MessageState.APPLIED
    row.event, row.establishment_id, row.encounter_id = adt.event, establishment.pk, effect.encounter_id
    row.error_code, row.error_place, row.error_sentence = "", "", None
    row.ack, row.settled_at = as_text(ack.accept(_header(row), control_id=_answer_id(row), now=now)), now
    row.save(update_fields=_SETTLED)
    told = (
        events.MessageQueued(event=adt.event)
        if effect.is_queued
        else events.MessageApplied(event=adt.event, notes=list(effect.notes))
    )
    record(told, subject=row, actor=actor, at=now)
    return Applied(row, effect)


@action(may=APPLY, subject="message", verb=Verb.CHANGE)
def refuse(
    *, actor: Actor, message: InboxMessage, problem: Hl7Problem, establishment_id: uuid.UUID | None, now: datetime
) -> InboxMessage:
    """Keeps why a message was refused and what its sender is answered; it can be applied again later."""
    row = _lock(message)
    header = _header(row)
    row.state, row.event = MessageState.REFUSED, event_word(header.event)
    row.establishment_id = establishment_id
    row.error_code, row.error_place = problem.table_code.value, problem.place
    row.error_sentence = problem.sentence
    row.ack = as_text(ack.refuse(header, problem, control_id=_answer_id(row), now=now))
    row.settled_at = now
    row.save(update_fields=_SETTLED)
    told = events.MessageRefused(event=row.event, code=row.error_code, place=row.error_place)
    record(told, subject=row, actor=actor, at=now)
    return row


def event_word(event: str) -> str:
    """« A04 », or nothing where the sender wrote something else."""
    return event if len(event) == 3 and event.isascii() and event.isalnum() else ""


def _lock(message: InboxMessage) -> InboxMessage:
    """The fresh row, locked until the end of the transaction: of two processes one waits, then finds it done."""
    row = InboxMessage.objects.select_for_update(of=("self",)).filter(pk=message.pk).first()
    if row is None:
        raise NotVisible
    if row.state not in REPLAYABLE:
        raise AlreadySettled(row)
    return row


def _header(row: InboxMessage) -> Header:
    return read_header(row.body or b"")


def _answer_id(row: InboxMessage) -> str:
    """MSH-10 of the answer: 20 characters, the same for the same message."""
    return row.pk.hex[-20:].upper()
