"""An identity is completed as soon as it is given, and corrected where it was wrong."""

import re
from typing import Any

import pytest

from osmose.encounters.models import Encounter
from osmose.kernel.access.models import Grant
from osmose.kernel.actions.deeds import new_token
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.organisations.models import DataCategory
from osmose.patients.models import Patient
from osmose.patients.rules import IdentityStatus
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter, exited
from tests.factories.patients import acting, an_unknown_patient, matricule

RACHID = {"birth_name": "Abellanosa", "first_name": "Rachid", "birth_date": "12/03/1981", "sex": "M"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def unknown(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau, patient=an_unknown_patient(hospitals.perpignan))


@pytest.fixture
def known(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau, birth_name="FICTIVE")


def address(pec: Encounter) -> str:
    return f"/pec/{pec.pk}/identite/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def shown(who: Character, pec: Encounter) -> dict[str, str]:
    """The form's texts as the page shows them."""
    page = text(who.client().get(address(pec)))
    form = page[page.index('id="form-identity"') :]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    sex = re.search(r'name="sex" value="(\w)" checked', form)
    return {**fields, "sex": sex[1] if sex else "", "_token": new_token()}


def corrects(who: Character, pec: Encounter, **typed: str) -> Any:
    return who.client().post(address(pec), {**shown(who, pec), **typed})


def patient_of(pec: Encounter) -> Patient:
    return Patient.objects.get(pk=pec.patient_id)


def test_somebody_unknown_gets_a_name_everywhere(claire: Character, unknown: Encounter) -> None:
    client = claire.client()
    before = text(client.get(f"/pec/{unknown.pk}/"))
    assert "INCONNU H 1" in before
    assert "Compléter l’identité" in before
    answer = corrects(claire, unknown, **RACHID, used_name="Rach")
    assert answer["Location"] == f"/pec/{unknown.pk}/"
    page = text(client.get(answer["Location"]))
    for words in ("ABELLANOSA Rachid", "12/03/1981", "RACH", "Identité complétée", "nom de naissance"):
        assert words in page
    assert "INCONNU H 1" not in page
    assert "ABELLANOSA" in text(client.get("/pec/"))
    assert not patient_of(unknown).is_unknown
    moved = Encounter.objects.get(pk=unknown.pk)
    assert moved.version == unknown.version + 1
    assert AccessEntry.objects.filter(verb=Verb.CHANGE, persons=[unknown.patient_id]).count() == 1


def test_a_name_is_written_without_waiting_for_an_age(claire: Character, unknown: Encounter) -> None:
    assert corrects(claire, unknown, birth_name="Abellanosa").status_code == 302
    assert patient_of(unknown).birth_name == "ABELLANOSA"


def test_signs_of_somebody_still_unknown_are_written_alone(claire: Character, unknown: Encounter) -> None:
    assert corrects(claire, unknown, distinctive_signs="Tatouage à l’avant-bras").status_code == 302
    patient = patient_of(unknown)
    assert (patient.birth_name, patient.is_unknown) == ("INCONNU H 1", True)
    assert patient.distinctive_signs == "Tatouage à l’avant-bras"


def test_the_form_shows_what_is_known_and_empties_what_is_emptied(claire: Character, known: Encounter) -> None:
    typed = shown(claire, known)
    assert (typed["birth_name"], typed["used_name"], typed["birth_date"]) == ("FICTIVE", "ESSAI", "14/07/1988")
    assert typed["sex"] == "F"
    assert corrects(claire, known, used_name="", sex="I").status_code == 302
    patient = patient_of(known)
    assert (patient.used_name, patient.sex, patient.first_name) == (None, "I", "LOUISE")


def test_what_is_already_so_writes_nothing(claire: Character, known: Encounter) -> None:
    version = patient_of(known).version
    assert corrects(claire, known)["Location"] == f"/pec/{known.pk}/"
    assert patient_of(known).version == version
    assert "Identité corrigée" not in text(claire.client().get(f"/pec/{known.pk}/"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"birth_date": "12/03/2999"}, "futur"),
        ({"birth_date": "31/02/1981"}, "Cette date n’existe pas"),
        ({"birth_name": "<b>1"}, "Un nom ne contient que des lettres"),
        ({"birth_place_code": "Perpi"}, "code INSEE"),
        ({"ins": "288076613600199", "document_checked": "on"}, "clé"),
        ({"ins": matricule()}, "Seule une identité qualifiée"),
        ({"document_checked": "on", "birth_place_code": ""}, "cinq traits stricts"),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_nothing_is_lost(
    claire: Character, known: Encounter, typed: dict[str, str], sentence: str
) -> None:
    answer = corrects(claire, known, **{"used_name": "Gardée", **typed})
    page = text(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="Gardée"' in page
    assert patient_of(known).used_name == "ESSAI"


def test_a_checked_document_validates_and_an_ins_qualifies(claire: Character, known: Encounter) -> None:
    assert corrects(claire, known, document_checked="on", ipp="80412").status_code == 302
    assert patient_of(known).status is IdentityStatus.VALIDEE
    assert "80412" in text(claire.client().get(f"/pec/{known.pk}/"))
    assert corrects(claire, known, document_checked="on", ins=matricule()).status_code == 302
    assert patient_of(known).status is IdentityStatus.QUALIFIEE
    assert corrects(claire, known, birth_name="Autre").status_code == 302
    assert patient_of(known).status is IdentityStatus.PROVISOIRE


def test_a_correction_over_somebody_elses_is_refused_with_both_shown(
    claire: Character, hugo: Character, known: Encounter
) -> None:
    typed = shown(claire, known)
    assert corrects(hugo, known, first_name="Louison").status_code == 302
    answer = claire.client().post(address(known), {**typed, "first_name": "Lou"})
    page = text(answer)
    assert answer.status_code == 409
    assert "L’identité a été modifiée entre-temps par quelqu’un d’autre" in page
    assert 'value="Lou"' in page
    assert "premier prénom de naissance LOUISON" in page
    assert patient_of(known).first_name == "LOUISON"
    again = {**typed, "first_name": "Lou", "version": str(patient_of(known).version), "_token": new_token()}
    assert claire.client().post(address(known), again).status_code == 302
    assert patient_of(known).first_name == "LOU"


def test_the_same_submission_twice_corrects_once(claire: Character, unknown: Encounter) -> None:
    typed = {**shown(claire, unknown), **RACHID}
    first, second = (claire.client().post(address(unknown), typed) for _ in range(2))
    assert first["Location"] == second["Location"] == f"/pec/{unknown.pk}/"
    assert patient_of(unknown).version == unknown.patient.version + 1
    assert text(claire.client().get(f"/pec/{unknown.pk}/")).count("Identité complétée") == 1


def test_another_hospital_finds_nothing(zoe: Character, claire: Character, known: Encounter) -> None:
    typed = shown(claire, known)
    assert zoe.client().get(address(known)).status_code == 404
    assert zoe.client().post(address(known), {**typed, "birth_name": "Volée"}).status_code == 404
    assert patient_of(known).birth_name == "FICTIVE"


def test_a_unit_that_the_identity_is_not_shared_with_finds_nothing(claire: Character, known: Encounter) -> None:
    typed = shown(claire, known)
    scope = [category.value for category in DataCategory if category is not DataCategory.IDENTITY]
    with acting():
        Grant.objects.filter(subject_id=known.pk).update(scope=scope)
    page = claire.client().get(f"/pec/{known.pk}/")
    assert page.status_code == 200
    assert address(known) not in text(page)
    assert claire.client().get(address(known)).status_code == 404
    assert claire.client().post(address(known), {**typed, "birth_name": "Devinée"}).status_code == 404
    assert patient_of(known).birth_name == "FICTIVE"


def test_a_closed_pec_says_why_nothing_can_be_written(claire: Character, known: Encounter) -> None:
    typed = shown(claire, known)
    exited(known)
    assert claire.client().post(f"/pec/{known.pk}/cloture/").status_code == 302
    asked, posted = claire.client().get(address(known)), claire.client().post(address(known), typed)
    assert (asked.status_code, posted.status_code) == (200, 409)
    for page in (text(asked), text(posted)):
        assert "lecture seule" in page
        assert "form-identity" not in page
    assert address(known) not in text(claire.client().get(f"/pec/{known.pk}/"))


def test_the_identity_page_keeps_the_navigation(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    page = claire.client().get(f"/pec/{pec.pk}/identite/").content.decode()
    assert "Nouvelle PEC" in page
    assert "Prises en charge" in page
