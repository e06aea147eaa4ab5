"""Whom a feed's message is about: by IPP, then INS, then strict traits; never a guess, never another domain."""

from datetime import date
from typing import Any

import pytest

from osmose.kernel.base import clock
from osmose.patients import operations, queries
from osmose.patients.models import Patient
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex
from osmose.patients.rules.ins import TEST_OID
from osmose.patients.rules.registration import Identifier, IdentifierKind, Outcome, Recognised, Standing
from tests.cast import Hospitals
from tests.factories.patients import a_patient, acting, feed_of, ins, ipp, matricule, qualified, traits

pytestmark = pytest.mark.django_db


def identified(hospitals: Hospitals, **given: Any) -> tuple[Patient, Outcome]:
    extra = {n: given.pop(n) for n in ("identifiers", "standing", "is_unknown") if n in given}
    with acting(feed_of(hospitals.perpignan)) as feed:
        return operations.identify(
            actor=feed, establishment=hospitals.perpignan, traits=traits(**given), now=clock.now(), **extra
        )


def test_the_ipp_comes_first_whatever_the_name(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ipp("1")])
    a_patient(hospitals.perpignan, birth_name="DURAND", identifiers=[ins()], standing=qualified())
    patient, outcome = identified(hospitals, birth_name="DURAND", identifiers=[ipp("1"), ins()], standing=qualified())
    assert (patient, outcome.by) == (louise, Recognised.IPP)
    assert len(outcome.warnings) == 1  # the INS stays with the other one


def test_then_the_ins_and_the_new_ipp_is_kept(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ins()], standing=qualified())
    patient, outcome = identified(hospitals, identifiers=[ipp("9"), ins()], standing=qualified())
    assert (patient, outcome.by, outcome.warnings) == (louise, Recognised.INS, ())
    assert queries.by_identifier(hospitals.perpignan.pk, "CH-A", IdentifierKind.IPP, "9") == louise


@pytest.mark.parametrize("other", [{"birth_date": date(1950, 1, 1)}, {"sex": Sex.MALE}])
def test_an_ins_that_contradicts_makes_a_doubtful_identity(hospitals: Hospitals, other: dict[str, Any]) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ins()], standing=qualified())
    patient, outcome = identified(hospitals, identifiers=[ipp("9"), ins()], standing=qualified(), **other)
    assert patient.pk != louise.pk
    assert (patient.attributes, patient.identity_status) == (["douteuse"], "provisoire")
    assert outcome.is_new
    assert "INS" in outcome.warnings[0]
    assert [n.kind for n in queries.numbers_of([patient.pk])[patient.pk]] == ["IPP"]


def test_then_the_five_strict_traits(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, birth_name="FICTIVE-DUPRÉ")
    patient, outcome = identified(hospitals, birth_name="Fictive Dupre", used_name="", identifiers=[ipp("9")])
    assert (patient, outcome.by) == (louise, Recognised.STRICT_TRAITS)


@pytest.mark.parametrize("missing", [{"birth_place": ""}, {"birth_date": None}, {"sex": Sex.UNDETERMINED}])
def test_four_strict_traits_are_not_enough(hospitals: Hospitals, missing: dict[str, Any]) -> None:
    louise = a_patient(hospitals.perpignan)
    patient, outcome = identified(hospitals, **missing)
    assert patient.pk != louise.pk
    assert outcome.is_new


def test_two_patients_with_the_same_traits_make_a_homonym(hospitals: Hospitals) -> None:
    first, second = a_patient(hospitals.perpignan), a_patient(hospitals.perpignan)
    patient, outcome = identified(hospitals)
    assert patient.pk not in (first.pk, second.pk)
    assert patient.attributes == [IdentityAttribute.HOMONYME]
    assert len(outcome.warnings) == 1


def test_the_same_traits_under_another_ipp_are_somebody_else(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ipp("1")])
    patient, _ = identified(hospitals, identifiers=[ipp("2")])
    assert patient.pk != louise.pk
    assert patient.attributes == [IdentityAttribute.HOMONYME]


def test_the_same_message_twice_makes_one_patient(hospitals: Hospitals) -> None:
    message = {"identifiers": [ipp("1"), ins()], "standing": qualified()}
    first, created = identified(hospitals, **message)
    again, found = identified(hospitals, **message)
    assert first == again
    assert (created.by, found.by) == (Recognised.CREATED, Recognised.IPP)
    assert Patient.objects.count() == 1


def test_what_rniv_does_not_allow_is_set_aside_with_a_warning(hospitals: Hospitals) -> None:
    wrong = Identifier(kind=IdentifierKind.INS, value=matricule()[:13] + "00")
    patient, outcome = identified(hospitals, identifiers=[ipp("1"), wrong], standing=qualified())
    assert patient.identity_status == IdentityStatus.VALIDEE
    assert "clé" in outcome.warnings[0]

    retrieved = Standing(status=IdentityStatus.RECUPEREE)
    patient, outcome = identified(hospitals, first_name="ROSE", identifiers=[ipp("2"), ins()], standing=retrieved)
    assert patient.identity_status == IdentityStatus.RECUPEREE
    assert "qualifiée" in outcome.warnings[0]

    patient, outcome = identified(hospitals, birth_place="", identifiers=[ipp("3"), ins()], standing=qualified())
    assert patient.identity_status == IdentityStatus.PROVISOIRE
    assert len(outcome.warnings) == 2


def test_a_test_matricule_with_a_wrong_key_is_kept(hospitals: Hospitals) -> None:
    number = Identifier(kind=IdentifierKind.INS, value="288079999900113", oid=TEST_OID, authority="ASIP-SANTE-INS-NIR")
    patient, outcome = identified(hospitals, identifiers=[number], standing=qualified())
    assert (patient.identity_status, outcome.warnings) == (IdentityStatus.QUALIFIEE, ())
    [row] = queries.numbers_of([patient.pk])[patient.pk]
    assert (row.value, row.oid) == ("288079999900113", TEST_OID)


def test_an_unknown_patient_of_a_feed_keeps_its_name_and_gets_a_number(hospitals: Hospitals) -> None:
    given = {"birth_name": "INCONNU X", "used_name": "", "first_name": "", "birth_first_names": "", "birth_date": None}
    patient, _ = identified(
        hospitals, **given, birth_place="", sex=Sex.UNDETERMINED, identifiers=[ipp("99")], is_unknown=True
    )
    assert (patient.birth_name, patient.is_unknown, patient.unknown_number) == ("INCONNU X", True, 1)


def test_a_merged_patient_is_recognised_as_its_survivor(hospitals: Hospitals) -> None:
    kept = a_patient(hospitals.perpignan, birth_name="GARDE")
    absorbed = a_patient(hospitals.perpignan, identifiers=[ipp("1")])
    with acting():
        Patient.objects.filter(pk=absorbed.pk).update(merged_into=kept)
    assert identified(hospitals, identifiers=[ipp("1")])[0] == kept
