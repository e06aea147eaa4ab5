"""The database refuses a clinical write that no declared actor explains, whoever writes and however."""
# ruff: noqa: PT012 - a transaction and what is done in it fail together

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from osmose.encounters.models import Encounter, Movement
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.db.context import declared_transaction, read_only, require_declared
from osmose.kernel.drafts.models import Draft
from osmose.kernel.events.models import Event
from tests.kernel.world import MAKER, note, version_of, writing

pytestmark = pytest.mark.django_db(transaction=True)


def sqlstate(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def _grant() -> Grant:
    return Grant(
        subject_id=new_id(),
        person_id=new_id(),
        unit_id=new_id(),
        scope=["suivi"],
        source="guest",
        starts_at=clock.now(),
    )


def _draft() -> Draft:
    from osmose.kernel.crypto import keys

    return Draft(
        user_id=new_id(), subject_id=new_id(), kind="note", data_key_id=keys.system().pk, body="…", saved_at=clock.now()
    )


def _raw(sql: str) -> Callable[[Encounter], None]:
    def run(pec: Encounter) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [pec.pk])

    return run


WAYS: dict[str, Callable[[Encounter], Any]] = {
    "create": lambda pec: _grant().save(force_insert=True),
    "create a draft": lambda pec: _draft().save(force_insert=True),
    "save": lambda pec: pec.save(update_fields=["version"]),
    "bulk_create": lambda pec: Grant.objects.bulk_create([_grant(), _grant()]),
    "bulk_update": lambda pec: Encounter.objects.bulk_update([pec], ["version"]),
    "update": lambda pec: Encounter.objects.filter(pk=pec.pk).update(version=7),
    "delete": lambda pec: Movement.objects.filter(encounter=pec).delete(),
    "delete the row": lambda pec: Encounter.objects.filter(pk=pec.pk)._raw_delete("default"),
    "raw update": _raw("UPDATE encounters_encounter SET version = 7 WHERE id = %s"),
    "raw delete": _raw("DELETE FROM encounters_movement WHERE encounter_id = %s"),
    "raw event": _raw(
        "INSERT INTO events_event (uid, kind, actor_id, changed, occurred_at, data_key_id, payload)"
        " VALUES (%s, 'x', gen_random_uuid(), '{}', now(), gen_random_uuid(), 'x')"
    ),
}


@pytest.mark.parametrize("is_wrapped", [False, True], ids=["alone", "in a transaction"])
def test_a_write_without_a_declared_actor_is_refused_whatever_the_way(pec: Encounter, is_wrapped: bool) -> None:
    grants, pec.version = Grant.objects.count(), 41
    for way, write in WAYS.items():
        with pytest.raises(DatabaseError) as error, transaction.atomic() if is_wrapped else nullcontext():
            write(pec)
            pytest.fail(f"{way}: written by nobody")
        assert sqlstate(error.value) == "42501", way
        assert "no actor declared" in str(error.value), way
    assert (version_of(pec), Grant.objects.count()) == (1, grants)


def test_the_author_is_forgotten_at_the_end_of_the_transaction(pec: Encounter) -> None:
    with declared_transaction(actor_id=MAKER.id):
        Encounter.objects.filter(pk=pec.pk).update(version=2)
    with pytest.raises(DatabaseError, match="no actor"):
        Encounter.objects.filter(pk=pec.pk).update(version=3)
    assert version_of(pec) == 2
    with pytest.raises(RuntimeError):
        require_declared()


def test_the_author_is_forgotten_when_the_transaction_fails(pec: Encounter) -> None:
    with pytest.raises(ZeroDivisionError), declared_transaction(actor_id=MAKER.id):
        Encounter.objects.filter(pk=pec.pk).update(version=2)
        _ = 1 / 0
    with pytest.raises(DatabaseError, match="no actor"):
        Encounter.objects.filter(pk=pec.pk).update(version=3)
    assert version_of(pec) == pec.version


def test_an_empty_author_is_no_author(pec: Encounter) -> None:
    with pytest.raises(DatabaseError, match="no actor"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('osmose.actor', '', true)")
        Encounter.objects.filter(pk=pec.pk).update(version=3)


def test_a_deed_inside_another_is_refused_and_leaves_the_outer_one_its_author(pec: Encounter) -> None:
    with declared_transaction(actor_id=MAKER.id):
        with pytest.raises(RuntimeError, match="durable"), declared_transaction(actor_id=new_id()):
            pass  # pragma: no cover
        Encounter.objects.filter(pk=pec.pk).update(version=2)
    assert version_of(pec) == 2


def test_a_savepoint_neither_changes_nor_loses_the_author(pec: Encounter) -> None:
    with writing() as actor:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Encounter.objects.filter(pk=pec.pk).update(version=2)
            _ = 1 / 0
        with transaction.atomic():
            Encounter.objects.filter(pk=pec.pk).update(version=3)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('osmose.actor')")
            assert cursor.fetchone() == (str(actor.id),)
    assert version_of(pec) == 3


def test_each_version_of_a_row_names_its_author_and_its_request(pec: Encounter, nurse: Actor) -> None:
    note(actor=nurse, encounter=pec, text="vu", now=clock.now())
    version = Encounter.history.rel.related_model.objects.order_by("-pgh_id").first()
    assert version.pgh_obj_id == pec.pk
    assert version.pgh_label == "update"
    assert version.pgh_context == {"actor": str(nurse.id), "request": str(nurse.request_id)}


def test_raw_sql_leaves_a_version_too(pec: Encounter) -> None:
    with writing() as actor:
        _raw("UPDATE encounters_encounter SET version = 7 WHERE id = %s")(pec)
    version = Encounter.history.rel.related_model.objects.order_by("-pgh_id").first()
    assert (version.version, version.pgh_context["actor"]) == (7, str(actor.id))


def test_the_history_keeps_ciphertext_only(pec: Encounter) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), string_agg(encode(motif, 'escape'), ' ') FROM encounters_encounterhistory")
        count, stored = cursor.fetchone()
    assert count >= 1
    assert "noires" not in stored


def test_what_is_read_only_refuses_every_write(pec: Encounter) -> None:
    for write in (
        lambda: Encounter.objects.filter(pk=pec.pk).update(version=7),
        lambda: Event.objects.select_for_update().first(),
        lambda: note(actor=MAKER, encounter=pec, text="non", now=clock.now()),
    ):
        with pytest.raises((DatabaseError, RuntimeError)), read_only():
            write()
    assert version_of(pec) == pec.version
    Encounter.objects.count()  # and the connection is as before
    with writing():
        Encounter.objects.filter(pk=pec.pk).update(version=8)


def test_two_deeds_in_a_row_each_have_their_author(pec: Encounter) -> None:
    authors = [new_id(), new_id()]
    for number, author in enumerate(authors):
        with declared_transaction(actor_id=author):
            Encounter.objects.filter(pk=pec.pk).update(version=5 + number)
    versions = Encounter.history.rel.related_model.objects.order_by("-pgh_id")[:2]
    assert [v.pgh_context["actor"] for v in versions] == [str(a) for a in reversed(authors)]
