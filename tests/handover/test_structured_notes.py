"""Each form of a note: what it needs, what it keeps, whom it is for, and that nothing of it changes."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.handover.actions import sign_note
from osmose.handover.models import HandoverNote, NoteKind, NoteRecipient
from osmose.handover.operations import NoAccess
from osmose.handover.policies import READ
from osmose.handover.queries import last_notes, notes_by_id, recipients_of
from osmose.handover.rules import Recipient, Written
from osmose.kernel.access.models import Grant
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau, now=clock.now() - timedelta(hours=3))


def signed(who: Character, pec: Encounter, **wanted: object) -> HandoverNote:
    click(sign_note, who, pec, written=Written(**wanted))  # type: ignore[arg-type]
    return HandoverNote.objects.latest("recorded_at")


def refusal(who: Character, pec: Encounter, **wanted: object) -> Refused:
    with pytest.raises(Refused) as raised:
        signed(who, pec, **wanted)
    assert not HandoverNote.objects.exists(), "what is refused leaves nothing"
    return raised.value


def soon(hours: float = 1) -> datetime:
    return clock.now() + timedelta(hours=hours)


def unit(of: object) -> Recipient:
    return Recipient(unit_id=of.pk)  # type: ignore[attr-defined]


def test_a_focus_note_keeps_its_cible_and_its_parts_in_their_fields(claire: Character, pec: Encounter) -> None:
    note = signed(claire, pec, kind="focus", focus="Agitation", parts={"data": "Déambule", "action": "Café proposé"})
    assert (note.kind, note.focus, dict(note.parts), note.text) == (
        NoteKind.FOCUS, "Agitation", {"data": "Déambule", "action": "Café proposé"}, "",
    )  # fmt: skip
    assert note.words == "Agitation · D\u202f: Déambule A\u202f: Café proposé"
    assert note.author_words == "IDE Claire Morel · SAU"


def test_each_form_says_what_it_lacks(claire: Character, pec: Encounter) -> None:
    lacks = {
        "text": Written(),
        "focus": Written(kind="focus", parts={"data": "Déambule"}),
        "part_data": Written(kind="focus", focus="Agitation"),
        "part_situation": Written(kind="saed", parts={"request": "Avis"}),
        "part_request": Written(kind="saed", parts={"situation": "Agité"}),
        "stage": Written(kind="macro", parts={"illness": "x"}),
        "part_illness": Written(kind="macro", stage="entry"),
    }
    for field, written in lacks.items():
        with pytest.raises(Refused) as raised:
            click(sign_note, claire, pec, written=written)
        assert raised.value.field == field
    assert not HandoverNote.objects.exists()


def test_nothing_of_a_signed_note_changes(claire: Character, hospitals: Hospitals, pec: Encounter) -> None:
    note = signed(claire, pec, kind="macro", stage="entry", parts={"illness": "x"}, to=(unit(hospitals.sau),))
    for row in (note, NoteRecipient.objects.get()):
        with pytest.raises(DatabaseError), declared_transaction(actor_id=claire.id), transaction.atomic():
            row.save()


def test_a_saed_expects_its_answer_of_somebody_and_later(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    whole = {"kind": "saed", "parts": {"situation": "Agité depuis midi", "request": "Avis avant 15 h"}}
    assert refusal(claire, pec, **whole, answer_by=soon()).field == "to"
    assert refusal(claire, pec, **whole, answer_by=soon(-1), to=(unit(hospitals.emp),)).code == "answer-past"
    assert refusal(claire, pec, text="Libre", answer_by=soon(), to=(unit(hospitals.emp),)).code == "answer"
    by = soon()
    assert signed(claire, pec, **whole, answer_by=by, to=(unit(hospitals.emp),)).answer_by == by


def test_the_hour_of_the_facts_is_neither_to_come_nor_before_the_arrival(claire: Character, pec: Encounter) -> None:
    assert refusal(claire, pec, text="Vue", occurred_at=soon()).code == "future"
    assert refusal(claire, pec, text="Vue", occurred_at=soon(-40)).code == "before-arrival"
    at = soon(-1)
    note = signed(claire, pec, text="Vue", occurred_at=at)
    assert (note.occurred_at, note.recorded_at > at) == (at, True)
    told = next(e for e in timeline.of(pec.pk) if e.kind == "handover.note_signed")
    assert told.occurred_at == at
    arrived = signed(claire, pec, text="À l’arrivée", occurred_at=pec.arrived_at.replace(second=0, microsecond=0))
    assert arrived.occurred_at == pec.arrived_at, "the minute of the arrival is not before it"


def test_a_closed_encounter_takes_no_note(claire: Character, pec: Encounter) -> None:
    click(actions.exit_encounter, claire, pec, mode=None, destination=None, orientation=None, at=None)
    click(actions.close_encounter, claire, pec)
    assert refusal(claire, pec, text="Trop tard").status == 409


def test_a_note_is_refused_beyond_its_length_whatever_the_fields(claire: Character, pec: Encounter) -> None:
    parts = dict.fromkeys(("data", "action", "response"), "x" * 17_000)
    assert refusal(claire, pec, kind="focus", focus="Agitation", parts=parts).code == "too-long"


def test_recipients_are_kept_by_name_and_read_with_the_note(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    to = (unit(hospitals.emp), Recipient(user_id=martin.id), unit(hospitals.emp))
    note = signed(claire, pec, text="À revoir", is_urgent=True, to=to)
    read = notes_by_id([note.pk], martin.actor, clock.now())[note.pk]
    assert [(r.care_unit_id, r.user_id, r.words) for r in recipients_of(read)] == [
        (hospitals.emp.pk, None, "Équipe mobile"), (None, martin.id, "IDE Martin Diaz"),
    ]  # fmt: skip
    told = next(e.payload for e in timeline.of(pec.pk) if e.kind == "handover.note_signed")
    assert (told.units, told.users, told.is_urgent) == ([str(hospitals.emp.pk)], [str(martin.id)], True)  # type: ignore[union-attr]


def test_somebody_without_access_is_offered_to_be_invited_then_reads(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    with pytest.raises(NoAccess) as raised:
        signed(claire, pec, text="Votre avis\u202f?", to=(Recipient(user_id=martin.id),))
    assert raised.value.units == ((str(hospitals.emp.pk), "Équipe mobile"),)
    assert "n’a pas accès" in raised.value.sentence
    assert not HandoverNote.objects.exists()
    note = signed(
        claire, pec, text="Votre avis\u202f?", to=(Recipient(user_id=martin.id),), invites=frozenset({hospitals.emp.pk})
    )
    assert READ.allows(martin.actor, note, clock.now())
    assert "Équipe mobile" in " ".join(e.sentence for e in timeline.of(pec.pk))


def test_a_hospital_without_agreement_cannot_be_invited(
    claire: Character, zoe: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    found = refusal(
        claire, pec, text="x", to=(Recipient(user_id=zoe.id),), invites=frozenset({hospitals.narbonne_sau.pk})
    )
    assert found.code == "no-agreement"


def test_a_unit_that_left_meanwhile_is_said_so(claire: Character, hospitals: Hospitals, pec: Encounter) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    with declared_transaction(actor_id=claire.id):
        Grant.objects.of(pec.pk).filter(unit_id=hospitals.emp.pk).update(ends_at=clock.now())
    found = refusal(claire, pec, text="x", to=(unit(hospitals.emp),))
    assert "ne participe plus" in found.sentence
    assert "Rien n’est signé" in found.sentence


def test_a_note_kept_for_a_profession_is_read_by_it_and_by_its_author(
    claire: Character, ines: Character, hugo: Character, pec: Encounter
) -> None:
    note = signed(claire, pec, text="Entre médecins", category="medical")
    readable = {who.name for who in (claire, ines, hugo) if notes_by_id([note.pk], who.actor, clock.now())}
    assert readable == {claire.name, hugo.name}
    assert {who.name for who in (claire, ines, hugo) if READ.allows(who.actor, note, clock.now())} == readable
    assert last_notes([pec.pk], hugo.actor, clock.now()) == {}, "a list shows the same to everybody"
    assert "Transmission réservée aux médecins" in [e.sentence for e in timeline.of(pec.pk)]


def test_what_is_kept_for_some_is_not_addressed_to_others(
    claire: Character, ines: Character, hugo: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    to_them, to_ines = (unit(hospitals.emp),), (Recipient(user_id=ines.id),)
    assert refusal(claire, pec, text="x", for_unit=True, to=to_them).code == "recipient-left-out"
    assert refusal(claire, pec, text="x", category="medical", to=to_ines).code == "recipient-left-out"
    assert signed(claire, pec, text="x", category="medical", to=(Recipient(user_id=hugo.id),))


def test_the_words_of_a_third_party_stay_apart(claire: Character, pec: Encounter) -> None:
    note = signed(claire, pec, text="Accompagné de sa sœur", third_party="Sa sœur craint qu’il ne parte")
    assert (note.words, note.third_party) == ("Accompagné de sa sœur", "Sa sœur craint qu’il ne parte")
