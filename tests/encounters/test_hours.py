"""« À une autre heure »: the click happened then, and everything that counts from it says so."""

from datetime import datetime, timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import ExitMode
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Triage
from osmose.encounters.models import Encounter, Movement
from osmose.kernel.base import clock
from osmose.kernel.events.models import Event
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, current, fresh, last, move, note, refused, retime, undo
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    """Arrived an hour ago."""
    return pecs.encounter(unit=hospitals.sau)


def ago(minutes: int) -> datetime:
    return clock.now() - timedelta(minutes=minutes)


def test_a_request_was_made_earlier(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "biology")
    first, at = last(pec), ago(30)
    retime(claire, pec, at)
    asked = current(pec, "biology")
    assert (asked.requested_at, asked.changed_at) == (at, at)
    again = last(pec)
    assert (again.occurred_at, again.undoes, again.kind) == (at, first.uid, first.kind)
    assert again.recorded_at > first.recorded_at
    assert Event.objects.filter(subject_id=pec.pk, uid=first.uid).exists(), "nothing is erased"


def test_the_hours_of_a_request_stay_in_order(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "biology")
    ask(claire, pec, "biology", "running")
    with refused("contredit les autres heures"):
        retime(claire, pec, ago(30))
    assert current(pec, "biology").started_at is not None


def test_a_move_happened_earlier_and_places_stay_one_after_the_other(
    claire: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    at = ago(20)
    move(claire, pec, hospitals.place("SAS"))
    retime(claire, pec, at)
    held = list(Movement.objects.filter(encounter=pec, cancelled_at=None).order_by("starts_at"))
    assert [(m.starts_at, m.ends_at) for m in held] == [(pec.arrived_at, at), (at, None)]
    later = ago(5)
    retime(claire, pec, later)
    held = list(Movement.objects.filter(encounter=pec, cancelled_at=None).order_by("starts_at"))
    assert [(m.starts_at, m.ends_at) for m in held] == [(pec.arrived_at, later), (later, None)]


def test_a_move_cannot_precede_the_one_before_it(claire: Character, pec: Encounter, hospitals: Hospitals) -> None:
    move(claire, pec, hospitals.place("SAS"))
    retime(claire, pec, ago(20))
    move(claire, pec, hospitals.place("AC"))
    with refused("au lieu précédent"):
        retime(claire, pec, ago(25))


def test_notes_and_referents_take_the_hour_too(claire: Character, hugo: Character, pec: Encounter) -> None:
    note(claire, pec, "triage", Triage.TWO)
    at = ago(50)
    retime(claire, pec, at)
    assert last(pec).occurred_at == at
    click(actions.assign, hugo, pec, role=Referent.PHYSICIAN, user_id=hugo.id)
    retime(hugo, pec, at)
    assert pec.assignments.get().starts_at == at


def test_the_exit_was_earlier(claire: Character, pec: Encounter) -> None:
    click(actions.exit_encounter, claire, pec, mode=ExitMode.HOME, at=None)
    at = ago(10)
    retime(claire, pec, at)
    assert fresh(pec).exited_at == at


@pytest.mark.parametrize(("minutes", "words"), [(-5, "dans le futur"), (120, "Le patient n’était pas encore là")])
def test_an_hour_outside_the_passage_is_refused(claire: Character, pec: Encounter, minutes: int, words: str) -> None:
    note(claire, pec, "triage", Triage.TWO)
    with refused(words):
        retime(claire, pec, ago(minutes))


def test_nothing_happens_after_the_exit(claire: Character, pec: Encounter) -> None:
    note(claire, pec, "triage", Triage.TWO)
    told = last(pec)
    click(actions.exit_encounter, claire, pec, mode=None, at=ago(30))
    with refused("Le patient était déjà sorti"):
        retime(claire, pec, ago(5), told)


def test_only_its_author_corrects_an_hour_and_only_while_it_counts(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    note(claire, pec, "triage", Triage.TWO)
    told = last(pec)
    with refused("Seul son auteur"):
        retime(hugo, pec, ago(5), told)
    note(hugo, pec, "triage", Triage.FOUR)
    with refused("Quelqu’un a modifié ce champ depuis"):
        retime(claire, pec, ago(5), told)
    undo(hugo, pec)
    with refused("Quelqu’un a modifié ce champ depuis"):
        retime(claire, pec, ago(5), told)


def test_an_hour_is_corrected_once_and_again_from_the_new_one(claire: Character, pec: Encounter) -> None:
    note(claire, pec, "triage", Triage.TWO)
    told = last(pec)
    retime(claire, pec, ago(5), told)
    with refused("déjà annulée ou corrigée"):
        retime(claire, pec, ago(6), told)
    at = ago(7)
    retime(claire, pec, at)
    assert last(pec).occurred_at == at


def test_an_arrival_is_corrected_on_its_own_line(claire: Character, pec: Encounter, hospitals: Hospitals) -> None:
    at = ago(90)
    click(actions.set_arrival_time, claire, pec, at=at)
    assert fresh(pec).arrived_at == at
    assert Movement.objects.get(encounter=pec).starts_at == at
    undo(claire, pec)
    assert fresh(pec).arrived_at == pec.arrived_at
    move(claire, pec, hospitals.place("SAS"))
    with refused("dans le futur"):
        click(actions.set_arrival_time, claire, pec, at=clock.now() + timedelta(minutes=10))
    pecs.exited(pec)
    with refused("postérieure à la suite de la prise en charge"):
        click(actions.set_arrival_time, claire, pec, at=clock.now())


def test_the_night_when_clocks_go_back_keeps_its_25_hours(claire: Character, hospitals: Hospitals) -> None:
    """02:30 comes twice: an arrival at the first one, moved at the second, has waited an hour."""
    first = datetime.fromisoformat("2026-10-25T02:30:00+02:00")
    second = datetime.fromisoformat("2026-10-25T02:30:00+01:00")
    pec = pecs.encounter(unit=hospitals.sau, arrived_at=first)
    click(actions.set_tracking, claire, pec, field="triage", value=Triage.TWO, now=clock.now())
    retime(claire, pec, second)
    assert last(pec).occurred_at - pec.arrived_at == timedelta(hours=1)
