"""The gate of every message: stored first, then applied, each in a transaction of its own.

Killed between the two, a message is taken up where it was left when its sender repeats it. Killed after, the stored
answer is sent again.
"""

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError

from osmose.interop.hl7 import ack, actions, operations
from osmose.interop.hl7.messages import Adt, ErrorCode, Hl7Problem, parse, read_header, split_file
from osmose.interop.hl7.models import InboxMessage, MessageState, as_text
from osmose.kernel.access.actor import FeedActor
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.blind import subkey
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import Establishment

ATTEMPTS = 3
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """Where messages come from (a folder, a port). Where `establishment` is set, it may speak for no other."""

    name: str
    establishment: Establishment | None = None

    @property
    def actor(self) -> FeedActor:
        """Who stores a message before anybody knows which hospital sent it."""
        return FeedActor.named(f"hl7:{self.name}")


@dataclass(frozen=True)
class Received:
    """The stored message; not new: it was there before, with its answer where it was settled."""

    message: InboxMessage
    is_new: bool


def take(raw: bytes, *, source: Source, now: datetime) -> Received:
    """Stores a message and applies it; one already settled comes back with the answer it had."""
    received = receive(raw, source=source, now=now)
    if received.message.state != MessageState.RECEIVED:
        return received
    return Received(settle(received.message, source=source, now=now), received.is_new)


def receive(raw: bytes, *, source: Source, now: datetime) -> Received:
    """Transaction 1: the message as it came, even where nothing of it can be read.

    The same sender, control id and body is the same message. The same control id with another body is a new one,
    flagged.
    """
    try:
        return _receive(raw, source, now)
    except IntegrityError:  # a twin was first
        return _receive(raw, source, now)


def _receive(raw: bytes, source: Source, now: datetime) -> Received:
    header = read_header(raw)
    key = {
        "sending_application": _word(header.sending_application, 120),
        "sending_facility": _word(header.sending_facility, 120),
        "control_id": _word(header.control_id, 200),
    }
    digest = _digest(raw)
    with declared_transaction(actor_id=source.actor.id):
        same = list(
            InboxMessage.objects.filter(**key)
            if key["control_id"]
            else InboxMessage.objects.filter(**key, body_digest=digest)
        )
        for row in same:
            if bytes(row.body_digest) == digest:
                return Received(row, is_new=False)
        row = InboxMessage.objects.create(
            **key,
            data_key=keys.system(),
            source=source.name[:60],
            event=actions.event_word(header.event),
            body_digest=digest,
            raw=as_text(raw),
            is_conflicting=bool(same),
            received_at=now,
        )
    return Received(row, is_new=True)


def settle(message: InboxMessage, *, source: Source, now: datetime) -> InboxMessage:
    """Transaction 2: applies a stored message, or keeps why it can't be. The gate of a replay too.

    The row as it is after, with its answer. A database that is away raises, and the message waits as it is.
    """
    body = message.body
    if body is None:
        return message  # its text was dropped: nothing can be done any more
    establishment: Establishment | None = None
    actor = source.actor
    try:
        adt = parse(body)
        establishment = operations.establishment_of(adt, source.establishment)
        actor = operations.feed_of(establishment, adt.sending_application)
        return _apply(message, adt, actor, establishment, now)
    except actions.AlreadySettled as settled:
        return settled.message
    except Refused as refused:
        problem = ack.problem_of(refused)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # whatever fails, the message is kept and its sender is answered
        log.error("HL7 message %s not applied: %s", message.pk, type(error).__name__)  # noqa: TRY400 - it quotes rows
        problem = Hl7Problem(
            "Erreur interne\u202f: le message est gardé et pourra être rejoué.",
            segment="MSH",
            position=10,
            table_code=ErrorCode.INTERNAL_ERROR,
        )
    return _refuse(message, problem, actor, establishment, now)


def _apply(
    message: InboxMessage, adt: Adt, actor: FeedActor, establishment: Establishment, now: datetime
) -> InboxMessage:
    """Two messages about the same patient or visit at once: the second tries again and finds what the first wrote.

    Each attempt has its own instant: the first one's may be before what a neighbour wrote while it waited.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _applied(message, adt, actor, establishment, now)
        except DatabaseError as error:
            if not _may_pass_next_time(error):
                raise
        now = clock.now()
    return _applied(message, adt, actor, establishment, now)


def _applied(
    message: InboxMessage, adt: Adt, actor: FeedActor, establishment: Establishment, now: datetime
) -> InboxMessage:
    return actions.apply(actor=actor, message=message, adt=adt, establishment=establishment, now=now).message


def _refuse(
    message: InboxMessage, problem: Hl7Problem, actor: FeedActor, establishment: Establishment | None, now: datetime
) -> InboxMessage:
    try:
        return actions.refuse(
            actor=actor,
            message=message,
            problem=problem,
            establishment_id=establishment.pk if establishment else None,
            now=now,
        )
    except actions.AlreadySettled as settled:
        return settled.message


def _may_pass_next_time(error: DatabaseError) -> bool:
    """True for what only a neighbour's transaction caused."""
    return isinstance(error, IntegrityError) or isinstance(
        error.__cause__, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure
    )


def _digest(raw: bytes) -> bytes:
    """A keyed digest of the message, whatever its line ends and frames: clear digests of names can be guessed."""
    pieces = split_file(raw)
    body = pieces[0] if len(pieces) == 1 else raw
    return hmac.digest(subkey("hl7-body"), body, "sha256")


def _word(text: str, length: int) -> str:
    """A header field as a clear column: printable, short."""
    return clean(text)[:length]
