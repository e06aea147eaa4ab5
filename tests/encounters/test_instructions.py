"""Standing instructions: across encounters, versioned, ended and never erased; who reads and who writes them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.kernel.access.models import Grant
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.organisations.models import DataCategory
from osmose.patients.models import Patient, StandingInstruction
from osmose.patients.queries import current_among, instructions_of, versions_of
from osmose.patients.rules.instructions import InstructionKind, Overtaken
from tests.cast import Character, Hospitals
from tests.encounters.clicks import last, refused
from tests.factories import encounters as pecs
from tests.factories.instructions import a_draft, an_instruction, overdue, today
from tests.factories.patients import a_patient, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau)


def act(deed: Any, who: Character, pec: Encounter, row: StandingInstruction, **wanted: Any) -> Encounter:
    now = clock.now()
    wanted = {"version": row.version, **wanted}
    found: Encounter = deed(actor=who.actor_at(now), encounter=pec, instruction_id=row.pk, now=now, **wanted)
    return found


def read(who: Character, pec: Encounter) -> list[StandingInstruction]:
    return instructions_of(pec.patient_id, who.actor, clock.now())


def test_an_instruction_written_at_one_visit_is_read_at_the_next(
    claire: Character, hugo: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    an_instruction(claire, pec, text="Rappeler le CMP", meanwhile="Salle calme")
    pecs.exited(pec)
    again = pecs.encounter(unit=hospitals.sau, patient=pec.patient)
    (row,) = read(hugo, again)
    assert row.draft().parts == {"text": "Rappeler le CMP", "meanwhile": "Salle calme"}
    assert claire.name in row.written_by
    assert (
        timeline.read(last(pec, "patients.instruction_written")).sentence == "Consigne écrite\u202f: Conduite à tenir"
    )


def test_every_open_pec_of_the_patient_is_drawn_again(claire: Character, hospitals: Hospitals, pec: Encounter) -> None:
    other = pecs.encounter(unit=hospitals.sau, patient=pec.patient)
    before = Encounter.objects.get(pk=other.pk).version
    an_instruction(claire, pec)
    assert Encounter.objects.get(pk=other.pk).version == before + 1


def test_each_correction_is_a_version_with_its_author(claire: Character, hugo: Character, pec: Encounter) -> None:
    row = an_instruction(claire, pec, text="Premier texte")
    act(actions.correct_instruction, hugo, pec, row, draft=a_draft(text="Second texte"))
    row.refresh_from_db()
    versions = versions_of(row)
    assert [dict(version.parts)["text"] for version in versions] == ["Second texte", "Premier texte"]
    assert [version.version for version in versions] == [2, 1]
    assert hugo.name in versions[0].written_by
    assert claire.name in versions[1].written_by
    told = timeline.read(last(pec))
    assert (told.sentence, told.detail) == ("Consigne corrigée\u202f: Conduite à tenir", "À faire")


def test_two_people_who_correct_two_parts_lose_nothing(claire: Character, hugo: Character, pec: Encounter) -> None:
    kind = InstructionKind.HELPS
    row = an_instruction(claire, pec, kind=kind, helps="Marcher", harms="Attendre debout")
    mine = a_draft(kind, helps="Marcher, un café", harms="Attendre debout")
    theirs = a_draft(kind, helps="Marcher", harms="Le bruit")
    act(actions.correct_instruction, claire, pec, row, draft=mine)
    act(actions.correct_instruction, hugo, pec, row, draft=theirs)
    row.refresh_from_db()
    assert row.parts == {"helps": "Marcher, un café", "harms": "Le bruit"}
    assert row.version == 3


def test_two_people_who_correct_one_part_are_both_asked(claire: Character, hugo: Character, pec: Encounter) -> None:
    row = an_instruction(claire, pec, text="Appeler", meanwhile="Un café")
    act(actions.correct_instruction, claire, pec, row, draft=a_draft(text="Appeler le CMP", meanwhile="Un café"))
    with pytest.raises(Overtaken) as caught:
        act(actions.correct_instruction, hugo, pec, row, draft=a_draft(text="Appeler le frère", meanwhile="Un thé"))
    assert caught.value.theirs == {"text": "Appeler le CMP"}
    assert caught.value.values["text"] == "Appeler le frère"
    assert caught.value.values["meanwhile"] == "Un thé"
    assert caught.value.version == 2
    assert claire.name in caught.value.by
    row.refresh_from_db()
    assert row.parts["text"] == "Appeler le CMP"


def test_a_review_says_that_it_holds_and_keeps_the_text(claire: Character, hugo: Character, pec: Encounter) -> None:
    row = overdue(claire, pec)
    act(actions.review_instruction, hugo, pec, row, review_on=today() + timedelta(days=30))
    row.refresh_from_db()
    assert row.review_on == today() + timedelta(days=30)
    assert row.parts == {"text": "Appeler le CMP référent"}
    assert hugo.name in row.written_by
    assert timeline.read(last(pec)).sentence.startswith("Consigne relue")


def test_an_overdue_review_keeps_nobody_from_correcting_a_word(claire: Character, pec: Encounter) -> None:
    row = overdue(claire, pec, text="Apeler le CMP")
    draft = a_draft(text="Appeler le CMP", valid_from=row.valid_from, review_on=row.review_on)
    act(actions.correct_instruction, claire, pec, row, draft=draft)
    row.refresh_from_db()
    assert row.parts == {"text": "Appeler le CMP"}


def test_an_end_says_why_erases_nothing_and_can_be_taken_back(claire: Character, pec: Encounter) -> None:
    row = an_instruction(claire, pec)
    with refused("pourquoi"):
        act(actions.end_instruction, claire, pec, row, reason="")
    act(actions.end_instruction, claire, pec, row, reason="Suivi terminé")
    row.refresh_from_db()
    assert row.end_reason == "Suivi terminé"
    assert current_among([pec.patient_id], claire.actor, clock.now()) == {}
    assert read(claire, pec) == [row]
    with refused("terminée entre-temps"):
        act(actions.correct_instruction, claire, pec, row, draft=a_draft(text="Autre"))
    act(actions.resume_instruction, claire, pec, row)
    row.refresh_from_db()
    assert row.ended_at is None
    assert len(versions_of(row)) == 3
    with acting(), pytest.raises(DatabaseError), transaction.atomic():
        StandingInstruction.objects.filter(pk=row.pk).delete()


def test_a_decision_on_a_text_that_changed_meanwhile_is_asked_again(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    row = an_instruction(claire, pec)
    act(actions.correct_instruction, hugo, pec, row, draft=a_draft(text="Autre texte"))
    for deed, wanted in (
        (actions.end_instruction, {"reason": "Périmée"}),
        (actions.review_instruction, {"review_on": today() + timedelta(days=9)}),
    ):
        with refused("a changé entre-temps"):
            act(deed, claire, pec, row, **wanted)


def test_a_patient_has_one_shared_plan_at_a_time(claire: Character, pec: Encounter) -> None:
    plan = {"kind": InstructionKind.PROTECTION_PLAN, "signs": "Je ne dors plus"}
    row = an_instruction(claire, pec, **plan)
    with refused("a déjà un plan de protection"):
        an_instruction(claire, pec, **plan)
    act(actions.end_instruction, claire, pec, row, reason="Refait avec le patient")
    an_instruction(claire, pec, **plan)
    row.refresh_from_db()
    with refused("a déjà un plan de protection"):
        act(actions.resume_instruction, claire, pec, row)


def test_nothing_is_written_from_a_closed_pec(claire: Character, pec: Encounter) -> None:
    row = an_instruction(claire, pec)
    pecs.exited(pec)
    now = clock.now()
    actions.close_encounter(actor=claire.actor_at(now), encounter=pec, now=now)
    with refused("lecture seule"):
        an_instruction(claire, pec)
    with refused("lecture seule"):
        act(actions.end_instruction, claire, pec, row, reason="Trop tard")


# --- who ---


def test_nobody_reads_nor_writes_without_taking_part(
    claire: Character, zoe: Character, paul: Character, denis: Character, martin: Character, pec: Encounter
) -> None:
    row = an_instruction(claire, pec)
    for stranger in (zoe, paul, denis, martin):
        assert read(stranger, pec) == []
        with pytest.raises(NotVisible):
            an_instruction(stranger, pec)
        with pytest.raises(NotVisible):
            act(actions.end_instruction, stranger, pec, row, reason="Non")


@pytest.mark.parametrize("is_open", [True, False])
def test_a_partner_reads_and_writes_only_what_the_agreement_opens(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter, is_open: bool
) -> None:
    if not is_open:
        hospitals.agreement.categories = [c for c in hospitals.agreement.categories if c != DataCategory.INSTRUCTIONS]
        with acting():
            hospitals.agreement.save(update_fields=["categories"])
    row = an_instruction(claire, pec)
    pecs.request(pec, "psychiatry", unit=hospitals.emp)
    if is_open:
        assert read(martin, pec) == [row]
        an_instruction(martin, pec, text="Plan vu avec le patient")
        return
    assert read(martin, pec) == []
    with pytest.raises(NotVisible):
        an_instruction(martin, pec)


def test_a_partner_reads_nothing_any_more_once_the_grant_has_ended(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    an_instruction(claire, pec)
    pecs.request(pec, "psychiatry", unit=hospitals.emp)
    now = clock.now()
    with acting():
        Grant.objects.of(pec.pk).filter(unit_id=hospitals.emp.pk).update(ends_at=now)
    assert instructions_of(pec.patient_id, martin.actor, clock.now()) == []


def test_the_same_person_registered_elsewhere_has_nothing_of_it(
    claire: Character, zoe: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    an_instruction(claire, pec)
    same = a_patient(hospitals.narbonne, birth_name=pec.patient.birth_name)
    there = pecs.encounter(unit=hospitals.narbonne_sau, patient=same)
    assert read(zoe, there) == []
    assert read(zoe, pec) == []


def test_an_instruction_is_never_reached_through_another_patients_pec(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    row = an_instruction(claire, pec)
    other = pecs.encounter(unit=hospitals.sau)
    with pytest.raises(NotVisible):
        act(actions.end_instruction, claire, other, row, reason="Pas la sienne")


# --- merges, keys ---


def merge(absorbed: Patient, survivor: Patient | None) -> None:
    with acting():
        Patient.objects.filter(pk=absorbed.pk).update(merged_into=survivor)


def of(patient: Patient) -> list[str]:
    return sorted(row.parts["text"] for row in StandingInstruction.objects.filter(patient=patient))


def test_a_merge_carries_the_instructions_and_its_undoing_gives_them_back(
    claire: Character, hospitals: Hospitals
) -> None:
    first, second, third = (pecs.encounter(unit=hospitals.sau) for _ in range(3))
    for pec, text in ((first, "un"), (second, "deux"), (third, "trois")):
        an_instruction(claire, pec, text=text)
    merge(first.patient, second.patient)
    assert of(second.patient) == ["deux", "un"]
    merge(second.patient, third.patient)
    assert of(third.patient) == ["deux", "trois", "un"]
    assert [row.parts["text"] for row in read(claire, third)] == ["trois", "deux", "un"]
    merge(second.patient, None)
    assert of(third.patient) == ["trois"]
    assert of(second.patient) == ["deux", "un"]
    merge(first.patient, None)
    assert of(first.patient) == ["un"]
    assert all(len(versions_of(row)) == 1 for row in StandingInstruction.objects.all())


def test_an_event_of_an_instruction_holds_no_text_in_clear(claire: Character, pec: Encounter) -> None:
    an_instruction(claire, pec, text="Secret de famille")
    event = Event.objects.filter(kind="patients.instruction_written").latest("id")
    assert event.subject_id == pec.pk
    assert event.person_id == pec.patient_id
    assert "Secret" not in str(event.payload)


def test_a_refusal_names_the_field_and_writes_nothing(claire: Character, pec: Encounter) -> None:
    with pytest.raises(Refused) as caught:
        an_instruction(claire, pec, text="x" * 50_000)
    assert caught.value.field == "text"
    assert not StandingInstruction.objects.exists()
