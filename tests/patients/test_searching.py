"""Searching before creating, on the real index."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keys
from osmose.patients import queries
from osmose.patients.models import Patient, PatientIdentifier
from osmose.patients.policies import READ
from osmose.patients.rules import Likelihood, Sex
from tests.cast import Character, Hospitals
from tests.factories.patients import a_patient, acting, ins, ipp, matricule, qualified, traits

pytestmark = pytest.mark.django_db
BORN = date(1981, 3, 12)


def found(actor: Actor, **asked: object) -> list[UUID]:
    return [candidate.patient_id for candidate in queries.search(actor, clock.now(), **asked)]  # type: ignore[arg-type]


@pytest.fixture
def elodie(hospitals: Hospitals) -> Patient:
    return a_patient(
        hospitals.perpignan,
        birth_name="D'ŒUVRÉ-MARTINEZ",
        used_name="LE GOFF",
        first_name="Élodie-Rose",
        birth_date=BORN,
        identifiers=[ipp("0004512"), ins()],
        standing=qualified(),
    )


@pytest.mark.parametrize(
    "letters",
    [
        "",
        "oeu",
        "ŒUVRÉ",
        "d'oeuvre martinez",
        "martinez",
        "le goff",
        "LEGOFF",
        "gof",
        "élo",
        "elodie rose",
        "Rose",
        "helodi",
    ],
)
def test_any_spelling_of_any_name_finds_the_patient(claire: Character, elodie: Patient, letters: str) -> None:
    assert found(claire.actor, birth_date=BORN, letters=letters) == [elodie.pk]


def test_day_and_month_may_be_swapped(claire: Character, elodie: Patient) -> None:
    assert found(claire.actor, birth_date=date(1981, 12, 3)) == [elodie.pk]
    assert found(claire.actor, birth_date=date(1981, 12, 3), letters="martin") == [elodie.pk]
    assert found(claire.actor, birth_date=date(1981, 12, 4)) == []


def test_other_letters_or_letters_alone_find_nobody(claire: Character, elodie: Patient) -> None:
    assert found(claire.actor, birth_date=BORN, letters="dupont") == []
    assert found(claire.actor, letters="martinez") == []


def test_two_letters_are_compared_in_memory(claire: Character, elodie: Patient, hospitals: Hospitals) -> None:
    li = a_patient(hospitals.perpignan, birth_name="LI", used_name="", first_name="WEI", birth_date=BORN)
    assert found(claire.actor, birth_date=BORN, letters="li") == [li.pk]
    assert found(claire.actor, birth_date=BORN, letters="el") == [elodie.pk]


@pytest.mark.parametrize("typed", ["0004512", " 000 4512 ", matricule(), "2 88 07 66 136 001 " + matricule()[13:]])
def test_a_number_finds_its_patient_alone(claire: Character, elodie: Patient, typed: str) -> None:
    assert found(claire.actor, number=typed) == [elodie.pk]


def test_an_ended_number_finds_nobody(claire: Character, elodie: Patient) -> None:
    with acting():
        PatientIdentifier.objects.filter(patient=elodie, kind="IPP").update(ends_at=clock.now())
    assert found(claire.actor, number="0004512") == []


def test_a_patient_of_estimated_age_is_found_by_a_birth_date_near_it(claire: Character, hospitals: Hospitals) -> None:
    about = a_patient(hospitals.perpignan, birth_date=None, birth_year=1983)
    assert found(claire.actor, birth_date=BORN, letters="fictive") == [about.pk]
    assert found(claire.actor, birth_date=date(1970, 1, 1), letters="fictive") == []


def test_the_best_match_comes_first(claire: Character, hospitals: Hospitals) -> None:
    swapped = a_patient(hospitals.perpignan, birth_name="DURAND", birth_date=date(1981, 12, 3))
    near = a_patient(hospitals.perpignan, birth_name="DURANTON", birth_date=BORN)
    exact = a_patient(hospitals.perpignan, birth_name="DURAND", birth_date=BORN)
    assert found(claire.actor, birth_date=BORN, letters="durand") == [exact.pk, swapped.pk, near.pk]


def test_a_merged_patient_gives_its_survivor_once(claire: Character, hospitals: Hospitals, elodie: Patient) -> None:
    absorbed = a_patient(hospitals.perpignan, birth_name="OEUVRE", birth_date=BORN, identifiers=[ipp("777")])
    with acting():
        Patient.objects.filter(pk=absorbed.pk).update(merged_into=elodie)
    [candidate] = queries.search(claire.actor, clock.now(), birth_date=BORN, letters="oeuvre")
    assert candidate.patient_id == elodie.pk
    [by_number] = queries.search(claire.actor, clock.now(), number="777")
    assert (by_number.patient_id, by_number.merged_from, by_number.ipp) == (elodie.pk, absorbed.pk, "0004512")


def test_an_unreadable_row_is_shown_last_and_takes_nobody_down(
    claire: Character, hospitals: Hospitals, elodie: Patient
) -> None:
    other = a_patient(hospitals.perpignan, birth_date=BORN)
    with connection.cursor() as cursor, acting():
        cursor.execute("UPDATE patients_patient SET birth_name = %s WHERE id = %s", [b"\x01" * 40, elodie.pk])
    shown = queries.search(claire.actor, clock.now(), birth_date=BORN)
    assert [(c.patient_id, c.is_readable) for c in shown] == [(other.pk, True), (elodie.pk, False)]
    assert shown[1].traits.birth_name == ""
    assert [c.patient_id for c, _ in queries.likely_duplicates(claire.actor, traits(birth_date=BORN), clock.now())] == [
        other.pk
    ]


def test_a_destroyed_key_leaves_an_unreadable_line(claire: Character, elodie: Patient) -> None:
    keys.destroy(elodie.data_key_id, by=claire.id, at=clock.now())
    [candidate] = queries.search(claire.actor, clock.now(), birth_date=BORN)
    assert not candidate.is_readable


def test_only_clinicians_of_a_registering_unit_search(
    hospitals: Hospitals, elodie: Patient, claire: Character, martin: Character, paul: Character, denis: Character
) -> None:
    assert found(claire.actor, birth_date=BORN) == [elodie.pk]
    for other in (martin, paul, denis):
        assert found(other.actor, birth_date=BORN, number="0004512") == []


def test_whoever_works_in_two_hospitals_searches_the_one_of_the_acting_unit(
    hospitals: Hospitals, elodie: Patient, claire: Character
) -> None:
    claire.joins(hospitals.narbonne_sau)
    there = a_patient(hospitals.narbonne, birth_date=BORN)
    now = clock.now()
    assert found(claire.actor_at(now, unit=hospitals.sau), birth_date=BORN) == [elodie.pk]
    assert found(claire.actor_at(now, unit=hospitals.narbonne_sau), birth_date=BORN) == [there.pk]


def test_likely_duplicates_are_ranked_with_their_reasons(claire: Character, hospitals: Hospitals) -> None:
    same = a_patient(hospitals.perpignan)
    typo = a_patient(hospitals.perpignan, birth_date=date(1987, 7, 14), used_name="")
    a_patient(hospitals.perpignan, birth_name="DURAND", used_name="", first_name="PAUL", sex=Sex.MALE)
    shown = queries.likely_duplicates(claire.actor, traits(), clock.now())
    assert [candidate.patient_id for candidate, _ in shown] == [same.pk, typo.pk]
    assert shown[0][1].likelihood is Likelihood.CERTAIN
    assert "même nom de naissance" in shown[1][1].reasons


def test_a_used_name_given_as_birth_name_is_a_likely_duplicate(claire: Character, hospitals: Hospitals) -> None:
    known = a_patient(hospitals.perpignan)
    shown = queries.likely_duplicates(claire.actor, traits(birth_name="ESSAI", used_name=""), clock.now())
    assert [candidate.patient_id for candidate, _ in shown] == [known.pk]


def test_somebody_of_estimated_age_may_be_a_duplicate(claire: Character, hospitals: Hospitals) -> None:
    about = a_patient(hospitals.perpignan, birth_date=None, birth_year=1990)
    now = clock.now()
    assert [c.patient_id for c, _ in queries.likely_duplicates(claire.actor, traits(), now)] == [about.pk]
    asked = traits(birth_date=None, birth_year=1986)
    assert [c.patient_id for c, _ in queries.likely_duplicates(claire.actor, asked, now)] == [about.pk]


def test_a_common_number_makes_a_duplicate_certain(claire: Character, hospitals: Hospitals) -> None:
    known = a_patient(hospitals.perpignan, identifiers=[ipp("42")])
    asked = traits(birth_name="AUTRE", used_name="", birth_date=date(2001, 1, 1))
    [(candidate, likeness)] = queries.likely_duplicates(claire.actor, asked, clock.now(), identifiers=[ipp("42")])
    assert (candidate.patient_id, likeness.likelihood) == (known.pk, Likelihood.CERTAIN)


def _count(actor: Actor, now: datetime) -> tuple[int, int]:
    keys.forget_all()
    with CaptureQueriesContext(connection) as one:
        shown = queries.search(actor, now, birth_date=BORN)
    keys.forget_all()
    with CaptureQueriesContext(connection) as two:
        queries.likely_duplicates(actor, traits(birth_date=BORN), now)
    assert shown
    return len(one), len(two)


def test_the_number_of_queries_does_not_grow_with_the_hits(claire: Character, hospitals: Hospitals) -> None:
    actor, now = claire.actor, clock.now()
    a_patient(hospitals.perpignan, birth_date=BORN, identifiers=[ipp("1")])
    alone = _count(actor, now)
    for number in range(2, 12):
        a_patient(hospitals.perpignan, birth_date=BORN, identifiers=[ipp(str(number))])
    assert _count(actor, now) == alone == (3, 3)
    with acting():
        kept, *absorbed = Patient.objects.order_by("pk")[:5]
        Patient.objects.filter(pk__in=[patient.pk for patient in absorbed]).update(merged_into=kept)
    assert _count(actor, now) == (4, 4)


def test_no_name_nor_number_reaches_sql(claire: Character, elodie: Patient) -> None:
    with CaptureQueriesContext(connection) as said:
        queries.search(claire.actor, clock.now(), birth_date=BORN, letters="martinez", number="0004512")
        queries.likely_duplicates(claire.actor, traits(birth_date=BORN), clock.now(), identifiers=[ipp("0004512")])
    text = " ".join(query["sql"] for query in said).upper()
    for word in ("MARTINEZ", "FICTIVE", "LOUISE", "0004512", "1981-03-12", "12/03/1981"):
        assert word not in text


def test_names_alone_are_compared_in_memory(elodie: Patient) -> None:
    known = elodie.traits()
    assert queries.names_agree(known, "legoff")
    assert queries.names_agree(known, "Élodie") > queries.names_agree(known, "helodi") > 0
    assert not queries.names_agree(known, "dupont")
    assert not queries.names_agree(known, "")


def test_a_patient_is_visible_to_those_who_take_part_and_share_identities(
    hospitals: Hospitals, claire: Character, martin: Character, roux: Character, zoe: Character, paul: Character
) -> None:
    louise, now = a_patient(hospitals.perpignan, identifiers=[ipp("1")]), clock.now()
    period = {"subject_id": new_id(), "person_id": louise.pk, "starts_at": now - timedelta(hours=2)}
    with acting():
        Grant.objects.create(unit_id=hospitals.sau.pk, scope=["identity", "notes"], source=Source.OWNER, **period)
        Grant.objects.create(unit_id=hospitals.emp.pk, scope=["tracking"], source=Source.GUEST, **period)
        Grant.objects.create(unit_id=hospitals.psyli.pk, scope=["identity"], source=Source.GUEST, ends_at=now, **period)
    seen = queries.visible(claire.actor, now, louise.pk)
    assert seen == louise
    assert READ.allows(claire.actor, louise, now)
    for other in (martin, zoe, paul):
        assert queries.visible(other.actor, now, louise.pk) is None
        assert not READ.allows(other.actor, louise, now)
    assert hospitals.psyli.pk in roux.actor.unit_ids() or hospitals.emp.pk in roux.actor.unit_ids()
    assert queries.visible(roux.actor, now, louise.pk) is None
