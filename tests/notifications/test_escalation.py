"""What nobody reads goes further, by real minutes, until somebody takes it."""

from datetime import UTC, datetime, timedelta

import pytest

from osmose.encounters.models import Encounter
from osmose.handover.actions import acknowledge_note, mark_read, strike_note
from osmose.kernel.access.roles import Role
from osmose.kernel.base import clock
from osmose.notifications import actions
from osmose.notifications.models import Escalation, Notification
from osmose.notifications.operations.escalation import UNREAD_AFTER
from osmose.notifications.tasks import escalate
from osmose.organisations.models import CareUnit
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click, fresh, last, refused
from tests.factories.patients import acting
from tests.notifications.telling import is_there, notices, row_of, run, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
STEP = UNREAD_AFTER + timedelta(seconds=1)


@pytest.fixture
def colleague(hospitals: Hospitals, roux: Character) -> Character:
    """Somebody else of the mobile team, at work."""
    roux.joins(hospitals.emp)
    is_there(roux, hospitals.emp)
    return roux


def urgent(who: Character, pec: Encounter, *to: object) -> None:
    send(who, pec, *to, is_urgent=True)  # type: ignore[arg-type]
    run(last(pec, "handover.note_signed"))


def test_unread_it_goes_to_the_next_holders_then_to_the_managers(
    claire: Character, martin: Character, colleague: Character, nadia: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    assert hospitals.emp.pk in nadia.actor.unit_ids(Role.MANAGER)
    urgent(claire, pec, martin)
    assert escalate(clock.now() + timedelta(minutes=5)) == 0, "ten minutes are waited for"
    assert escalate(clock.now() + STEP) > 0
    assert notices(colleague) == ["urgent_note"]
    assert Notification.objects.get(user=colleague.id).step == 1
    assert escalate(clock.now() + 2 * STEP + timedelta(seconds=2)) > 0
    assert Notification.objects.get(user=nadia.id).step == 2
    assert escalate(clock.now() + 9 * STEP) == 0, "nobody comes after the managers"


def test_each_unit_says_how_long_an_urgent_note_waits(
    claire: Character, martin: Character, colleague: Character, nadia: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    CareUnit.objects.filter(pk=hospitals.emp.pk).update(unread_minutes=3)
    urgent(claire, pec, martin)
    assert escalate(clock.now() + timedelta(minutes=2, seconds=50)) == 0
    first = clock.now() + timedelta(minutes=3, seconds=1)
    assert escalate(first) > 0
    assert notices(colleague) == ["urgent_note"]
    assert Escalation.objects.get().due_at == first + timedelta(minutes=3)
    assert escalate(first + timedelta(minutes=3)) > 0
    assert notices(nadia) == ["urgent_note"]


def test_of_several_units_the_least_patient_decides(
    claire: Character, martin: Character, hugo: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    CareUnit.objects.filter(pk=hospitals.emp.pk).update(unread_minutes=60)
    CareUnit.objects.filter(pk=hospitals.sau.pk).update(unread_minutes=20)
    before = clock.now()
    urgent(claire, pec, martin, hospitals.sau)
    assert timedelta(minutes=20) <= Escalation.objects.get().due_at - before < timedelta(minutes=59)


def test_read_in_time_it_goes_no_further(
    claire: Character, martin: Character, colleague: Character, pec: Encounter
) -> None:
    note = send(claire, pec, martin, is_urgent=True)
    run(last(pec, "handover.note_signed"))
    mark_read(actor=martin.actor, encounter=fresh(pec), note_ids=[note.pk], now=clock.now())
    assert escalate(clock.now() + STEP) == 0
    assert not notices(colleague)
    assert Escalation.objects.get().settled_at is not None


def test_a_struck_note_goes_no_further(claire: Character, martin: Character, pec: Encounter) -> None:
    note = send(claire, pec, martin, is_urgent=True)
    run(last(pec, "handover.note_signed"))
    click(strike_note, claire, fresh(pec), note_id=note.pk, reason="Erreur de patient")
    assert escalate(clock.now() + STEP) == 0


def test_the_first_to_take_it_clears_it_for_the_others(
    claire: Character, martin: Character, colleague: Character, pec: Encounter
) -> None:
    urgent(claire, pec, martin)
    escalate(clock.now() + STEP)
    late = row_of(martin)
    click(actions.answer_alert, colleague, fresh(pec), notification=row_of(colleague), arriving_at=None)
    assert not notices(martin)
    with refused("s’en occupe déjà"):
        click(actions.answer_alert, martin, fresh(pec), notification=late, arriving_at=None)
    assert escalate(clock.now() + 3 * STEP) == 0


def test_a_saed_without_answer_rings_at_its_hour(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    parts = {"situation": "Agité", "request": "Avis avant 15 h"}
    at = clock.now() + timedelta(minutes=30)
    send(claire, pec, hospitals.emp, kind="saed", text="", parts=_saed(parts), answer_by=at)
    run(last(pec, "handover.note_signed"))
    assert notices(martin) == ["note_for_unit"]
    told_at = row_of(martin).told_at
    assert escalate(at - timedelta(minutes=1)) == 0
    assert escalate(at + timedelta(minutes=1)) > 0
    assert row_of(martin).told_at > told_at, "it rings again"


def test_an_acknowledged_saed_rings_no_more(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    at = clock.now() + timedelta(minutes=30)
    note = send(claire, pec, hospitals.emp, kind="saed", text="", parts=_saed({}), answer_by=at)
    run(last(pec, "handover.note_signed"))
    click(acknowledge_note, martin, fresh(pec), note_id=note.pk)
    assert escalate(at + timedelta(minutes=1)) == 0


def _saed(parts: dict[str, str]) -> dict[str, str]:
    from osmose.handover.rules.shapes import SHAPES

    return {part.name: parts.get(part.name, "Dit") for part in SHAPES["saed"].parts}


@pytest.mark.parametrize(
    "due_at",
    [
        datetime(2026, 10, 25, 0, 55, tzinfo=UTC),  # 02:55, summer: ten real minutes later it is 02:05
        datetime(2026, 10, 25, 1, 55, tzinfo=UTC),  # 02:55 again
        datetime(2027, 3, 28, 0, 55, tzinfo=UTC),  # 01:55: ten minutes later it is 03:05
        datetime(2026, 11, 26, 22, 55, tzinfo=UTC),  # 23:55: ten minutes later it is tomorrow
    ],
)
def test_ten_minutes_last_ten_minutes_whatever_the_clock_on_the_wall(
    claire: Character, martin: Character, pec: Encounter, due_at: datetime
) -> None:
    urgent(claire, pec, martin)
    with acting():
        Escalation.objects.update(due_at=due_at)
    escalate(due_at - timedelta(seconds=1))
    assert Escalation.objects.get().step == 0
    escalate(due_at)
    row = Escalation.objects.get()
    assert (row.step, row.due_at) == (1, due_at + UNREAD_AFTER)
    escalate(due_at + UNREAD_AFTER - timedelta(seconds=1))
    assert Escalation.objects.get().step == 1
