"""What is being typed is kept, encrypted, for its author alone, and not for ever."""

import threading
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.models import DataKey
from osmose.kernel.drafts import keeping
from osmose.kernel.drafts.models import Draft
from osmose.kernel.drafts.tasks import drop_old_drafts
from tests.kernel.world import MAKER, writing

pytestmark = pytest.mark.django_db
USER, SUBJECT = new_id(), new_id()


@pytest.fixture
def key(db: None) -> DataKey:
    return keys.create(new_id())


def keep(key: DataKey, body: str, *, now: datetime | None = None, **given: Any) -> None:
    about = {"user_id": USER, "subject_id": SUBJECT, "kind": "note", **given}
    with writing():
        keeping.keep(**about, data_key_id=key.pk, body=body, now=now or clock.now())


def body(user: uuid.UUID = USER, kind: str = "note") -> str | None:
    """The newest text of a kind."""
    found = keeping.texts_about(user_id=user, subject_id=SUBJECT)
    return next((text.body for text in found if text.kind == kind), None)


def test_the_last_text_is_kept_once(key: DataKey) -> None:
    keep(key, "Il dit")
    keep(key, "Il dit que\nça va")
    assert body() == "Il dit que\nça va"
    assert Draft.objects.count() == 1


def test_it_lies_encrypted(key: DataKey) -> None:
    keep(key, "Il dit que ça va")
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(body, 'escape') FROM drafts_draft")
        assert "dit" not in cursor.fetchone()[0]


def test_it_is_its_authors_alone_and_of_one_kind(key: DataKey) -> None:
    keep(key, "moi")
    keep(key, "autre", kind="consigne")
    keep(key, "elle", user_id=new_id())
    assert (body(), body(kind="consigne"), body(new_id())) == ("moi", "autre", None)


@pytest.mark.parametrize("empty", ["", "  \n\t"])
def test_an_emptied_text_is_forgotten(key: DataKey, empty: str) -> None:
    keep(key, "moi")
    keep(key, empty)
    assert body() is None
    assert not Draft.objects.filter(body__isnull=False).exists()


def test_a_signed_text_is_forgotten(key: DataKey) -> None:
    keep(key, "moi")
    with writing():
        keeping.settle(user_id=USER, subject_id=SUBJECT, data_key_id=key.pk, kind="note", now=clock.now())
    assert body() is None


def test_a_text_unreadable_for_ever_is_as_absent_and_can_be_written_anew(key: DataKey) -> None:
    keep(key, "perdu")
    keys.destroy(key.pk, by=MAKER.id, at=clock.now())
    keys.forget_all()
    assert body() is None
    keep(keys.create(new_id()), "perdu")
    assert body() == "perdu"


def test_the_same_text_under_another_key_stays_readable(key: DataKey) -> None:
    keep(key, "pareil")
    keep(keys.create(new_id()), "pareil")
    keys.forget_all()
    assert body() == "pareil"


def test_thirty_days_without_a_touch_and_it_is_dropped(key: DataKey) -> None:
    now = clock.now()
    keep(key, "vieux", now=now - keeping.LIFE - timedelta(minutes=1))
    keep(key, "récent", kind="consigne", now=now - keeping.LIFE + timedelta(minutes=1))
    drop_old_drafts(timestamp=0)
    assert (body(), body(kind="consigne")) == (None, "récent")


def test_keeping_needs_an_open_deed(key: DataKey) -> None:
    with pytest.raises(RuntimeError, match="nobody is declared"):
        keeping.keep(user_id=USER, subject_id=SUBJECT, kind="note", data_key_id=key.pk, body="x", now=clock.now())
    with pytest.raises(RuntimeError, match="nobody is declared"):
        keeping.settle(user_id=USER, subject_id=SUBJECT, data_key_id=key.pk, kind="note", now=clock.now())
    with pytest.raises(RuntimeError, match="nobody is declared"):
        keeping.discard(user_id=USER, draft_id=new_id(), now=clock.now())


def test_what_is_beyond_all_measure_is_refused_in_words(key: DataKey) -> None:
    keep(key, "é" * keeping.BODY_MAX)
    with pytest.raises(Refused, match="draft-long"):
        keep(key, "é" * (keeping.BODY_MAX + 1))


def test_a_signed_draft_leaves_nothing_after_two_days(key: DataKey) -> None:
    now = clock.now()
    keep(key, "signé", now=now - keeping.AFTERLIFE - timedelta(minutes=1))
    with writing():
        old = now - keeping.AFTERLIFE - timedelta(minutes=1)
        keeping.settle(user_id=USER, subject_id=SUBJECT, data_key_id=key.pk, kind="note", now=old)
    assert Draft.objects.exists()
    drop_old_drafts(timestamp=0)
    assert not Draft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pages_that_save_at_once_keep_all_their_texts(key: DataKey) -> None:
    barrier, problems = threading.Barrier(4), []

    shared = new_id()

    def save(number: int) -> None:
        try:
            barrier.wait(10)
            keep(key, f"onglet {number}", mark=keeping.Mark(shared, new_id(), 1))
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert problems == []
    texts = keeping.texts_about(user_id=USER, subject_id=SUBJECT)
    assert sorted(text.body for text in texts) == [f"onglet {n}" for n in range(4)]
