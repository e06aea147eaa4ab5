"""Correcting an identity: what changes is told, searched anew, and never more trusted than it was checked."""

from datetime import date
from typing import Any

import pytest

from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.patients import operations, queries
from osmose.patients.models import Patient, PatientHistory
from osmose.patients.operations import Correction
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex, Traits
from osmose.patients.rules.registration import Standing
from tests.cast import Character, Hospitals
from tests.factories.patients import a_patient, acting, ins, ipp, matricule, qualified, traits

pytestmark = pytest.mark.django_db


def corrected(patient: Patient, given: Traits | None = None, **extra: Any) -> Correction:
    with acting() as actor:
        return operations.correct_identity(
            actor=actor, patient=patient, traits=given or Traits(), now=clock.now(), **extra
        )


def test_what_is_given_changes_and_what_is_empty_stays(hospitals: Hospitals, claire: Character) -> None:
    louise = a_patient(hospitals.perpignan)
    patient, changed = corrected(louise, Traits(birth_name="Véritable", birth_date=date(1988, 7, 15)))

    assert changed == {"birth_name", "birth_date"}
    stored = Patient.objects.get(pk=louise.pk)
    assert (stored.birth_name, stored.used_name, stored.first_name) == ("VERITABLE", "ESSAI", "LOUISE")
    assert (stored.version, stored.revisions["birth_name"], patient.version) == (2, 1, 2)
    event = Event.objects.get(kind="patients.identity_corrected")
    assert event.changed == ["birth_date", "birth_name"]
    entry = timeline.read(event)
    assert (entry.sentence, entry.detail) == ("Identité corrigée", "date de naissance, nom de naissance")
    assert entry.payload is not None
    assert entry.payload.as_json()["before"]["birth_date"] == "14/07/1988"
    now = clock.now()
    assert queries.search(claire.actor, now, birth_date=date(1988, 7, 14)) == []
    assert len(queries.search(claire.actor, now, birth_date=date(1988, 7, 15), letters="veritable")) == 1
    assert PatientHistory.objects.filter(pgh_obj_id=louise.pk).count() == 2


def test_saying_the_same_again_writes_nothing(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ipp("1")])
    again = corrected(louise, traits(), identifiers=[ipp("1")])
    assert again.changed == frozenset()
    assert Event.objects.filter(person_id=louise.pk).count() == 1
    assert PatientHistory.objects.filter(pgh_obj_id=louise.pk).count() == 1


def test_what_is_cleared_is_emptied(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan)
    patient, changed = corrected(louise, cleared=["used_name", "birth_date", "sex"])
    assert changed == {"used_name", "birth_date", "sex"}
    assert (patient.used_name, patient.birth_date, patient.sex) == (None, None, Sex.UNDETERMINED)


def test_a_changed_strict_trait_makes_the_identity_provisional_and_ends_the_ins(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ipp("1"), ins()], standing=qualified())
    patient, changed = corrected(louise, Traits(first_name="Louisa"))
    assert changed == {"first_name", "identity_status"}
    assert patient.identity_status == IdentityStatus.PROVISOIRE
    assert [n.kind for n in queries.numbers_of([louise.pk])[louise.pk]] == ["IPP"]
    kinds = set(Event.objects.filter(person_id=louise.pk).values_list("kind", flat=True))
    assert {"patients.identity_corrected", "patients.identifier_ended"} <= kinds


def test_a_used_name_is_no_strict_trait(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, standing=Standing(status=IdentityStatus.VALIDEE))
    assert corrected(louise, Traits(used_name="Autre")).patient.identity_status == IdentityStatus.VALIDEE


def test_a_checked_document_and_an_ins_qualify_the_identity(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan)
    patient, changed = corrected(louise, standing=qualified(), identifiers=[ins()])
    assert changed == {"identity_status", "identifiers"}
    assert queries.numbers_of([patient.pk])[patient.pk][0].value == matricule()
    event = Event.objects.get(kind="patients.identity_corrected")
    assert timeline.read(event).sentence == "Identité qualifiée"


def test_what_rniv_refuses_is_refused(hospitals: Hospitals) -> None:
    valid = a_patient(hospitals.perpignan, standing=Standing(status=IdentityStatus.VALIDEE))
    with pytest.raises(Refused, match="status_transition"):
        corrected(valid, standing=Standing(status=IdentityStatus.RECUPEREE))
    with pytest.raises(Refused, match="status_without_ins"):
        corrected(valid, standing=qualified())
    doubtful = Standing(status=IdentityStatus.VALIDEE, attributes=frozenset({IdentityAttribute.DOUTEUSE}))
    with pytest.raises(Refused, match="status_provisional"):
        corrected(valid, standing=doubtful)
    with pytest.raises(Refused, match="ins_without_qualification"), acting() as actor:
        operations.add_identifier(actor=actor, patient=valid, identifier=ins(), now=clock.now())


def test_a_number_is_added_once_and_never_taken_from_somebody(hospitals: Hospitals) -> None:
    louise, rose = a_patient(hospitals.perpignan), a_patient(hospitals.perpignan, first_name="ROSE")
    with acting() as actor:
        assert operations.add_identifier(actor=actor, patient=louise, identifier=ipp("1"), now=clock.now())
        assert operations.add_identifier(actor=actor, patient=louise, identifier=ipp("1"), now=clock.now()) is None
        with pytest.raises(Refused, match="identifier_taken"):
            operations.add_identifier(actor=actor, patient=rose, identifier=ipp("1"), now=clock.now())
        held = queries.numbers_of([louise.pk])[louise.pk][0]
        operations.end_identifier(actor=actor, identifier=held, now=clock.now())
        assert operations.add_identifier(actor=actor, patient=rose, identifier=ipp("1"), now=clock.now())
        with pytest.raises(Refused, match="identifier_ended"):
            operations.end_identifier(actor=actor, identifier=held, now=clock.now())


def test_without_its_ins_a_qualified_identity_is_only_checked(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ins()], standing=qualified())
    with acting() as actor:
        held = queries.numbers_of([louise.pk])[louise.pk][0]
        operations.end_identifier(actor=actor, identifier=held, now=clock.now())
    louise.refresh_from_db()
    assert louise.identity_status == IdentityStatus.VALIDEE


def test_an_estimated_age_keeps_the_day_it_was_given(hospitals: Hospitals) -> None:
    about = a_patient(hospitals.perpignan, birth_date=None, birth_year=1980)
    with acting():
        Patient.objects.filter(pk=about.pk).update(estimated_on=date(2020, 1, 1))
    about.refresh_from_db()
    year = about.estimated_birth_year
    assert corrected(about, Traits(used_name="Autre")).changed == {"used_name"}
    about.refresh_from_db()
    assert (about.estimated_birth_year, about.estimated_on) == (year, date(2020, 1, 1))


def test_a_merged_patient_is_corrected_in_its_survivor(hospitals: Hospitals) -> None:
    kept, absorbed = a_patient(hospitals.perpignan), a_patient(hospitals.perpignan, first_name="ROSE")
    with acting():
        Patient.objects.filter(pk=absorbed.pk).update(merged_into=kept)
    assert corrected(absorbed, Traits(used_name="Autre")).patient.pk == kept.pk
