"""« Erreur de dossier »: the wrong record says nothing more, the right one has it all, and the readers are told."""

from datetime import timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle.tracking import Triage
from osmose.encounters.models import Encounter
from osmose.handover.actions import add_to_note, know_misfiling, mark_read, move_click, move_note, sign_note
from osmose.handover.models import AdditionKind, HandoverNote, Misfiling, MisfilingNotice, NoteAddition
from osmose.handover.policies import READ, SEALED
from osmose.handover.queries import last_notes, notes_by_id
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, current, fresh, last, note, noted, refused
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db
SECRET = "A tenté de se pendre hier"


@pytest.fixture
def wrong(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau)


@pytest.fixture
def right(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau)


@pytest.fixture
def written(claire: Character, wrong: Encounter) -> HandoverNote:
    click(sign_note, claire, wrong, text=SECRET)
    return HandoverNote.objects.get(encounter=wrong)


def move(who: Character, wrong: Encounter, written: HandoverNote, right: Encounter) -> Encounter:
    return click(move_note, who, wrong, note_id=written.pk, right_id=right.pk)


def sentences(pec: Encounter) -> list[str]:
    return [entry.sentence for entry in timeline.of(pec.pk)]


def test_the_note_goes_to_the_right_patient_under_their_own_key(
    claire: Character, hugo: Character, wrong: Encounter, right: Encounter, written: HandoverNote
) -> None:
    versions = fresh(wrong).version, fresh(right).version
    move(claire, wrong, written, right)
    again = HandoverNote.objects.get(encounter=right)
    assert (again.text, again.author_id, again.occurred_at) == (SECRET, claire.id, written.occurred_at)
    assert again.data_key_id == right.data_key_id != written.data_key_id
    assert notes_by_id([written.pk, again.pk], hugo.actor, clock.now()).keys() == {again.pk}
    assert not READ.allows(hugo.actor, written, clock.now())
    assert last_notes([wrong.pk], claire.actor, clock.now()) == {}
    assert "Transmission retirée\u202f: erreur de dossier" in sentences(wrong)
    assert "Transmission, reprise d’un autre dossier" in sentences(right)
    assert (fresh(wrong).version, fresh(right).version) == (versions[0] + 1, versions[1] + 1)
    lines = AccessEntry.objects.filter(door__endswith="move_note")
    assert {pk for line in lines for pk in line.subjects} == {wrong.pk, right.pk}


def test_those_who_read_it_are_told_until_they_say_that_they_know(
    claire: Character, hugo: Character, ines: Character, wrong: Encounter, right: Encounter, written: HandoverNote
) -> None:
    click(mark_read, hugo, wrong, note_ids=[written.pk])
    click(add_to_note, ines, wrong, note_id=written.pk, kind=AdditionKind.ADDENDUM, text="Surveillé", at=None)
    move(claire, wrong, written, right)
    notices = MisfilingNotice.objects.filter(known_at=None)
    assert set(notices.values_list("reader_id", flat=True)) == {hugo.id, ines.id}
    own = notices.get(reader_id=hugo.id)
    with pytest.raises(NotVisible):
        know_misfiling(actor=ines.actor, notice_id=own.pk, now=clock.now())
    know_misfiling(actor=hugo.actor, notice_id=own.pk, now=clock.now())
    know_misfiling(actor=hugo.actor, notice_id=own.pk, now=clock.now())
    assert set(notices.values_list("reader_id", flat=True)) == {ines.id}


def test_an_answer_written_meanwhile_in_the_wrong_record_is_refused_in_words(
    claire: Character, hugo: Character, wrong: Encounter, right: Encounter, written: HandoverNote
) -> None:
    stale = fresh(wrong)
    move(claire, wrong, written, right)
    with refused("mauvais dossier"):
        click(add_to_note, hugo, stale, note_id=written.pk, kind=AdditionKind.ADDENDUM, text="Je l’ai vu", at=None)
    with refused("mauvais dossier"):
        move(claire, stale, written, right)
    assert not NoteAddition.objects.exists()


def test_only_the_author_or_their_manager_moves_it_and_to_a_record_of_theirs(
    claire: Character, hugo: Character, samia: Character, wrong: Encounter, written: HandoverNote, hospitals: Hospitals
) -> None:
    away = pecs.encounter(unit=hospitals.narbonne_sau)
    with refused("Choisissez une prise en charge de vos unités"):
        move(claire, wrong, written, away)
    with refused("C’est déjà ce dossier"):
        move(claire, wrong, written, wrong)
    right = pecs.encounter(unit=hospitals.sau)
    with refused("Seuls son auteur et le cadre"):
        move(hugo, wrong, written, right)
    move(samia, wrong, written, right)
    again = HandoverNote.objects.get(encounter=right)
    assert (again.author_id, again.author_words) == (claire.id, written.author_words)


def test_a_closed_record_can_be_set_right_too(
    claire: Character, wrong: Encounter, right: Encounter, written: HandoverNote
) -> None:
    click(actions.close_encounter, claire, pecs.exited(wrong))
    move(claire, fresh(wrong), written, right)
    assert Misfiling.objects.get().right_encounter_id == right.pk


def test_the_sealed_text_is_for_those_who_control_in_that_hospital_alone(
    claire: Character, denis: Character, paul: Character, wrong: Encounter, right: Encounter, written: HandoverNote
) -> None:
    move(claire, wrong, written, right)
    misfiling = Misfiling.objects.get()
    assert SEALED.rows(denis.actor, clock.now()).get() == misfiling
    for who in (claire, paul):
        assert not SEALED.rows(who.actor, clock.now()).exists()
        assert not SEALED.allows(who.actor, misfiling, clock.now())
    assert SEALED.allows(denis.actor, misfiling, clock.now())


def test_a_click_is_withdrawn_long_after_its_ten_seconds_and_done_again_where_it_belongs(
    claire: Character, hugo: Character, wrong: Encounter, right: Encounter
) -> None:
    note(claire, wrong, "triage", Triage.TWO)
    event = last(wrong)
    with refused("Seul son auteur"):
        click(move_click, hugo, wrong, event_uid=event.uid, right_id=None)
    click(move_click, claire, wrong, event_uid=event.uid, right_id=right.pk, now=clock.now() + timedelta(seconds=60))
    assert noted(wrong, "triage") is None
    assert noted(right, "triage") == Triage.TWO
    assert "Action retirée\u202f: erreur de dossier" in sentences(wrong)
    assert "Tri\u202f: 2" in sentences(right)
    assert Misfiling.objects.get().what == "Tri\u202f: 2"


def test_what_somebody_changed_since_stays_as_they_left_it(
    claire: Character, hugo: Character, wrong: Encounter
) -> None:
    note(claire, wrong, "triage", Triage.TWO)
    event = last(wrong)
    note(hugo, wrong, "triage", Triage.FOUR)
    click(move_click, claire, wrong, event_uid=event.uid, right_id=None)
    assert noted(wrong, "triage") == Triage.FOUR
    assert Misfiling.objects.count() == 1


def test_nothing_is_overwritten_in_the_right_record_nor_lost_in_the_wrong_one(
    claire: Character, wrong: Encounter, right: Encounter
) -> None:
    note(claire, wrong, "triage", Triage.TWO)
    event = last(wrong)
    note(claire, right, "triage", Triage.FOUR)
    with refused("déjà noté\u202f: 4"):
        click(move_click, claire, wrong, event_uid=event.uid, right_id=right.pk)
    assert (noted(wrong, "triage"), noted(right, "triage")) == (Triage.TWO, Triage.FOUR)
    assert not Misfiling.objects.exists()


def test_a_request_is_withdrawn_and_done_again_by_hand(claire: Character, wrong: Encounter, right: Encounter) -> None:
    ask(claire, wrong, "imaging")
    event = last(wrong)
    with refused("refaites-la dans le bon dossier"):
        click(move_click, claire, wrong, event_uid=event.uid, right_id=right.pk)
    click(move_click, claire, wrong, event_uid=event.uid, right_id=None)
    assert current(wrong, "imaging").status != "asked"


def test_those_who_opened_the_record_since_are_told_of_a_click(
    claire: Character, hugo: Character, ines: Character, wrong: Encounter
) -> None:
    note(claire, wrong, "triage", Triage.TWO)
    assert hugo.client().get(f"/pec/{wrong.pk}/").status_code == 200
    click(move_click, claire, wrong, event_uid=last(wrong).uid, right_id=None)
    assert set(MisfilingNotice.objects.values_list("reader_id", flat=True)) == {hugo.id}
