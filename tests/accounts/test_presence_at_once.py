"""Two clicks in the same instant, and the clock that clears meanwhile: one status is open, the later one."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from osmose.accounts import tasks
from osmose.accounts.actions import presence as actions
from osmose.accounts.actions.presence import Wanted
from osmose.accounts.models import PresencePeriod
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, begin
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Runs them together; the faults that any of them met."""
    start, faults = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        try:
            start.wait()
            deed()
        except Exception as fault:
            faults.append(repr(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return faults


def say(who: Character, code: str) -> Callable[[], object]:
    return lambda: actions.say_status(actor=who.actor, wanted=Wanted(code), now=clock.now())


def open_statuses(who: Character) -> list[PresencePeriod]:
    return list(PresencePeriod.objects.filter(user=who.user, ends_at=None))


def test_four_clicks_at_once_leave_one_open_status(martin: Character) -> None:
    assert at_once(*(say(martin, code) for code in ("pause", "phone", "crisis", "moving"))) == []
    assert len(open_statuses(martin)) == 1


def test_a_click_while_the_shift_is_cleared_is_not_lost(martin: Character) -> None:
    long_ago = clock.now() - timedelta(hours=20)
    actions.say_status(actor=martin.actor_at(long_ago), wanted=Wanted("available"), now=long_ago)
    assert at_once(say(martin, "crisis"), lambda: tasks.close_due(clock.now())) == []
    (row,) = open_statuses(martin)
    assert row.meaning == "crisis"


def test_two_colleagues_named_at_once_on_two_patients_wait_for_each_other(
    claire: Character, martin: Character, nadia: Character, hospitals: Hospitals
) -> None:
    def asked() -> Encounter:
        pec = pecs.encounter(unit=hospitals.sau)
        ask(claire, pec, "psychiatry", unit=hospitals.emp)
        return pec

    first, second = asked(), asked()
    faults = at_once(lambda: begin(martin, first, martin, nadia), lambda: begin(nadia, second, nadia, martin))
    assert faults == []
    assert len(open_statuses(martin)) == len(open_statuses(nadia)) == 1
