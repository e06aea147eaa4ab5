"""Data keys: loaded in one query, rewrapped while read, destroyed for ever in every process."""

import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from osmose.kernel.base.clock import now
from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keys, keyset
from osmose.kernel.crypto.cache import KeyCache
from osmose.kernel.crypto.errors import KeyDestroyed, KeyMissing, Tampered, WrongKey
from osmose.kernel.crypto.models import DataKey, KeyDestruction
from osmose.kernel.crypto.reading import UNREADABLE, readable
from tests.database import as_application, as_owner
from tests.kernel.crypto.conftest import PASSPHRASE, use_keysets
from tests.kernel.crypto.models import Person

pytestmark = pytest.mark.usefixtures("tables")
DENIS = uuid.UUID(int=7)


def people(count: int) -> list[Person]:
    return [Person.objects.create(data_key=keys.create(new_id()), name=f"Nom {n}") for n in range(count)]


def test_a_list_of_five_keys_loads_them_in_one_query() -> None:
    people(5)
    keys.forget_all()
    with CaptureQueriesContext(connection) as queries:
        rows = list(Person.objects.order_by("pk"))
        keys.load(row.data_key_id for row in rows)
        assert [row.name for row in rows] == [f"Nom {n}" for n in range(5)]
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        keys.load(row.data_key_id for row in rows)
    assert len(queries) == 0


def test_one_unreadable_row_does_not_take_the_list_down(caplog: pytest.LogCaptureFixture) -> None:
    rows = people(4)
    keys.destroy(rows[1].data_key_id, by=DENIS, at=now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_tests_person SET name = 'x' WHERE id = %s", [rows[2].pk])
    rows = list(Person.objects.order_by("pk"))
    with CaptureQueriesContext(connection) as queries:
        keys.load(row.data_key_id for row in rows)
        shown = [readable(row, "name") for row in rows] + [readable(row, "name") for row in rows]
    assert shown[:4] == ["Nom 0", UNREADABLE, UNREADABLE, "Nom 3"]
    assert (str(shown[1]), bool(shown[1])) == ("illisible", False)
    assert len(queries) == 1  # the absent key is not asked again for each row
    assert f"data key destroyed: crypto_tests.person.name {rows[1].pk}" in caplog.text
    assert "Nom" not in caplog.text


def test_there_is_one_system_key() -> None:
    key = keys.system()
    assert keys.system().pk == key.pk
    assert (key.kind, key.owner_id) == ("system", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataKey.objects.create(kind="system", wrapped=b"x", wrapping_key_id=1)
    with pytest.raises(ValueError, match="system key"):
        keys.destroy(key.pk, by=DENIS, at=now())


def test_the_table_holds_no_key_in_clear() -> None:
    key = keys.create(new_id())
    secret = keyset.current().wrapping.unwrap(bytes(key.wrapped), bound_to=key.pk)
    assert len(secret) == 32
    assert secret not in bytes(key.wrapped)


def test_destroying_a_key_is_for_ever_and_leaves_its_line(person: Person) -> None:
    at = now()
    keys.destroy(person.data_key_id, by=DENIS, at=at)
    with pytest.raises(KeyDestroyed):
        _ = person.name
    with pytest.raises(KeyDestroyed):
        _ = Person.objects.get().name
    row = DataKey.objects.get(pk=person.data_key_id)
    assert (row.wrapped, row.destroyed_at, row.destroyed_by) == (None, at, DENIS)
    line = KeyDestruction.objects.get()
    assert (line.key_id, line.owner_id, line.destroyed_at, line.destroyed_by) == (row.pk, row.owner_id, at, DENIS)
    keys.destroy(person.data_key_id, by=uuid.UUID(int=8), at=now())
    assert KeyDestruction.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        DataKey.objects.filter(pk=row.pk).update(wrapped=b"x", destroyed_at=None, destroyed_by=None)
    person.name = "Autre"
    with pytest.raises(KeyDestroyed), transaction.atomic():
        person.save(update_fields=["name"])


def test_an_unknown_key_cannot_be_destroyed() -> None:
    with pytest.raises(KeyMissing):
        keys.destroy(new_id(), by=DENIS, at=now())


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM crypto_datakey",
        "TRUNCATE crypto_datakey",
        "TRUNCATE crypto_keydestruction",
        "DELETE FROM crypto_keydestruction",
        "UPDATE crypto_keydestruction SET destroyed_by = key_id",
    ],
)
def test_the_application_may_not_erase_keys_nor_their_ledger(person: Person, statement: str) -> None:
    keys.destroy(person.data_key_id, by=DENIS, at=now())
    with pytest.raises((ProgrammingError, InternalError)) as refusal, transaction.atomic():
        connection.cursor().execute(statement)
    assert refusal.value.__cause__.sqlstate == "42501"


def test_wrapped_keys_of_two_persons_cannot_be_exchanged(person: Person) -> None:
    other = keys.create(new_id())
    DataKey.objects.filter(pk=person.data_key_id).update(wrapped=other.wrapped)
    keys.forget_all()
    with pytest.raises(Tampered):
        _ = Person.objects.get().name


def test_another_keyset_says_wrong_key(person: Person, settings, tmp_path: Path) -> None:
    keyset.ensure(tmp_path, PASSPHRASE)
    use_keysets(settings, tmp_path)
    with pytest.raises(WrongKey) as problem:
        _ = Person.objects.get().name
    assert str(person.pk) in str(problem.value)
    assert keys.rewrap() == 0


def test_rows_stay_readable_while_their_keys_are_rewrapped(own_keysets: Path) -> None:
    people(5)
    keyset.rotate(own_keysets, PASSPHRASE)
    rewrapped = []
    while done := keys.rewrap(batch=2):
        rewrapped.append(done)
        keys.forget_all()
        assert [row.name for row in Person.objects.order_by("pk")] == [f"Nom {n}" for n in range(5)]
    assert rewrapped == [2, 2, 1]
    primary = keyset.current().wrapping.primary_id
    assert set(DataKey.objects.values_list("wrapping_key_id", flat=True)) == {primary}
    keyset.retire(own_keysets, PASSPHRASE, keep=set())
    keyset.refresh()
    keys.forget_all()
    assert Person.objects.order_by("pk")[0].name == "Nom 0"


def test_a_key_that_cannot_be_unwrapped_does_not_stop_the_others(own_keysets: Path) -> None:
    rows = people(3)
    DataKey.objects.filter(pk=rows[0].data_key_id).update(wrapped=rows[1].data_key.wrapped)
    keys.destroy(rows[2].data_key_id, by=DENIS, at=now())
    keyset.rotate(own_keysets, PASSPHRASE)
    assert [keys.rewrap(batch=1), keys.rewrap(batch=1)] == [1, 0]


def test_a_rotation_by_another_process_is_noticed(own_keysets: Path) -> None:
    mine = keyset.current()
    keyset.rotate(own_keysets, PASSPHRASE)
    (row,) = people(1)
    theirs = keyset.current()
    assert row.data_key.wrapping_key_id == theirs.wrapping.primary_id != mine.wrapping.primary_id
    # This process still holds the keyset from before, and meets a key wrapped under the new one.
    place = (own_keysets, PASSPHRASE)
    keyset._opened[place] = ((0, 0), mine)
    keys.forget_all()
    assert Person.objects.get().name == "Nom 0"


def test_the_cache_is_bounded_and_short_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("osmose.kernel.crypto.cache.time.monotonic", lambda: clock[0])
    cache = KeyCache(size=2, seconds=10, absent_seconds=1)
    ids = [new_id() for _ in range(3)]
    primitives = [keys.AESGCM(bytes([n]) * 32) for n in range(3)]
    for key_id, primitive in zip(ids, primitives, strict=True):
        cache.put(key_id, primitive)
    assert [cache.get(key_id) for key_id in ids] == [None, primitives[1], primitives[2]]
    cache.get(ids[1])
    cache.put(ids[0], KeyMissing)
    assert cache.missing(ids) == [ids[2]]  # least recently used went
    clock[0] = 2
    assert cache.missing(ids[:2]) == [ids[0]]
    clock[0] = 11
    assert cache.missing(ids[:2]) == ids[:2]


def test_a_key_buried_while_it_was_being_read_is_not_held_again() -> None:
    cache, key_id = KeyCache(), new_id()
    cache.bury(key_id)
    assert cache.put(key_id, keys.AESGCM(b"k" * 32)) is KeyDestroyed
    assert cache.get(key_id) is None


@pytest.fixture
def listener() -> Iterator[threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(
        target=keys.listen_for_destruction, args=(stop,), kwargs={"retry_seconds": 0.05}, daemon=True
    )
    thread.start()
    yield thread
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def eventually(condition, seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def listening() -> int | None:
    with as_owner() as other:
        other.execute("RESET ROLE")  # the owner doesn't see what others run
        row = other.execute(
            "SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN osmose_keys' AND datname = current_database()"
        ).fetchone()
    return row[0] if row else None


@pytest.mark.django_db(transaction=True)
def test_a_key_destroyed_by_another_process_is_dropped_here(test_tables: None, listener: threading.Thread) -> None:
    assert eventually(listening)
    kept, gone = keys.create(new_id()), keys.create(new_id())
    with as_application() as other, other.transaction():
        other.execute("SELECT pg_notify('osmose_keys', %s)", [str(gone.pk)])
        assert keys._cache.get(gone.pk) is not None
    assert eventually(lambda: keys._cache.get(gone.pk) is None)
    assert keys._cache.get(kept.pk) is not None


@pytest.mark.django_db(transaction=True)
def test_destruction_notifies_the_other_processes_once_committed(test_tables: None) -> None:
    key = keys.create(new_id())
    with as_application() as other:
        other.execute("LISTEN osmose_keys")
        with transaction.atomic():
            keys.destroy(key.pk, by=DENIS, at=now())
            assert not list(other.notifies(timeout=0.1, stop_after=1))
        (notice,) = other.notifies(timeout=5, stop_after=1)
    assert notice.payload == str(key.pk)
    assert keys._cache.put(key.pk, keys.AESGCM(b"k" * 32)) is KeyDestroyed


@pytest.mark.django_db(transaction=True)
def test_losing_the_connection_drops_every_key_and_listens_again(
    test_tables: None, listener: threading.Thread, owner_connection: psycopg.Connection
) -> None:
    assert eventually(listening)
    first, key = listening(), keys.create(new_id())
    owner_connection.execute("RESET ROLE")
    owner_connection.execute("SELECT pg_terminate_backend(%s)", [first])
    assert eventually(lambda: keys._cache.get(key.pk) is None)
    assert eventually(lambda: listening() not in (None, first))
    assert listener.is_alive()
