"""Data keys: made, loaded for a list in one query, rewrapped, destroyed for ever."""

import logging
import os
import threading
import uuid
from collections.abc import Iterable
from datetime import datetime

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, connection, transaction

from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keyset
from osmose.kernel.crypto.cache import Held, KeyCache
from osmose.kernel.crypto.errors import KeyDestroyed, KeyMissing, Tampered, Unreadable, WrongKey
from osmose.kernel.crypto.models import DataKey, KeyDestruction, KeyKind

CHANNEL = "osmose_keys"
_LABEL = "crypto.datakey.wrapped"
_KEY_BYTES = 32
logger = logging.getLogger(__name__)
_cache = KeyCache()


def create(owner_id: uuid.UUID) -> DataKey:
    """A new data key for a person, ready to use."""
    return _create(KeyKind.PERSON, owner_id)


def system() -> DataKey:
    """The one key of what belongs to no person; made the first time."""
    found = DataKey.objects.filter(kind=KeyKind.SYSTEM).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _create(KeyKind.SYSTEM, None)
    except IntegrityError:  # another process was first
        return DataKey.objects.get(kind=KeyKind.SYSTEM)


def _create(kind: KeyKind, owner_id: uuid.UUID | None) -> DataKey:
    wrapping = keyset.refresh().wrapping  # a rotation by another process counts at once
    key_id = new_id()
    secret = os.urandom(_KEY_BYTES)
    row = DataKey.objects.create(
        id=key_id,
        kind=kind,
        owner_id=owner_id,
        wrapped=wrapping.wrap(secret, bound_to=key_id),
        wrapping_key_id=wrapping.primary_id,
    )
    _cache.put(key_id, AESGCM(secret))
    return row


def load(ids: Iterable[uuid.UUID | None]) -> None:
    """Unwrap the keys that this process lacks, in one query (none when it lacks none).

    Never raises for a bad key: the row that needs it says so when it is read.
    """
    missing = _cache.missing(key_id for key_id in ids if key_id is not None)
    if missing:
        _fetch(missing)


def adopt(rows: Iterable[DataKey]) -> None:
    """Unwrap the keys that came joined to a list: no query at all."""
    for row in rows:
        if _cache.get(row.pk) is None:
            _cache.put(row.pk, _unwrap(row.pk, row.wrapped))


def primitive(key_id: uuid.UUID, *, label: str, pk: object) -> AESGCM:
    """The key that opens a row; an `Unreadable` naming that row's field otherwise."""
    held = _cache.get(key_id) or _fetch([key_id])[key_id]
    if isinstance(held, AESGCM):
        return held
    raise held(label, pk)


def _fetch(missing: list[uuid.UUID]) -> dict[uuid.UUID, Held]:
    found = dict(DataKey.objects.filter(pk__in=missing).values_list("pk", "wrapped"))
    return {
        key_id: _cache.put(key_id, _unwrap(key_id, found[key_id]) if key_id in found else KeyMissing)
        for key_id in missing
    }


def _unwrap(key_id: uuid.UUID, wrapped: bytes | memoryview | None) -> Held:
    if wrapped is None:
        return KeyDestroyed
    try:
        return AESGCM(_secret(key_id, bytes(wrapped)))
    except Unreadable as problem:
        logger.warning("%s", problem)
        return type(problem)


def _secret(key_id: uuid.UUID, wrapped: bytes) -> bytes:
    """The bytes of a data key; the keyset is read again from disk when it doesn't know the wrapping key."""
    wrapping = keyset.current().wrapping
    if not wrapping.knows(wrapped):
        wrapping = keyset.refresh().wrapping
    if not wrapping.knows(wrapped):
        raise WrongKey(_LABEL, key_id)
    try:
        return wrapping.unwrap(wrapped, bound_to=key_id)
    except keyset.Rejected:
        raise Tampered(_LABEL, key_id) from None


def destroy(key_id: uuid.UUID, *, by: uuid.UUID, at: datetime) -> None:
    """Destroy a person's key for ever, with its line in the ledger; every process drops it on commit.

    A second destruction changes nothing. `KeyMissing` when there is no such key; the system key is refused.
    """
    with transaction.atomic():
        row = DataKey.objects.select_for_update(no_key=True).filter(pk=key_id).first()
        if row is None:
            raise KeyMissing(_LABEL, key_id)
        if row.owner_id is None:
            raise ValueError("The system key can't be destroyed: what it protects belongs to nobody.")
        if row.destroyed_at is not None:
            return
        row.wrapped, row.destroyed_at, row.destroyed_by = None, at, by
        row.save(update_fields=["wrapped", "destroyed_at", "destroyed_by"])
        KeyDestruction.objects.create(key_id=key_id, owner_id=row.owner_id, destroyed_at=at, destroyed_by=by)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(key_id)])
        _cache.forget(key_id)
        transaction.on_commit(lambda: _cache.bury(key_id))


def rewrap(batch: int = 500) -> int:
    """Wrap up to `batch` data keys again under the primary key; how many were, 0 when none is left to do.

    Each batch is a transaction: stop and resume at will, every row is readable throughout. Keys that can't be
    unwrapped are left as they are, and logged.
    """
    wrapping = keyset.refresh().wrapping
    others = wrapping.ids - {wrapping.primary_id}
    rows = DataKey.objects.filter(wrapping_key_id__in=others, wrapped__isnull=False).order_by("pk")
    after = uuid.UUID(int=0)
    while True:
        with transaction.atomic():
            chunk = list(rows.filter(pk__gt=after).select_for_update(no_key=True)[:batch])
            done = [row for row in chunk if _rewrapped(row, wrapping)]
            DataKey.objects.bulk_update(done, ["wrapped", "wrapping_key_id"])
        if done or not chunk:
            return len(done)
        after = chunk[-1].pk


def _rewrapped(row: DataKey, wrapping: keyset.WrappingKeys) -> bool:
    try:
        secret = _secret(row.pk, bytes(row.wrapped or b""))
    except Unreadable as problem:
        logger.error("Not rewrapped: %s", problem)  # noqa: TRY400 - a trace would say nothing more
        return False
    row.wrapped = wrapping.wrap(secret, bound_to=row.pk)
    row.wrapping_key_id = wrapping.primary_id
    return True


def forget(key_id: uuid.UUID) -> None:
    """Drop one key from this process."""
    _cache.forget(key_id)


def forget_all() -> None:
    """Drop every key from this process."""
    _cache.clear()


def listen_for_destruction(stop: threading.Event | None = None, *, retry_seconds: float = 1.0) -> None:
    """Drop keys as other processes destroy them; the body of a daemon thread.

    Listens on a connection of its own. What was notified while it was away is lost, so every (re)connection starts
    by dropping all keys; they are loaded again as rows need them.
    """
    stop = stop or threading.Event()
    while not stop.is_set():
        try:
            _listen(stop)
        except (psycopg.Error, ValueError) as problem:
            logger.warning("Destroyed keys are no longer notified (%s): all dropped.", type(problem).__name__)
            _cache.clear()
            stop.wait(retry_seconds)


def _listen(stop: threading.Event) -> None:
    with psycopg.Connection.connect(**connection.get_connection_params(), autocommit=True) as listener:
        listener.execute("LISTEN osmose_keys")
        _cache.clear()
        while not stop.is_set():
            for notice in listener.notifies(timeout=1.0):
                _cache.bury(uuid.UUID(notice.payload))
