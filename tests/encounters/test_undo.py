"""« Annuler »: one's own click, within ten seconds, unless somebody changed the same thing since."""

from datetime import timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import OPEN, ArrivalMode, EncounterStatus, ExitMode
from osmose.encounters.models import Encounter, ServiceRequest
from osmose.encounters.operations import places
from osmose.encounters.policies import READ
from osmose.handover.actions import sign_note
from osmose.kernel.base import clock
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.patients.rules import Sex
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, current, fresh, last, move, refused, undo
from tests.factories import encounters as pecs
from tests.factories.expected import announced

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau, motif="Chute", location=hospitals.place("AV"))


def test_a_motif_is_put_back_and_the_timeline_says_so(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    event = last(pec)
    undo(claire, pec)
    assert fresh(pec).motif == "Chute"
    undone = last(pec)
    assert (undone.kind, undone.undoes, undone.changed) == ("encounters.undone", event.uid, ["motif"])
    assert timeline.of(pec.pk)[0].sentence == "Annulé\u202f: Motif modifié"


def test_a_mode_of_arrival_is_put_back(claire: Character, pec: Encounter) -> None:
    click(actions.set_arrival_mode, claire, pec, mode=ArrivalMode.SMUR)
    undo(claire, pec)
    assert fresh(pec).arrival_mode == ArrivalMode.UNKNOWN


def test_a_place_is_put_back_as_if_the_patient_had_not_moved(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    move(claire, pec, hospitals.place("SAS"), hospitals.place("BOX-3"))
    undo(claire, pec)
    here = places.current_movement(pec)
    assert here is not None
    assert (here.words, here.starts_at, here.ends_at) == ("AV", pec.arrived_at, None)


def test_an_exit_is_put_back(claire: Character, pec: Encounter) -> None:
    click(actions.exit_encounter, claire, pec, mode=ExitMode.HOME, at=None)
    undo(claire, pec)
    row = fresh(pec)
    assert (row.status, row.exited_at, row.exit_mode) == (EncounterStatus.ACTIVE, None, "")


def test_a_request_is_put_back_with_its_clocks(claire: Character, hugo: Character, pec: Encounter) -> None:
    long_ago = pec.arrived_at + timedelta(minutes=5)
    ask(claire, pec, "biology", now=long_ago)
    ask(hugo, pec, "biology", "running")
    undo(hugo, pec)
    request = current(pec, "biology")
    assert (request.status, request.since, request.requested_at) == ("asked", long_ago, long_ago)
    assert (request.started_at, request.changed_by) == (None, "IDE Claire Morel")


def test_a_first_request_is_put_back_to_nothing_asked(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "biology", "available")
    undo(claire, pec)
    request = current(pec, "biology")
    assert (request.status, request.requested_at, request.started_at, request.done_at) == ("none", None, None, None)


def test_a_request_asked_again_is_put_back_to_the_finished_one_each_time(claire: Character, pec: Encounter) -> None:
    done = ask(claire, pec, "biology", "available")
    for _ in range(2):
        assert ask(claire, pec, "biology").pk != done.pk
        undo(claire, pec)
        back = current(pec, "biology")
        assert (back.pk, back.status, back.done_at) == (done.pk, "available", done.done_at)


def test_a_corrected_second_request_is_put_back_to_itself(claire: Character, pec: Encounter) -> None:
    first = ask(claire, pec, "biology", "available")
    ask(claire, pec, "biology")
    second = ask(claire, pec, "biology", "available")
    ask(claire, pec, "biology", "running")
    undo(claire, pec)
    assert (current(pec, "biology").pk, current(pec, "biology").status) == (second.pk, "available")
    assert not ServiceRequest.objects.get(pk=first.pk).is_current


def test_undoing_is_exempt_from_the_table(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "imaging", "done")
    with refused("impossible de passer"):
        ask(claire, pec, "imaging", "none")
    undo(claire, pec)
    assert current(pec, "imaging").status == "none"


def test_a_note_of_a_request_is_put_back_where_it_was_written(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    first = ask(claire, pec, "imaging", "done")
    click(actions.note_request, claire, pec, kind="imaging", text="Radio normale")
    click(actions.note_request, claire, pec, kind="imaging", text="Radio anormale")
    noted = last(pec)
    again = ask(hugo, pec, "imaging")
    undo(claire, pec, noted)
    assert ServiceRequest.objects.get(pk=first.pk).note == "Radio normale"
    assert ServiceRequest.objects.get(pk=again.pk).note is None


def test_only_the_author_undoes(claire: Character, hugo: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    with refused("Seul son auteur"):
        undo(hugo, pec)
    assert fresh(pec).motif == "Malaise"


def test_after_ten_seconds_it_is_too_late(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    event = last(pec)
    with refused("10 secondes est passé"):
        undo(claire, pec, event, after=timedelta(seconds=13))
    undo(claire, pec, event, after=timedelta(seconds=10))
    assert fresh(pec).motif == "Chute"


def test_it_is_done_once(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    event = last(pec)
    undo(claire, pec, event)
    with refused("déjà annulée"):
        undo(claire, pec, event)


def test_not_over_what_somebody_else_has_written_since(claire: Character, hugo: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    event = last(pec)
    click(actions.set_motif, hugo, pec, motif="Malaise vagal")
    with refused("Quelqu’un a modifié ce champ depuis"):
        undo(claire, pec, event)
    assert fresh(pec).motif == "Malaise vagal"


def test_what_others_did_elsewhere_does_not_prevent_it(claire: Character, hugo: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Malaise")
    event = last(pec)
    ask(hugo, pec, "imaging")
    undo(claire, pec, event)
    assert (fresh(pec).motif, current(pec, "imaging").status) == ("Chute", "asked")


def test_what_is_no_click_is_not_undone(claire: Character, pec: Encounter) -> None:
    click(sign_note, claire, pec, text="Vue par le médecin")
    with refused("ne s’annule pas"):
        undo(claire, pec)
    other = Event(uid=pec.pk)
    with refused("n’existe plus"):
        click(actions.undo_event, claire, pec, event_uid=other.uid)


def test_an_arrival_by_mistake_takes_its_pec_off_the_board(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau, actor=claire.actor, arrived_at=clock.now())
    undo(claire, pec)
    assert fresh(pec).status == EncounterStatus.CANCELLED
    assert (last(pec).kind, last(pec).changed) == ("encounters.undone", ["status"])
    assert not READ.rows(claire.actor, clock.now()).filter(pk=pec.pk, status__in=OPEN).exists()


def test_who_was_expected_is_expected_again_when_arrived_was_a_mistake(claire: Character, hospitals: Hospitals) -> None:
    row = announced(claire, hospitals.sau, sex=Sex.MALE, estimated_age=40)
    pec = actions.receive_expected(actor=claire.actor, expected=row, now=clock.now())
    undo(claire, pec, last(pec, "encounters.patient_arrived"))
    row.refresh_from_db()
    assert (row.status, row.encounter_id) == ("attendu", None)


def test_an_arrival_is_not_taken_back_by_another_nor_once_care_began(
    claire: Character, hugo: Character, hospitals: Hospitals
) -> None:
    pec = pecs.encounter(unit=hospitals.sau, actor=claire.actor, arrived_at=clock.now())
    arrival = last(pec)
    with refused("Seul son auteur"):
        undo(hugo, pec, arrival)
    click(actions.set_motif, hugo, pec, motif="Malaise")
    with refused("enregistrez plutôt la sortie"):
        undo(claire, pec, arrival)
    assert fresh(pec).status == EncounterStatus.ACTIVE
