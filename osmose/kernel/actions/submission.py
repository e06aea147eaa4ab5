"""One submission of a form: its token, its door and a digest of its body, given by the guard."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from osmose.kernel.actions.models import IdempotencyKey
from osmose.kernel.base.refused import Refused

LIFE = timedelta(days=2)


@dataclass(frozen=True)
class Submission:
    """`token` comes from the page; without one (a script, a job) a deed is not deduplicated."""

    token: str
    door: str
    body_digest: bytes


class Replayed(Exception):
    """The same submission was already carried out: show what it did, under today's rights."""

    def __init__(self, subject_id: uuid.UUID | None):
        super().__init__("replayed")
        self.subject_id = subject_id


@dataclass
class _Given:
    """The submission of the request, and whether a deed was carried out for it."""

    submission: Submission | None
    is_settled: bool = False


_current: ContextVar[_Given | None] = ContextVar("osmose_submission", default=None)


@contextmanager
def submitted(submission: Submission | None) -> Iterator[None]:
    """The guard runs a view inside."""
    reset = _current.set(_Given(submission))
    try:
        yield
    finally:
        _current.reset(reset)


def claim(actor_id: uuid.UUID, now: datetime) -> Submission | None:
    """Inserts the key of the current submission, or raises `Replayed`.

    A twin that arrives meanwhile waits on the primary key until this transaction ends.
    """
    given = _current.get()
    if given is None or given.submission is None:
        return None
    if given.is_settled:
        raise RuntimeError("One submission, one deed: a second one would pass for a replay of the first.")
    submission = given.submission
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO actions_idempotencykey (actor_id, token, door, body_digest, event_uids, at)"
            " VALUES (%s, %s, %s, %s, '{}', %s) ON CONFLICT (actor_id, token) DO NOTHING",
            [actor_id, submission.token, submission.door, submission.body_digest, now],
        )
        if cursor.rowcount == 1:
            return submission
    done = IdempotencyKey.objects.get(actor_id=actor_id, token=submission.token)
    if bytes(done.body_digest) != submission.body_digest or done.door != submission.door:
        raise Refused(
            "Ce formulaire a déjà été envoyé avec un autre contenu. Rechargez la page et vérifiez ce qui a été "
            "enregistré avant de recommencer.",
            code="token-reused",
            status=409,
        )
    raise Replayed(done.subject_id)


def settle(
    submission: Submission, actor_id: uuid.UUID, event_uids: Iterable[uuid.UUID], subject: uuid.UUID | None
) -> None:
    """Writes down what the submission did."""
    if (given := _current.get()) is not None:
        given.is_settled = True
    IdempotencyKey.objects.filter(actor_id=actor_id, token=submission.token).update(
        event_uids=list(event_uids), subject_id=subject
    )


def drop_old(now: datetime) -> int:
    """Forgets the submissions older than two days; returns how many."""
    deleted, _ = IdempotencyKey.objects.filter(at__lt=now - LIFE).delete()
    return deleted
