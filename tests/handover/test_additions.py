"""What is added to a signed note: by whom, when, and what is never changed."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError

from osmose.encounters.models import Encounter
from osmose.handover.actions import add_to_note, sign_note, strike_note
from osmose.handover.models import AdditionKind, HandoverNote, NoteAddition
from osmose.handover.queries import after_of, last_notes, notes_by_id
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, fresh, refused
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db
RESULT, ADDENDUM = AdditionKind.RESULT, AdditionKind.ADDENDUM


@pytest.fixture
def pec(claire: Character, hospitals: Hospitals) -> Encounter:
    made = pecs.encounter(unit=hospitals.sau)
    click(sign_note, claire, made, text="Agité, refuse le box")
    return made


def the_note(pec: Encounter) -> HandoverNote:
    return HandoverNote.objects.get(encounter=pec)


def add(who: Character, pec: Encounter, kind: AdditionKind, text: str, **more: object) -> Encounter:
    wanted = {"at": None, **more}
    return click(add_to_note, who, pec, note_id=the_note(pec).pk, kind=kind, text=text, **wanted)


def test_a_result_comes_later_by_its_own_author_at_its_own_hour(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    before = fresh(pec).version
    at = clock.now() - timedelta(minutes=20)
    add(hugo, pec, RESULT, "Calme depuis le repas", at=at)
    note = notes_by_id([the_note(pec).pk], claire.actor, clock.now())[the_note(pec).pk]
    (result,) = after_of(note).additions
    assert (result.text, result.author_id, result.occurred_at) == ("Calme depuis le repas", hugo.id, at)
    assert hugo.user.family_name in result.author_words
    assert note.text == "Agité, refuse le box"
    assert fresh(pec).version == before + 1
    assert "Résultat ajouté à une transmission" in [entry.sentence for entry in timeline.of(pec.pk)]


@pytest.mark.parametrize(
    ("shift", "words"),
    [(timedelta(hours=-3), "pas encore là"), (timedelta(minutes=1), "dans le futur")],
)
def test_an_hour_outside_the_passage_is_refused(
    claire: Character, pec: Encounter, shift: timedelta, words: str
) -> None:
    with refused(words):
        add(claire, pec, RESULT, "Calme", at=clock.now() + shift)


def test_two_addenda_at_once_are_both_kept(claire: Character, hugo: Character, pec: Encounter) -> None:
    stale = fresh(pec)
    add(claire, stale, ADDENDUM, "A vu sa sœur")
    add(hugo, stale, ADDENDUM, "Accepte le traitement")
    note = notes_by_id([the_note(pec).pk], claire.actor, clock.now())[the_note(pec).pk]
    assert [a.text for a in after_of(note).additions] == ["A vu sa sœur", "Accepte le traitement"]


def test_a_struck_note_stays_with_its_reason_and_is_no_list_s_last_note(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    note = the_note(pec)
    with refused("Seuls son auteur et le cadre"):
        click(strike_note, hugo, pec, note_id=note.pk, reason="Pas d’accord")
    click(strike_note, claire, pec, note_id=note.pk, reason="Erreur de saisie")
    read = notes_by_id([note.pk], hugo.actor, clock.now())[note.pk]
    strike = after_of(read).strike
    assert strike is not None
    assert (strike.text, read.text) == ("Erreur de saisie", "Agité, refuse le box")
    assert last_notes([pec.pk], claire.actor, clock.now()) == {}
    with refused("rayée"):
        add(hugo, pec, ADDENDUM, "Je complète")


def test_the_manager_of_the_author_s_unit_may_strike_too(claire: Character, samia: Character, pec: Encounter) -> None:
    click(strike_note, samia, pec, note_id=the_note(pec).pk, reason="L’intérimaire est parti")
    assert NoteAddition.objects.get().kind == AdditionKind.STRIKE


def test_a_note_of_another_pec_or_kept_for_another_unit_takes_nothing(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    click(sign_note, martin, pec, text="Confidence", confidential=True)
    kept = HandoverNote.objects.exclude(confidential_unit=None).get()
    other = pecs.encounter(unit=hospitals.sau)
    for target, note_id in ((pec, kept.pk), (other, HandoverNote.objects.get(confidential_unit=None).pk)):
        with pytest.raises(NotVisible):
            click(add_to_note, claire, target, note_id=note_id, kind=ADDENDUM, text="Vu", at=None)
    assert not NoteAddition.objects.exists()


def test_the_database_refuses_to_change_an_addition(claire: Character, pec: Encounter) -> None:
    add(claire, pec, ADDENDUM, "A vu sa sœur")
    with (
        pytest.raises((InternalError, ProgrammingError)),
        declared_transaction(actor_id=claire.id),
        transaction.atomic(),
    ):
        NoteAddition.objects.update(kind=RESULT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM handover_noteadditionhistory")
        assert cursor.fetchone() == (1,)
