"""Two desks, and the admissions, say that the same expected patient is there."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from osmose.encounters import actions
from osmose.encounters.models import Encounter, ExpectedArrival
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from tests.cast import Character, Hospitals
from tests.encounters.test_expected import a04
from tests.factories.encounters import kinds
from tests.factories.expected import announced
from tests.factories.patients import a_patient
from tests.interop.hl7.feed import take

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    start, outcomes = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        try:
            start.wait()
            deed()
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)


def test_two_desks_say_arrived_at_once_and_one_pec_is_open(
    claire: Character, hugo: Character, hospitals: Hospitals
) -> None:
    kinds(hospitals.perpignan)
    row = announced(claire, hospitals.sau, a_patient(hospitals.perpignan))
    desks = [
        lambda who=who: actions.receive_expected(actor=who.actor, expected=row, now=clock.now())
        for who in (claire, hugo)
    ]
    assert at_once(*desks) == ["done", "expected-state"]
    assert Encounter.objects.get() == ExpectedArrival.objects.get().encounter


def test_a_desk_and_the_admissions_at_once_open_one_pec(claire: Character, hospitals: Hospitals) -> None:
    kinds(hospitals.perpignan)
    row = announced(claire, hospitals.sau, a_patient(hospitals.perpignan))
    outcomes = at_once(
        lambda: actions.receive_expected(actor=claire.actor, expected=row, now=clock.now()), lambda: take(a04())
    )
    assert "done" in outcomes
    assert Encounter.objects.count() == 1
    assert ExpectedArrival.objects.get().encounter == Encounter.objects.get()
