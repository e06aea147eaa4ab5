"""Who has read what: « lu par 3 de 5 (SAU) »."""

import uuid
from datetime import UTC, datetime

import pytest

from osmose.encounters.models import Encounter
from osmose.handover.actions import mark_read, sign_note
from osmose.handover.models import HandoverNote, Receipt
from osmose.handover.queries import after_of, notes_by_id
from osmose.handover.rules.readings import NOBODY, Audience, Reader, Told, counts, is_unread, words
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events.models import Event
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, fresh
from tests.factories import encounters as pecs

AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
SAU, EMP, LEFT = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
AUDIENCE = {SAU: Audience(SAU, "SAU", 6), EMP: Audience(EMP, "Équipe mobile", 8)}
AUTHOR = uuid.uuid4()


def readers(*units: uuid.UUID) -> list[Reader]:
    return [Reader(uuid.uuid4(), unit, AT) for unit in units]


def test_each_unit_that_has_read_is_counted_without_the_author() -> None:
    note = Told(AUTHOR, SAU)
    found = [*readers(SAU, SAU, SAU, EMP), Reader(AUTHOR, SAU, AT)]
    assert counts(note, found, AUDIENCE) == ("1 de 8 (Équipe mobile)", "3 de 5 (SAU)")
    assert words(counts(note, [], AUDIENCE)) == NOBODY


def test_a_unit_addressed_is_told_even_before_it_reads_and_after_it_has_left() -> None:
    note = Told(AUTHOR, SAU, named={EMP: "Équipe mobile", LEFT: "Liaison"})
    assert words(counts(note, readers(SAU, LEFT), AUDIENCE)) == (
        "Lue par 0 de 8 (Équipe mobile), 1 (Liaison, ne participe plus), 1 de 5 (SAU)"
    )


def test_more_readers_than_staff_never_make_six_of_five() -> None:
    assert counts(Told(AUTHOR, SAU), readers(*[SAU] * 7), AUDIENCE) == ("7 de 7 (SAU)",)


def test_one_s_own_note_is_never_unread() -> None:
    assert not is_unread(Told(AUTHOR, SAU), [], AUTHOR)
    (reader,) = readers(SAU)
    assert is_unread(Told(AUTHOR, SAU), [], reader.id)
    assert not is_unread(Told(AUTHOR, SAU), [reader], reader.id)


@pytest.fixture
def pec(claire: Character, martin: Character, hospitals: Hospitals) -> Encounter:
    made = pecs.encounter(unit=hospitals.sau)
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    click(sign_note, claire, made, text="Calme, accepte l’entretien")
    return made


@pytest.mark.django_db
def test_reading_moves_neither_the_pec_nor_its_timeline(
    claire: Character, hugo: Character, martin: Character, pec: Encounter
) -> None:
    note = HandoverNote.objects.get()
    before, told = fresh(pec).version, Event.objects.count()
    for who in (hugo, martin, hugo, claire):
        click(mark_read, who, pec, note_ids=[note.pk])
    assert (fresh(pec).version, Event.objects.count()) == (before, told)
    assert set(Receipt.objects.values_list("reader_id", flat=True)) == {hugo.id, martin.id}
    after = after_of(notes_by_id([note.pk], claire.actor, clock.now(), encounter_id=pec.pk)[note.pk])
    said = counts(Told(claire.id, note.care_unit_id), after.readers, after.audience or {})
    assert [word.split(" de ")[0] for word in said] == ["1", "1"]
    assert {unit.name for unit in (after.audience or {}).values()} >= {"SAU", "Équipe mobile"}


@pytest.mark.django_db
def test_what_one_may_not_read_is_not_read(
    claire: Character, martin: Character, zoe: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    click(sign_note, martin, pec, text="Pour l’équipe mobile", confidential=True)
    kept = HandoverNote.objects.exclude(confidential_unit=None).get()
    click(mark_read, claire, pec, note_ids=[kept.pk, uuid.uuid4()])
    other = pecs.encounter(unit=hospitals.sau)
    click(mark_read, martin, pec, note_ids=[other.pk])
    with pytest.raises(NotVisible):
        click(mark_read, zoe, pec, note_ids=[HandoverNote.objects.get(confidential_unit=None).pk])
    assert not Receipt.objects.exists()
