"""Registering: what is written, what is refused, and that no other hospital hears of it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.models import DataKey
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.patients import operations, queries
from osmose.patients.models import Patient, PatientHistory, PatientIdentifier, SearchToken
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex, Traits
from osmose.patients.rules.registration import IdentifierKind, Standing
from tests.cast import Character, Hospitals
from tests.factories.patients import (
    REGISTRAR,
    a_patient,
    acting,
    an_unknown_patient,
    feed_of,
    ins,
    ipp,
    matricule,
    qualified,
    traits,
)

pytestmark = pytest.mark.django_db


def test_a_patient_has_a_data_key_of_its_own_and_an_event(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ipp("0004512")])
    rachid = a_patient(hospitals.perpignan, birth_name="ABELLANOSA", first_name="RACHID", sex=Sex.MALE)

    stored = Patient.objects.get(pk=louise.pk)
    assert (stored.birth_name, stored.first_name, stored.birth_date) == ("FICTIVE", "LOUISE", date(1988, 7, 14))
    assert DataKey.objects.get(pk=louise.data_key_id).owner_id == louise.pk
    assert rachid.data_key_id != louise.data_key_id
    event = Event.objects.get(kind="patients.registered", person_id=louise.pk)
    assert (event.subject_id, event.data_key_id) == (None, louise.data_key_id)
    assert timeline.read(event).sentence == "Identité créée"
    assert PatientHistory.objects.get(pgh_obj_id=louise.pk).birth_name == "FICTIVE"


def test_nothing_identifying_is_in_clear_in_the_tables(hospitals: Hospitals) -> None:
    a_patient(hospitals.perpignan, identifiers=[ipp("0004512"), ins()], standing=qualified())
    said = ""
    for table in (Patient, PatientIdentifier, SearchToken, PatientHistory, Event):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {table._meta.db_table} t")
            rows = [row[0] for row in cursor.fetchall()]
        assert rows
        said += "".join(rows)
    for word in ("FICTIVE", "ESSAI", "LOUISE", "1988", "66136", "0004512", matricule()):
        assert word not in said
        assert word.encode().hex() not in said


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"birth_name": " \x00 "}, "birth_name"),
        ({"birth_name": "😀"}, "birth_name"),
        ({"birth_date": date(1899, 12, 31)}, "birth_date"),
        ({"birth_date": clock.paris(clock.now()).date() + timedelta(days=1)}, "birth_date"),
        ({"birth_date": None, "birth_year": 1750}, "estimated_age"),
        ({"birth_place": "<b>66</b>"}, "birth_place_code"),
    ],
)
def test_an_impossible_identity_is_refused_on_its_field(hospitals: Hospitals, given: dict, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        a_patient(hospitals.perpignan, **given)
    assert refusal.value.field == field
    assert not Patient.objects.exists()


def test_a_matricule_with_a_wrong_key_is_refused(hospitals: Hospitals) -> None:
    wrong = ins()
    object.__setattr__(wrong, "value", matricule()[:13] + "00")
    with pytest.raises(Refused) as refusal:
        a_patient(hospitals.perpignan, identifiers=[wrong], standing=qualified())
    assert (refusal.value.field, refusal.value.code) == ("ins", "ins_key")


@pytest.mark.parametrize("status", [s for s in IdentityStatus if s is not IdentityStatus.QUALIFIEE])
def test_only_a_qualified_identity_carries_an_ins(hospitals: Hospitals, status: IdentityStatus) -> None:
    with pytest.raises(Refused):
        a_patient(hospitals.perpignan, identifiers=[ins()], standing=Standing(status=status))


def test_a_qualified_identity_needs_its_ins_and_its_strict_traits(hospitals: Hospitals) -> None:
    with pytest.raises(Refused, match="status_without_ins"):
        a_patient(hospitals.perpignan, standing=qualified())
    with pytest.raises(Refused, match="strict_traits"):
        a_patient(hospitals.perpignan, standing=qualified(), identifiers=[ins()], birth_place="")


def test_the_database_itself_refuses_an_ins_without_qualification(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ins()], standing=qualified())
    with pytest.raises(DatabaseError, match="qualified identity"), acting():
        Patient.objects.filter(pk=louise.pk).update(identity_status="validee")
    rachid = a_patient(hospitals.perpignan, first_name="ROSE")
    with pytest.raises(DatabaseError, match="qualified identity"), acting():
        PatientIdentifier.objects.filter(patient=louise).update(patient=rachid)


def test_the_database_itself_keeps_a_doubtful_identity_provisional(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, standing=Standing(status=IdentityStatus.VALIDEE))
    with pytest.raises(DatabaseError, match="patient_untrusted_stays_provisional"), acting():
        Patient.objects.filter(pk=louise.pk).update(attributes=["douteuse"])


def test_the_database_itself_refuses_a_number_or_a_merge_of_another_domain(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, identifiers=[ipp("1")])
    other = a_patient(hospitals.narbonne)
    with pytest.raises(DatabaseError, match="domain of its patient"), acting():
        PatientIdentifier.objects.filter(patient=louise).update(establishment=hospitals.narbonne)
    with pytest.raises(DatabaseError, match="one identity domain"), acting():
        Patient.objects.filter(pk=louise.pk).update(merged_into=other)


def test_a_number_belongs_to_one_patient_of_the_domain(hospitals: Hospitals) -> None:
    a_patient(hospitals.perpignan, identifiers=[ipp("0004512")])
    with pytest.raises(Refused) as refusal:
        a_patient(hospitals.perpignan, first_name="ROSE", identifiers=[ipp(" 0004512 ", "ch-a")])
    assert (refusal.value.field, refusal.value.status) == ("ipp", 409)
    a_patient(hospitals.perpignan, first_name="ROSE", identifiers=[ipp("0004512", "CH-B")])


def test_the_third_hospital_registers_somebody_known_to_the_first_without_any_hint(
    hospitals: Hospitals, zoe: Character
) -> None:
    numbers = [ipp("0004512"), ins()]
    first = a_patient(hospitals.perpignan, identifiers=numbers, standing=qualified())

    with acting(zoe.actor) as actor:
        now = clock.now()
        assert queries.search(actor, now, birth_date=first.birth_date) == []
        assert queries.search(actor, now, number=matricule()) == []
        assert queries.search(actor, now, number="0004512") == []
        assert queries.likely_duplicates(actor, traits(), now, identifiers=numbers) == []
    third = a_patient(hospitals.narbonne, actor=zoe.actor, identifiers=numbers, standing=qualified())

    assert third.pk != first.pk
    assert third.attributes == []
    assert queries.by_identifier(hospitals.narbonne.pk, "INS-NIR", IdentifierKind.INS, matricule()) == third
    assert queries.by_identifier(hospitals.perpignan.pk, "INS-NIR", IdentifierKind.INS, matricule()) == first
    domains = (hospitals.perpignan, hospitals.narbonne)
    words = [set(SearchToken.objects.filter(establishment=d).values_list("token", flat=True)) for d in domains]
    assert words[0].isdisjoint(words[1])
    held = [
        set(PatientIdentifier.objects.filter(establishment=d).values_list("value_token", flat=True)) for d in domains
    ]
    assert held[0].isdisjoint(held[1])


def test_a_feed_of_the_third_hospital_never_recognises_a_patient_of_the_first(hospitals: Hospitals) -> None:
    numbers = [ipp("0004512"), ins()]
    first = a_patient(hospitals.perpignan, identifiers=numbers, standing=qualified())
    with acting(feed_of(hospitals.narbonne)) as feed:
        patient, outcome = operations.identify(
            actor=feed,
            establishment=hospitals.narbonne,
            traits=traits(),
            now=clock.now(),
            identifiers=numbers,
            standing=qualified(),
        )
    assert patient.pk != first.pk
    assert outcome.is_new
    assert outcome.warnings == ()


def test_unknown_patients_are_numbered_and_provisional(hospitals: Hospitals) -> None:
    first = an_unknown_patient(hospitals.perpignan, Sex.MALE, estimated_age=40, distinctive_signs="Tatouage\x00 bras")
    second = an_unknown_patient(hospitals.perpignan, Sex.FEMALE)
    elsewhere = an_unknown_patient(hospitals.narbonne, Sex.MALE)

    assert (first.birth_name, second.birth_name, elsewhere.birth_name) == ("INCONNU H 1", "INCONNU F 2", "INCONNU H 1")
    assert first.is_unknown
    assert first.identity_status == IdentityStatus.PROVISOIRE
    assert first.distinctive_signs == "Tatouage bras"
    assert first.age_on(clock.paris(clock.now()).date()) == "environ 40\u00a0ans"
    assert second.birth_date is None
    assert not SearchToken.objects.filter(patient__in=[first, second]).exists()


def test_the_number_of_an_unknown_patient_is_never_given_again(hospitals: Hospitals) -> None:
    unknown = an_unknown_patient(hospitals.perpignan)
    with acting() as actor:
        named = operations.correct_identity(actor=actor, patient=unknown, traits=traits(), now=clock.now()).patient
    assert not named.is_unknown
    assert named.birth_name == "FICTIVE"
    assert an_unknown_patient(hospitals.perpignan).birth_name == "INCONNU H 2"


def test_a_write_outside_an_action_is_refused(hospitals: Hospitals) -> None:
    with pytest.raises(RuntimeError, match="open action"):
        operations.register(
            actor=REGISTRAR, establishment=hospitals.perpignan, traits=Traits(birth_name="X"), now=clock.now()
        )
    key = keys.create(new_id())
    with pytest.raises(DatabaseError, match="no actor declared"), transaction.atomic():
        Patient.objects.create(establishment=hospitals.perpignan, data_key=key, birth_name="X", sex="M")


def test_marks_are_kept_with_the_status(hospitals: Hospitals) -> None:
    homonym = a_patient(
        hospitals.perpignan,
        standing=Standing(
            status=IdentityStatus.VALIDEE, attributes=frozenset({IdentityAttribute.HOMONYME}), is_protected=True
        ),
    )
    assert homonym.attributes == ["homonyme"]
    assert homonym.is_protected
