"""Somebody is announced; comes, by the desk or the admissions; or doesn't."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from osmose.encounters import actions, queries
from osmose.encounters.lifecycle import ArrivalMode, ExpectedStatus
from osmose.encounters.models import Encounter, ExpectedArrival
from osmose.encounters.operations import exits
from osmose.encounters.policies import EXPECTED
from osmose.kernel.access.models import Grant
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events.models import Event
from osmose.patients.models import Patient
from osmose.patients.policies import READ as READ_PATIENT
from osmose.patients.rules import Sex
from tests.cast import Character, Hospitals
from tests.encounters.clicks import refused
from tests.factories.encounters import changing, encounter
from tests.factories.expected import announced
from tests.factories.patients import REGISTRAR, a_patient, acting, ipp, traits
from tests.interop.hl7.feed import pec, sentences, take
from tests.interop.hl7.samples import bent

pytestmark = pytest.mark.django_db


def fresh(row: ExpectedArrival) -> ExpectedArrival:
    return ExpectedArrival.objects.select_related("encounter", "patient").get(pk=row.pk)


def a04(number: str = "0004512") -> bytes:
    """An arrival of now, of Louise, under that IPP."""
    at = clock.paris(clock.now() - timedelta(minutes=1)).strftime("%Y%m%d%H%M00")
    return bent("A04_arrivee.hl7", ("20260301101000", at), ("0004512", number))


# Announced


def test_an_announced_patient_is_neither_present_nor_waiting(claire: Character, hospitals: Hospitals) -> None:
    row = announced(claire, hospitals.sau, sex=Sex.MALE, estimated_age=40)
    assert row.patient.is_unknown
    assert row.is_awaited
    assert not Encounter.objects.exists()
    assert AccessEntry.objects.get(verb=Verb.CREATE).persons == [row.patient_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(x)::text FROM encounters_expectedarrival x")
        stored = cursor.fetchone()[0]
    assert "suicidaires" not in stored
    assert "Fictif" not in stored


@pytest.mark.parametrize(
    ("minutes", "sentence"), [(-5, "déjà passée"), (-60 * 30, "déjà passée"), (60 * 24 * 8, "plus de 7 jours")]
)
def test_an_arrival_is_not_announced_in_the_past_nor_for_next_month(
    claire: Character, hospitals: Hospitals, minutes: int, sentence: str
) -> None:
    with refused(sentence):
        announced(claire, hospitals.sau, minutes=minutes)
    assert not ExpectedArrival.objects.exists()
    assert not Patient.objects.exists()


def test_the_unit_that_expects_and_the_one_that_announced_see_it_and_nobody_else(
    martin: Character, claire: Character, zoe: Character, roux: Character, hospitals: Hospitals
) -> None:
    """Martin's mobile team sends a patient to the SAU of the partner."""
    row = announced(martin, hospitals.sau, traits=traits(birth_place=""))
    now = clock.now()
    seeing = [who for who in (martin, claire, zoe, roux) if EXPECTED.allows(who.actor, row, now)]
    assert seeing == [martin, claire]
    assert [len(queries.announcements(who.actor, now)) for who in (martin, claire, zoe, roux)] == [1, 1, 0, 0]
    assert row.patient.establishment_id == hospitals.perpignan.pk


def test_a_hospital_without_agreement_announces_nothing(zoe: Character, hospitals: Hospitals) -> None:
    with refused("Aucune convention"):
        announced(zoe, hospitals.sau)
    assert not Patient.objects.exists()


def test_a_partner_is_never_told_whether_somebody_is_known(martin: Character, hospitals: Hospitals) -> None:
    known = a_patient(hospitals.perpignan)
    with refused("pas connu"):
        announced(martin, hospitals.sau, known)
    assert announced(martin, hospitals.sau, traits=traits()).patient_id != known.pk


def test_nobody_is_announced_to_a_unit_that_registers_no_arrival(claire: Character, hospitals: Hospitals) -> None:
    with refused("n’enregistre pas d’arrivée"):
        announced(claire, hospitals.uhcd)


# Arrived


def test_one_click_opens_the_pec_with_what_was_announced(claire: Character, hospitals: Hospitals) -> None:
    row = announced(claire, hospitals.sau, context="Vient avec son frère", phone="0468000000")
    arrived = actions.receive_expected(actor=claire.actor, expected=row, now=clock.now())
    assert (arrived.motif, arrived.patient_id, arrived.care_unit_id) == (
        "Idées suicidaires",
        row.patient_id,
        hospitals.sau.pk,
    )
    assert fresh(row).encounter == arrived
    assert sentences(arrived) == ["Arrivée", "Patient attendu\u202f: annonce rattachée"]


def test_another_unit_of_the_hospital_does_not_say_who_arrives(
    martin: Character, claire: Character, hospitals: Hospitals
) -> None:
    row = announced(martin, hospitals.sau)
    with pytest.raises(NotVisible):
        actions.receive_expected(actor=martin.actor, expected=row, now=clock.now())
    assert fresh(row).is_awaited


def test_the_desk_that_registers_this_very_patient_settles_the_announcement(
    claire: Character, hospitals: Hospitals
) -> None:
    patient = a_patient(hospitals.perpignan)
    row = announced(claire, hospitals.sau, patient)
    opened = actions.open_encounter(
        actor=claire.actor,
        care_unit=hospitals.sau,
        patient=patient,
        traits=None,
        motif="Chute",
        arrival_mode=ArrivalMode.ALONE,
        now=clock.now(),
    )
    assert fresh(row).encounter == opened
    assert opened.motif == "Chute"


@pytest.mark.parametrize(
    "known",
    [
        {"identifiers": [ipp("0004512")], "birth_name": "AUTREFOIS"},
        {"identifiers": ()},
    ],
    ids=["by IPP", "by the five strict traits"],
)
def test_the_admissions_announce_the_arrival_of_the_one_who_was_expected(
    claire: Character, hospitals: Hospitals, known: dict[str, object]
) -> None:
    row = announced(claire, hospitals.sau, a_patient(hospitals.perpignan, **known))
    take(a04())
    arrived = pec(hospitals.perpignan, "V26004711")
    assert fresh(row).encounter == arrived
    assert arrived.motif == "Idées suicidaires"
    assert Encounter.objects.count() == 1


def test_the_admissions_complete_the_pec_that_a_click_opened(claire: Character, hospitals: Hospitals) -> None:
    row = announced(claire, hospitals.sau, a_patient(hospitals.perpignan))
    clicked = actions.receive_expected(actor=claire.actor, expected=row, now=clock.now())
    take(a04())
    assert pec(hospitals.perpignan, "V26004711") == clicked
    assert Encounter.objects.count() == 1


def test_an_arrival_that_two_announcements_tell_of_takes_neither_and_says_so(
    claire: Character, hugo: Character, hospitals: Hospitals
) -> None:
    patient = a_patient(hospitals.perpignan)
    first = announced(claire, hospitals.sau, patient, reason="Agitation")
    second = announced(hugo, hospitals.sau, patient, reason="Angoisse")
    take(a04())
    arrived = pec(hospitals.perpignan, "V26004711")
    assert fresh(first).is_awaited
    assert fresh(second).is_awaited
    assert "2 annonces pour ce patient\u202f: aucune n’est rattachée" in sentences(arrived)
    now = clock.now()
    near = queries.perhaps_arrived([fresh(first), fresh(second)], claire.actor, now)
    assert near[first.pk] == near[second.pk] == [arrived]
    version = arrived.version
    actions.link_expected(actor=claire.actor, encounter=arrived, expected=second, now=now)
    assert (fresh(first).is_awaited, fresh(second).encounter) == (True, arrived)
    arrived.refresh_from_db()
    assert arrived.version > version


def test_somebody_who_looks_like_the_announced_one_is_offered_and_never_taken(
    claire: Character, hospitals: Hospitals
) -> None:
    """By phone, nobody tells a place of birth: nothing is guessed from the rest (RNIV)."""
    row = announced(claire, hospitals.sau, traits=traits(birth_place="", used_name="", birth_first_names=""))
    take(a04())
    arrived = pec(hospitals.perpignan, "V26004711")
    assert fresh(row).is_awaited
    assert queries.perhaps_arrived([fresh(row)], claire.actor, clock.now())[row.pk] == [arrived]


def test_an_announcement_linked_by_mistake_waits_again(claire: Character, hospitals: Hospitals) -> None:
    row, arrived = announced(claire, hospitals.sau), encounter(unit=hospitals.sau)
    actions.link_expected(actor=claire.actor, encounter=arrived, expected=row, now=clock.now())
    assert fresh(row).encounter == arrived
    actions.detach_expected(actor=claire.actor, encounter=arrived, expected=fresh(row), now=clock.now())
    assert fresh(row).is_awaited
    assert Grant.objects.of(row.pk).filter(ends_at=None).exists()
    assert sentences(arrived)[-1] == "Annonce détachée"


def test_an_unknown_patient_at_the_desk_may_be_the_unknown_one_who_was_expected(
    claire: Character, hospitals: Hospitals
) -> None:
    row = announced(claire, hospitals.sau, sex=Sex.MALE)
    opened = {
        sex: actions.open_for_unknown(
            actor=claire.actor,
            care_unit=hospitals.sau,
            sex=sex,
            estimated_age=None,
            signs="",
            motif="",
            now=clock.now(),
        )
        for sex in (Sex.MALE, Sex.FEMALE)
    }
    assert queries.perhaps_arrived([row], claire.actor, clock.now())[row.pk] == [opened[Sex.MALE]]


def test_an_admission_cancelled_by_its_feed_gives_the_announcement_back(
    claire: Character, hospitals: Hospitals
) -> None:
    row = announced(claire, hospitals.sau, a_patient(hospitals.perpignan))
    take(a04())
    arrived = pec(hospitals.perpignan, "V26004711")
    with changing(arrived) as locked:
        exits.cancel_arrival(actor=REGISTRAR, encounter=locked, now=clock.now())
    assert fresh(row).is_awaited
    take(bent("A04_arrivee.hl7", ("MSG0001", "MSG0001B"), ("V26004711", "V26004712")))
    assert fresh(row).encounter == pec(hospitals.perpignan, "V26004712")


def test_a_pec_of_another_hospital_is_never_linked(claire: Character, zoe: Character, hospitals: Hospitals) -> None:
    row, elsewhere = announced(claire, hospitals.sau), encounter(unit=hospitals.narbonne_sau)
    for who in (claire, zoe):
        with pytest.raises(NotVisible):
            actions.link_expected(actor=who.actor, encounter=elsewhere, expected=row, now=clock.now())
    assert fresh(row).is_awaited


# Not coming


def test_an_announcement_is_cancelled_with_a_reason_and_restored(claire: Character, hospitals: Hospitals) -> None:
    row = announced(claire, hospitals.sau)
    with refused("pourquoi"):
        actions.cancel_expected(actor=claire.actor, expected=row, reason="", now=clock.now())
    actions.cancel_expected(actor=claire.actor, expected=row, reason="Adressé à Narbonne", now=clock.now())
    assert fresh(row).cancel_reason == "Adressé à Narbonne"
    with refused("plus attendu"):
        actions.receive_expected(actor=claire.actor, expected=row, now=clock.now())
    actions.restore_expected(actor=claire.actor, expected=fresh(row), now=clock.now())
    assert fresh(row).is_awaited
    assert [e.kind for e in Event.objects.filter(subject_id=row.pk).order_by("id")] == [
        "encounters.expected_announced",
        "encounters.expected_cancelled",
        "encounters.expected_restored",
    ]


def test_a_day_after_it_is_settled_an_announcement_opens_nothing_any_more(
    martin: Character, claire: Character, hospitals: Hospitals
) -> None:
    row = announced(martin, hospitals.sau, traits=traits(birth_place=""))
    actions.cancel_expected(actor=claire.actor, expected=row, reason="Refuse de venir", now=clock.now())
    later = clock.now() + timedelta(hours=25)
    for who in (martin, claire):
        assert not EXPECTED.rows(who.actor, later).exists()
        assert not READ_PATIENT.rows(who.actor, later).exists()


def test_the_database_keeps_an_arrived_announcement_with_its_pec(claire: Character, hospitals: Hospitals) -> None:
    row = announced(claire, hospitals.sau)
    with pytest.raises(IntegrityError), acting():
        ExpectedArrival.objects.filter(pk=row.pk).update(status=ExpectedStatus.ARRIVED, ended_at=clock.now())
