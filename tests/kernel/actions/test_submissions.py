"""One submission is carried out once, however many times it arrives."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import submission
from osmose.kernel.actions.deeds import new_token
from osmose.kernel.actions.models import IdempotencyKey
from osmose.kernel.actions.submission import Replayed, Submission, submitted
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from tests.kernel.world import lines, note, prefer, refuse, told

pytestmark = pytest.mark.django_db


def a_submission(body: bytes = b"a" * 32, token: str = "", door: str = "tests.door") -> Submission:
    return Submission(token=token or new_token(), door=door, body_digest=body)


def send(given: Submission | None, actor: Actor, pec: Encounter, deed: Any = note, **kwargs: Any) -> Any:
    kwargs = {"text": "vu", **kwargs} if deed is note else kwargs
    with submitted(given):
        return deed(actor=actor, encounter=pec, now=clock.now(), **kwargs)


def test_a_repeated_submission_says_what_the_first_one_did(pec: Encounter, nurse: Actor) -> None:
    given = a_submission()
    send(given, nurse, pec)
    with pytest.raises(Replayed) as replay:
        send(given, nurse, pec)
    assert replay.value.subject_id == pec.pk
    assert len(told(pec)) == 1
    assert len(lines(actor_id=nurse.id)) == 1
    (key,) = IdempotencyKey.objects.filter(token=given.token)
    assert key.event_uids == [told(pec)[0].uid]
    assert key.subject_id == pec.pk


@pytest.mark.parametrize("other", [{"body": b"b" * 32}, {"door": "tests.other"}], ids=["body", "door"])
def test_the_same_token_with_another_content_is_refused(pec: Encounter, nurse: Actor, other: dict[str, Any]) -> None:
    given = a_submission()
    send(given, nurse, pec)
    with pytest.raises(Refused) as refused:
        send(a_submission(token=given.token, **other), nurse, pec)
    assert (refused.value.status, refused.value.code) == (409, "token-reused")
    assert len(told(pec)) == 1


def test_the_token_of_somebody_else_tells_nothing(pec: Encounter, nurse: Actor) -> None:
    given = a_submission()
    send(given, nurse, pec)
    from dataclasses import replace

    from osmose.kernel.base.ids import new_id

    send(given, replace(nurse, id=new_id()), pec)
    assert len(told(pec)) == 2


def test_a_refused_submission_may_be_corrected_and_sent_again(pec: Encounter, nurse: Actor) -> None:
    given = a_submission()
    with pytest.raises(Refused):
        send(given, nurse, pec, refuse)
    assert not IdempotencyKey.objects.filter(token=given.token).exists()
    send(a_submission(b"c" * 32, token=given.token), nurse, pec)
    assert len(told(pec)) == 1


def test_a_second_deed_for_one_submission_is_a_mistake_not_a_replay(pec: Encounter, nurse: Actor) -> None:
    with submitted(a_submission()):
        note(actor=nurse, encounter=pec, text="un", now=clock.now())
        with pytest.raises(RuntimeError, match="one deed"):
            note(actor=nurse, encounter=pec, text="deux", now=clock.now())
        prefer(actor=nurse, now=clock.now(), then=lambda: None)
    assert len(told(pec)) == 1


def test_without_token_a_deed_is_done_each_time(pec: Encounter, nurse: Actor) -> None:
    send(None, nurse, pec)
    send(None, nurse, pec)
    assert len(told(pec)) == 2


def test_old_submissions_are_forgotten(pec: Encounter, nurse: Actor) -> None:
    given = a_submission()
    send(given, nurse, pec)
    assert submission.drop_old(clock.now()) == 0
    assert submission.drop_old(clock.now() + submission.LIFE + timedelta(minutes=1)) == 1


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls at the same instant, each in its thread and connection; results or exceptions."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int) -> None:
        barrier.wait(10)
        try:
            results[index] = calls[index]()
        except Exception as problem:
            results[index] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_identical_submissions_at_once_are_done_once(pec: Encounter, nurse: Actor) -> None:
    given = a_submission()
    first_is_in = threading.Event()

    def slowly() -> None:
        first_is_in.wait(0.5)  # the twin arrives while this transaction is open

    results = together(*[lambda: send(given, nurse, pec, then=slowly)] * 2)
    kinds = sorted(type(r).__name__ for r in results)
    assert kinds == ["Encounter", "Replayed"], results
    assert len(told(pec)) == 1
    assert len(lines(actor_id=nurse.id)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_twin_of_a_submission_that_failed_is_carried_out(pec: Encounter, nurse: Actor) -> None:
    given = a_submission()
    is_in = threading.Event()

    def fail() -> None:
        is_in.set()
        threading.Event().wait(0.3)
        raise ConnectionError("lost")

    def second() -> Any:
        is_in.wait(10)
        return send(given, nurse, pec)

    results = together(lambda: send(given, nurse, pec, then=fail), second)
    assert [type(r).__name__ for r in results] == ["ConnectionError", "Encounter"]
    assert len(told(pec)) == 1
