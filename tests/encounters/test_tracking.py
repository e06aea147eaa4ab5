"""What is noted of the patient: one click, one event, undone within ten seconds; conflicts show both values."""

from decimal import Decimal
from typing import Any

import pytest

from osmose.encounters import actions
from osmose.encounters.events import ConcernChanged
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import (
    Alcohol,
    AlcoholStatus,
    Allergies,
    Ccmu,
    Cognition,
    Company,
    Concern,
    ConcernReason,
    Decision,
    Known,
    Outlook,
    Substance,
    Substances,
    Treatment,
    Triage,
)
from osmose.encounters.models import Assignment, Encounter, Tracking
from osmose.encounters.policies import READ
from osmose.encounters.queries import one, referents_of, tracking_of
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Conflict, NotVisible
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, last, note, noted, refused, revision_of, undo
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db

CLICKS: list[tuple[str, Any, str]] = [
    ("concern", Concern((ConcernReason.RUNAWAY,), "Rupture de traitement"), "Signalé préoccupant\u202f: fugue"),
    ("triage", Triage.THREE_B, "Tri\u202f: 3B"),
    ("ccmu", Ccmu.PSYCHIATRIC, "CCMU\u202f: P"),
    ("company", Company(Known.YES, "Sa sœur", "06 12 34 56 78"), "Accompagné\u202f: Sa sœur · 06 12 34 56 78"),
    ("treatment", Treatment(Known.NO), "Traitement actuel\u202f: Aucun"),
    ("allergies", Allergies(Known.YES, "Pénicilline"), "Allergies\u202f: Pénicilline"),
    ("cognition", Cognition.ALTERED, "État cognitif\u202f: Altéré"),
    (
        "alcohol",
        Alcohol(AlcoholStatus.POSITIVE, Decimal("1.28"), "12:05"),
        "Alcool (OH)\u202f: Positif, 1,28 mg/L (équivalent calculé 2,56 g/L) à 12:05",
    ),
    ("substances", Substances(Known.YES, (Substance.THC,)), "Substances (Tox)\u202f: THC"),
    ("decision", Decision(Outlook.WARD, "Gériatrie"), "Décision\u202f: Service (Gériatrie)"),
]


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau)


@pytest.mark.parametrize(("field", "value", "sentence"), CLICKS, ids=[c[0] for c in CLICKS])
def test_one_click_is_one_event_and_can_be_undone(
    claire: Character, pec: Encounter, field: str, value: Any, sentence: str
) -> None:
    before = Event.objects.filter(subject_id=pec.pk).count()
    note(claire, pec, field, value)
    assert Event.objects.filter(subject_id=pec.pk).count() == before + 1
    assert (timeline.of(pec.pk)[0].sentence, noted(pec, field)) == (sentence, value)
    assert last(pec).changed == [field]
    undo(claire, pec)
    assert noted(pec, field) is None
    assert not Tracking.objects.get(encounter=pec).is_of_concern


@pytest.mark.parametrize(("field", "value", "sentence"), CLICKS, ids=[c[0] for c in CLICKS])
def test_two_hands_on_one_field_see_each_other_and_two_fields_both_win(
    claire: Character, hugo: Character, pec: Encounter, field: str, value: Any, sentence: str
) -> None:
    note(hugo, pec, field, value)
    with pytest.raises(Conflict) as caught:
        note(claire, pec, field, None, revision=0)
    assert caught.value.by == "Dr Hugo Ferrer"
    assert caught.value.theirs.startswith(value.words)
    assert getattr(value, "text", "") in caught.value.theirs, "what was typed is shown too"
    other = "triage" if field != "triage" else "ccmu"
    note(claire, pec, other, Triage.TWO if other == "triage" else Ccmu.TWO, revision=0)
    assert noted(pec, field) == value


def test_the_same_click_twice_writes_once(claire: Character, pec: Encounter) -> None:
    note(claire, pec, "triage", Triage.TWO)
    count = Event.objects.filter(subject_id=pec.pk).count()
    with pytest.raises(actions.Unchanged):
        note(claire, pec, "triage", Triage.TWO)
    assert Event.objects.filter(subject_id=pec.pk).count() == count


def test_a_worry_is_a_flag_in_clear_and_its_reason_is_not(claire: Character, pec: Encounter) -> None:
    note(claire, pec, "concern", Concern((ConcernReason.SUICIDAL,)))
    row = Tracking.objects.filter(encounter=pec).values("is_of_concern", "concern", "triage").get()
    assert row["is_of_concern"] is True
    assert "suicidaire" not in repr(row)
    note(claire, pec, "concern", Concern())
    assert timeline.of(pec.pk)[0].sentence == "N’est plus préoccupant"
    assert Tracking.objects.get(encounter=pec).is_of_concern is False


def test_a_minor_is_signalled_as_a_patient(claire: Character, hospitals: Hospitals) -> None:
    from datetime import timedelta

    born = clock.now().date() - timedelta(days=14 * 365)
    pec = pecs.encounter(unit=hospitals.sau, birth_date=born)
    note(claire, pec, "concern", Concern((ConcernReason.SUICIDAL,)))
    told = timeline.of(pec.pk)[0]
    assert told.sentence == "Signalé patient préoccupant\u202f: suicidaire"
    assert isinstance(told.payload, ConcernChanged)
    assert told.payload.reasons == ["suicidaire"]


def test_a_page_that_notes_nothing_has_no_row(pec: Encounter, claire: Character) -> None:
    found = one(pec.pk, READ, claire.actor, clock.now())
    assert found is not None
    assert tracking_of(found) is None
    note(claire, pec, "triage", Triage.TWO)
    found = one(pec.pk, READ, claire.actor, clock.now())
    assert found is not None
    assert tracking_of(found).triage == "2"  # type: ignore[union-attr]


def test_another_hospital_notes_nothing(zoe: Character, pec: Encounter) -> None:
    with pytest.raises(NotVisible):
        note(zoe, pec, "triage", Triage.TWO)
    assert not Tracking.objects.filter(encounter=pec).exists()


def test_a_closed_pec_is_read_only(claire: Character, pec: Encounter) -> None:
    pecs.exited(pec)
    click(actions.close_encounter, claire, pec)
    with refused("lecture seule"):
        note(claire, pec, "triage", Triage.TWO)


def assign(who: Character, pec: Encounter, role: Referent, whom: Character | None, **more: Any) -> Encounter:
    return click(actions.assign, who, pec, role=role, user_id=whom.id if whom else None, **more)


def test_somebody_is_in_charge_one_at_a_time(
    claire: Character, hugo: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    vidal = Character(hospitals.users["agent8"])
    assign(claire, pec, Referent.NURSE, claire)
    assign(claire, pec, Referent.PHYSICIAN, hugo)
    assign(claire, pec, Referent.PHYSICIAN, vidal)
    held = referents_of(pec)
    assert {role: str(a.user) for role, a in held.items()} == {
        Referent.NURSE: "IDE Claire Morel", Referent.PHYSICIAN: "Dr Sophie Vidal",
    }  # fmt: skip
    assert Assignment.objects.filter(encounter=pec, role="medecin").count() == 2
    assert timeline.of(pec.pk)[0].sentence == "Référent Médecin\u202f: Dr Sophie Vidal"
    undo(claire, pec)
    assert str(referents_of(pec)[Referent.PHYSICIAN].user) == "Dr Hugo Ferrer"
    assign(claire, pec, Referent.PHYSICIAN, None)
    assert Referent.PHYSICIAN not in referents_of(pec)
    assert timeline.of(pec.pk)[0].sentence == "Référent Médecin\u202f: personne"


def test_two_who_take_charge_at_once_see_each_other(
    claire: Character, hugo: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    revision = revision_of(pec, "assignment:medecin")
    assign(hugo, pec, Referent.PHYSICIAN, hugo, revision=revision)
    with pytest.raises(Conflict) as caught:
        assign(claire, pec, Referent.PHYSICIAN, Character(hospitals.users["agent8"]), revision=revision)
    assert caught.value.theirs == "Dr Hugo Ferrer"


def test_only_who_works_in_a_unit_that_takes_part_is_put_in_charge(
    claire: Character, martin: Character, zoe: Character, paul: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    for stranger in (martin, zoe, paul):
        with refused("ne travaille dans aucune unité de la prise en charge"):
            assign(claire, pec, Referent.PSYCHIATRY, stranger)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    assign(claire, pec, Referent.PSYCHIATRY, martin)
    assert referents_of(pec)[Referent.PSYCHIATRY].user == martin.user


def test_each_is_in_charge_in_the_role_of_their_profession(
    claire: Character, samia: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    aide, psychologist, roca = (Character(hospitals.users[account]) for account in ("agent4", "agent12", "agent14"))
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    wrong = {
        Referent.NURSE: (samia, aide, martin, roca),  # a nurse of psychiatry comes to see; the patient's nurse is here
        Referent.PHYSICIAN: (claire, samia, roca, psychologist),
        Referent.PSYCHIATRY: (claire, samia, aide),
    }
    for role, people in wrong.items():
        for who in people:
            with refused(f"{who.name} ne peut pas être référent {role.label}\u202f: choisissez {role.whom}."):
                assign(claire, pec, role, who)
    assert not referents_of(pec)
    for who in (martin, psychologist, roca):
        assign(claire, pec, Referent.PSYCHIATRY, who)
