"""Who writes: declared once in the outermost transaction, read by every trigger, gone at its end."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from osmose.kernel.base.ids import new_id

_SET = (
    "SELECT set_config('osmose.actor', %s, true), set_config('pghistory.context_id', %s, true),"
    " set_config('pghistory.context_metadata', %s, true)"
)


@dataclass(frozen=True)
class Declared:
    """The author of the open transaction, and the request it belongs to."""

    actor_id: uuid.UUID
    request_id: uuid.UUID


_current: ContextVar[Declared | None] = ContextVar("osmose_declared", default=None)


def _tell(actor: str, context_id: str, metadata: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, [actor, context_id, metadata])


@contextmanager
def declared_transaction(*, actor_id: uuid.UUID, request_id: uuid.UUID | None = None) -> Iterator[Declared]:
    """A durable transaction in which the actor is declared; everything or nothing is written.

    One round trip tells the triggers (`osmose.actor`) and the history (`pghistory.*`). The setting is local to
    the transaction; where a test wraps it in another one, it is cleared by hand so that it can't hide an omission.
    """
    declared = Declared(actor_id, request_id or new_id())
    metadata = json.dumps({"actor": str(declared.actor_id), "request": str(declared.request_id)})
    has_told = False
    try:
        with transaction.atomic(durable=True):
            _tell(str(actor_id), str(new_id()), metadata)
            has_told = True
            token = _current.set(declared)
            try:
                yield declared
            finally:
                _current.reset(token)
    finally:
        # Not where a nested deed was refused before it began: the outer one keeps its author.
        if has_told and connection.in_atomic_block and not connection.needs_rollback:
            _tell("", "", "")


def require_declared() -> Declared:
    """The author of the open transaction; a programming error when there is none."""
    declared = _current.get()
    if declared is None:
        raise RuntimeError("A clinical write needs an open action: nobody is declared as its author.")
    return declared


@contextmanager
def read_only() -> Iterator[None]:
    """A transaction in which every write fails (sqlstate 25006): what a GET runs and renders in."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
