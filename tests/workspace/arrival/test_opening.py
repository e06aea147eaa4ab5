"""Opening a PEC: for somebody known, for somebody new, for somebody nobody can name."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb
from osmose.organisations.models import CareUnit
from osmose.patients.models import Patient
from tests.cast import Character, Hospitals
from tests.factories.encounters import kinds
from tests.factories.patients import a_patient
from tests.workspace.arrival.conftest import LOUISE, PEC, Desk, desk_of, seen_in

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


def the_pec() -> Encounter:
    return Encounter.objects.select_related("patient", "care_unit").get()


# In a ward


def test_a_nurse_of_a_ward_opens_a_pec_there_without_a_passage_at_the_sau(hospitals: Hospitals) -> None:
    kinds(hospitals.perpignan)
    malik, claire = Character(hospitals.users["agent7"]), Character(hospitals.users["agent1"])
    desk = desk_of(malik)
    assert "Nouvelle PEC" in text(desk.client.get("/pec/"))
    desk.opens_for(a_patient(hospitals.perpignan))
    pec = the_pec()
    assert pec.care_unit_id == hospitals.uhcd.pk
    shown = text(desk.client.get(f"/pec/{pec.pk}/"))
    assert "PEC psy" in shown
    assert "Chambre 1, lit 1" in shown
    assert claire.client().get(f"/pec/{pec.pk}/").status_code == 404, "the SAU has nothing to do with it"


# Known


def test_the_identity_is_shown_before_a_pec_is_opened(desk: Desk, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    page = text(desk.client.get(f"/pec/nouvelle/{patient.pk}/"))
    for word in ("FICTIVE Louise", "ESSAI", "14/07/1988", "Ouvrir la prise en charge"):
        assert word in page
    line = AccessEntry.objects.get(verb=Verb.READ)
    assert line.persons == [patient.pk]


def test_a_pec_is_opened_for_a_known_patient(desk: Desk, claire: Character, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    answer = desk.opens_for(patient)
    pec = the_pec()
    assert answer["Location"] == f"/pec/{pec.pk}/"
    assert (pec.patient_id, pec.motif, pec.arrival_mode) == (patient.pk, "Angoisse aiguë", "pompiers")
    assert pec.care_unit_id == claire.actor.acting_unit_id
    assert "Angoisse aiguë" in text(desk.client.get(answer["Location"]))


def test_the_same_submission_twice_opens_one_pec(desk: Desk, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    first, second = (desk.opens_for(patient, _token="t" * 36) for _ in range(2))
    assert first["Location"] == second["Location"] == f"/pec/{the_pec().pk}/"


def test_an_open_pec_is_not_opened_twice(desk: Desk, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    opened = desk.opens_for(patient)["Location"]
    answer = desk.opens_for(patient, motif="Une autre fois")
    assert answer.status_code == 409
    assert "déjà ouverte" in text(answer)
    assert f'href="{opened}"' in text(answer)
    assert "Une autre fois" in text(answer)
    assert Encounter.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"motif": ""}, "Indiquez le motif"),
        ({"motif": "x" * 100_000}, "trop long"),
        ({"arrival_mode": "tapis volant"}, "n’existe pas"),
        ({"unit": "0198c0de-0000-7000-8000-000000000000"}, "une de vos unités"),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_nothing_is_lost(
    desk: Desk, claire: Character, hospitals: Hospitals, typed: dict[str, str], sentence: str
) -> None:
    claire.joins(hospitals.ped)
    answer = desk.opens_for(a_patient(hospitals.perpignan), **typed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    for value in {**PEC, **typed}.values():
        assert value[:60] in text(answer) or value.startswith(("0198", "tapis"))
    assert not Encounter.objects.exists()


def test_a_unit_of_another_hospital_can_t_be_named(desk: Desk, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    assert desk.opens_for(patient, unit=str(hospitals.narbonne_sau.pk)).status_code == 422
    assert not Encounter.objects.exists()


def test_one_of_several_units_is_chosen(desk: Desk, claire: Character, hospitals: Hospitals) -> None:
    claire.joins(hospitals.ped)
    patient = a_patient(hospitals.perpignan)
    assert hospitals.ped.name in text(desk.client.get(f"/pec/nouvelle/{patient.pk}/"))
    desk.opens_for(patient, unit=str(hospitals.ped.pk))
    assert the_pec().care_unit_id == hospitals.ped.pk


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_nurse_of_the_other_hospital_gets_404(zoe: Character, hospitals: Hospitals, method: str) -> None:
    patient = a_patient(hospitals.perpignan)
    answer = getattr(desk_of(zoe).client, method)(f"/pec/nouvelle/{patient.pk}/", PEC)
    assert answer.status_code == 404
    assert "n’existe pas ou ne concerne pas vos unités" in text(answer)
    assert AccessEntry.objects.get(outcome=Outcome.REFUSED).subjects == [patient.pk]
    assert not Encounter.objects.exists()


def test_who_works_in_two_hospitals_opens_nothing_across_them(
    claire: Character, desk: Desk, hospitals: Hospitals
) -> None:
    claire.joins(hospitals.narbonne_sau)
    there = a_patient(hospitals.narbonne)
    acting = claire.actor.acting
    assert acting is not None
    other = there if acting.establishment_id == hospitals.perpignan.pk else a_patient(hospitals.perpignan)
    assert desk.opens_for(other).status_code == 404


# New


def test_a_new_identity_and_its_pec_are_created_at_once(desk: Desk) -> None:
    answer = desk.creates(used_name="Essai", birth_place_code="66136", birth_first_names="Louise Marie")
    pec = the_pec()
    assert answer["Location"] == f"/pec/{pec.pk}/"
    traits = pec.patient.traits()
    assert (traits.birth_name, traits.used_name, traits.first_name) == ("FICTIVE", "ESSAI", "LOUISE")
    assert (traits.birth_date, traits.birth_place, traits.sex.value) == (date(1988, 7, 14), "66136", "F")
    assert pec.motif == "Angoisse aiguë"


def test_an_estimated_age_takes_the_place_of_the_birth_date(desk: Desk) -> None:
    desk.creates(birth_date="", estimated_age="45")
    assert the_pec().patient.estimated_age == "45"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"birth_name": ""}, "Ce champ est à remplir"),
        ({"birth_name": "4242"}, "ne contient que des lettres"),
        ({"birth_name": "x" * 100_000}, "trop long"),
        ({"birth_date": "12/03/2999"}, "dans le futur"),
        ({"birth_date": "12/03/1899"}, "antérieure à 1900"),
        ({"birth_date": ""}, "ou un âge estimé"),
        ({"birth_date": "", "estimated_age": "131"}, "entre 0 et 130"),
        ({"birth_date": "", "estimated_age": "vieux"}, "un nombre d’années"),
        ({"sex": ""}, "Choisissez le sexe"),
        ({"sex": "Z"}, "Choisissez le sexe"),
        ({"birth_place_code": "xx"}, "lieu de naissance"),
        ({"motif": ""}, "Indiquez le motif"),
        ({"motif": "x" * 100_000}, "trop long"),
    ],
)
def test_a_wrong_creation_is_refused_in_words_and_nothing_typed_is_lost(
    desk: Desk, typed: dict[str, str], sentence: str
) -> None:
    answer = desk.creates(**typed)
    page = text(answer)
    assert answer.status_code == 422
    assert re.search(f'class="field-error"[^@]*?{sentence}', page), page[:3000]
    for name, value in {**LOUISE, **PEC, **typed}.items():
        assert value in page or name == "sex", name
    assert not Patient.objects.exists()


def test_html_emoji_and_control_characters_do_no_harm(desk: Desk) -> None:
    answer = desk.creates(motif="<script>alert(1)</script> 🙂 \u202egauche\x00 droite")
    page = text(desk.client.get(answer["Location"]))
    assert "<script>alert" not in page
    assert the_pec().motif == "<script>alert(1)</script> 🙂 gauche droite"


def test_likely_duplicates_are_shown_and_journaled_before_anything_is_created(desk: Desk, hospitals: Hospitals) -> None:
    known = a_patient(hospitals.perpignan)
    answer = desk.creates()
    page = text(answer)
    assert answer.status_code == 200
    assert "C’est cette personne" in page
    assert "C’est une autre personne, créer" in page
    assert "même nom de naissance" in page
    assert Patient.objects.count() == 1
    line = AccessEntry.objects.get(verb=Verb.SEARCH)
    assert (line.persons, line.door) == ([known.pk], "arrival_create")


def test_it_is_this_person_opens_the_pec_with_what_was_typed(desk: Desk, hospitals: Hospitals) -> None:
    known = a_patient(hospitals.perpignan)
    page = text(desk.creates())
    form = page[page.index(f'action="/pec/nouvelle/{known.pk}/"') :]
    typed = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    typed.pop("csrfmiddlewaretoken", None)
    desk.client.post(f"/pec/nouvelle/{known.pk}/", typed)
    pec = the_pec()
    assert (pec.patient_id, pec.motif, pec.arrival_mode) == (known.pk, PEC["motif"], PEC["arrival_mode"])


def test_another_person_is_created_once_the_likely_ones_were_seen(desk: Desk, hospitals: Hospitals) -> None:
    known = a_patient(hospitals.perpignan)
    seen = seen_in(text(desk.creates()))
    assert seen == str(known.pk)
    assert desk.creates(seen=seen).status_code == 302
    assert Patient.objects.count() == 2


def test_a_duplicate_that_appeared_meanwhile_is_shown_too(desk: Desk, hospitals: Hospitals) -> None:
    a_patient(hospitals.perpignan)
    seen = seen_in(text(desk.creates()))
    newer = a_patient(hospitals.perpignan)
    answer = desk.creates(seen=seen)
    assert answer.status_code == 200
    assert str(newer.pk) in seen_in(text(answer))
    assert Patient.objects.count() == 2


def test_a_forged_confirmation_sets_nobody_aside(desk: Desk, hospitals: Hospitals) -> None:
    a_patient(hospitals.perpignan)
    for forged in ("", "1", "true", "x" * 5000):
        assert desk.creates(seen=forged).status_code == 200
    assert Patient.objects.count() == 1


def test_the_third_hospital_registers_somebody_known_to_the_first_without_a_hint(
    zoe: Character, hospitals: Hospitals
) -> None:
    a_patient(hospitals.perpignan)
    assert desk_of(zoe).creates(first_name="Louise").status_code == 302
    assert Patient.objects.filter(establishment=hospitals.narbonne).count() == 1


def test_two_identical_creations_make_one_patient(desk: Desk) -> None:
    first, second = (desk.creates(_token="c" * 36) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Patient.objects.count() == Encounter.objects.count() == 1


def test_the_same_token_with_another_body_is_refused_and_nothing_typed_is_lost(desk: Desk) -> None:
    desk.creates(_token="c" * 36)
    answer = desk.creates(_token="c" * 36, birth_name="Tout Autre", birth_date="01/01/1970")
    assert answer.status_code == 409
    assert "déjà été envoyé" in text(answer)
    assert "Tout Autre" in text(answer)
    assert Patient.objects.count() == 1


# Unknown


@pytest.mark.parametrize(("sex", "name"), [("M", "INCONNU H 1"), ("F", "INCONNU F 1"), ("I", "INCONNU X 1")])
def test_an_unknown_patient_has_a_pec_in_one_post(desk: Desk, sex: str, name: str) -> None:
    answer = desk.registers_unknown(sex=sex)
    assert answer["Location"] == f"/pec/{the_pec().pk}/"
    assert name in text(desk.client.get(answer["Location"]))


def test_what_is_seen_of_an_unknown_patient_is_kept(desk: Desk) -> None:
    desk.registers_unknown(sex="M", unknown_age="40", signs="Tatouage\nbras gauche")
    patient = the_pec().patient
    assert (patient.estimated_age, patient.distinctive_signs) == ("40", "Tatouage\nbras gauche")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"sex": ""}, "Choisissez le sexe"),
        ({"sex": "M", "unknown_age": "200"}, "entre 0 et 130"),
        ({"sex": "M", "unknown_age": "vieux"}, "un nombre d’années"),
        ({"sex": "M", "signs": "x" * 5000}, "trop longue"),
    ],
)
def test_a_wrong_unknown_is_refused_in_words(desk: Desk, typed: dict[str, str], sentence: str) -> None:
    answer = desk.registers_unknown(**typed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    for value in typed.values():
        assert value in text(answer)
    assert not Patient.objects.exists()


def test_a_double_click_on_unknown_makes_one(desk: Desk) -> None:
    first, second = (desk.registers_unknown(sex="M", _token="u" * 36) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Patient.objects.count() == 1


def test_the_right_is_that_of_the_unit(martin: Character, hospitals: Hospitals) -> None:
    desk = desk_of(martin)
    patient = a_patient(hospitals.thuir)
    assert desk.opens_for(patient).status_code == 404
    assert desk.creates().status_code == 404
    assert isinstance(hospitals.emp, CareUnit)
    assert not Encounter.objects.exists()


def test_queries_of_each_step(desk: Desk, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    steps: dict[int, Callable[[], object]] = {
        12: desk.opens,
        16: lambda: desk.client.get(f"/pec/nouvelle/{patient.pk}/"),
    }
    for at_most, step in steps.items():
        with CaptureQueriesContext(connection) as asked:
            step()
        assert len(asked) <= at_most, [q["sql"][:100] for q in asked]


def test_the_button_is_offered_to_those_who_register_arrivals(claire: Character, martin: Character) -> None:
    assert "Nouvelle PEC" in claire.client().get("/pec/").content.decode()
    assert "Nouvelle PEC" not in martin.client().get("/pec/").content.decode()
