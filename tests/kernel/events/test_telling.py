"""What is no event is told to the live screens with ids only, and only if it really happened."""

import uuid

import psycopg
import pytest
from django.db import transaction

from osmose.kernel.base.ids import new_id
from osmose.kernel.events import CHANNEL, tell

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_heard_at_the_commit_and_never_after_a_rollback(app_connection: psycopg.Connection) -> None:
    app_connection.execute(f"LISTEN {CHANNEL}")
    unit, user = new_id(), new_id()
    with transaction.atomic():
        tell("presence", unit)
        transaction.set_rollback(True)
    with transaction.atomic():
        tell("unread", user, unit)
        assert list(app_connection.notifies(timeout=0.2)) == []
    heard = [notice.payload for notice in app_connection.notifies(timeout=5, stop_after=1)]
    assert heard == [f"unread:{user}:{unit}"]


@pytest.mark.parametrize(
    ("topic", "ids"),
    [
        ("presence", ()),
        ("Durand", (uuid.UUID(int=1),)),
        ("presence de Claire", (uuid.UUID(int=1),)),
        ("presence", ("Claire Morel",)),
        ("presence", (uuid.UUID(int=1),) * 4),
    ],
)
def test_a_word_about_somebody_is_no_topic_and_no_identifier(topic: str, ids: tuple[uuid.UUID, ...]) -> None:
    with pytest.raises(TypeError):
        tell(topic, *ids)
