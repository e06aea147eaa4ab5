"""New PEC: search first, likely duplicates before creation, an unknown patient in two clicks."""

from datetime import date

from osmose.encounters.models import Encounter
from osmose.patients.models import Patient
from osmose.patients.rules import Sex
from tests.cast import Hospitals
from tests.factories.patients import a_patient, ipp
from tests.journeys.people import Journey

PEC_PAGE = r"/pec/[0-9a-f-]{36}/$"


def rachid(hospitals: Hospitals) -> Patient:
    return a_patient(
        hospitals.perpignan,
        birth_name="ABELLANOSA",
        used_name="",
        first_name="RACHID",
        birth_first_names="RACHID",
        birth_date=date(1981, 3, 12),
        sex=Sex.MALE,
        identifiers=[ipp("8041277")],
    )


def test_a_known_patient_is_found_and_a_pec_opened_with_the_keyboard_alone(journey: Journey) -> None:
    rachid(journey.hospitals)
    claire = journey.claire.opens("/pec/").presses("n").is_at("/pec/nouvelle/$").is_accessible()
    claire.page.keyboard.type("12 03 81")
    claire.presses("Enter").sees("ABELLANOSA Rachid", "IPP 8041277").is_accessible()
    assert claire.page.url.endswith("/pec/nouvelle/")
    claire.presses("Tab").presses("Enter").sees("Ouvrir la prise en charge").is_accessible()
    claire.page.keyboard.type("Idées délirantes")
    claire.presses("Enter").is_at(PEC_PAGE).sees("Idées délirantes", "ABELLANOSA Rachid")
    claire.opens("/pec/nouvelle/").types("Date de naissance", "12/03/1981").clicks("button", "Rechercher")
    claire.sees("Prise en charge déjà ouverte").clicks("link", "Voir la prise en charge").is_at(PEC_PAGE)


def test_somebody_new_is_created_after_the_likely_ones_were_seen(journey: Journey) -> None:
    rachid(journey.hospitals)
    claire = journey.claire.opens("/pec/nouvelle/").types("Date de naissance", "13031981")
    claire.types("Nom ou prénom", "Abellanosa").presses("Enter").sees("Personne ne correspond").is_accessible()
    form = claire.page.locator("#form-create")
    assert form.locator("[name=birth_name]").input_value() == "Abellanosa"
    form.get_by_label("Premier prénom").fill("Rachid")
    claire.chooses("Sexe", "Homme")
    form.get_by_label("Motif").fill("Angoisse aiguë")
    claire.clicks("button", "Créer l’identité").sees("déjà connue", "même nom de naissance").is_accessible()
    assert Patient.objects.count() == 1
    claire.clicks("button", "C’est une autre personne, créer").is_at(PEC_PAGE).sees("Angoisse aiguë")
    assert Patient.objects.count() == 2


def test_it_was_that_person_after_all(journey: Journey) -> None:
    known = rachid(journey.hospitals)
    claire = journey.claire.opens("/pec/nouvelle/").types("Date de naissance", "13031981").presses("Enter")
    claire.sees("Personne ne correspond")
    form = claire.page.locator("#form-create")
    form.locator("[name=birth_name]").fill("Abellanosa")
    form.get_by_label("Premier prénom").fill("Rachid")
    claire.chooses("Sexe", "Homme")
    form.get_by_label("Motif").fill("Angoisse aiguë")
    claire.clicks("button", "Créer l’identité").clicks("button", "C’est cette personne").is_at(PEC_PAGE)
    assert Encounter.objects.get().patient_id == known.pk


def test_an_unknown_patient_takes_two_clicks(journey: Journey) -> None:
    journey.claire.opens("/pec/").clicks("link", "Nouvelle PEC").clicks("button", "Homme")
    journey.claire.is_at(PEC_PAGE).sees("INCONNU H 1").is_accessible()


def test_a_refusal_keeps_what_was_typed_and_says_why(journey: Journey) -> None:
    claire = journey.claire.expects(422).opens("/pec/nouvelle/").types("Date de naissance", "31/02/1981")
    claire.types("Nom ou prénom", "Abellanosa").clicks("button", "Rechercher").sees("Cette date n’existe pas")
    claire.is_accessible()
    assert claire.page.get_by_label("Nom ou prénom").input_value() == "Abellanosa"


def test_it_all_works_without_scripts_on_a_phone(journey: Journey) -> None:
    rachid(journey.hospitals)
    claire = journey.person("claire", size="phone", scripts=False, theme="night").opens("/pec/nouvelle/")
    claire.types("Date de naissance", "12/03/1981").types("Nom ou prénom", "abe").clicks("button", "Rechercher")
    claire.sees("ABELLANOSA").clicks("link", "Ouvrir une prise en charge")
    claire.types("Motif", "Idées délirantes").chooses("Mode d’arrivée", "Pompiers (VSAV)")
    claire.clicks("button", "Ouvrir la prise en charge").is_at(PEC_PAGE).sees("Idées délirantes")
    claire.opens("/pec/nouvelle/").clicks("button", "Indéterminé").is_at(PEC_PAGE).sees("INCONNU X 1")


def test_each_step_is_accessible_on_every_screen(journey: Journey) -> None:
    known = rachid(journey.hospitals)
    claire = journey.claire.opens("/pec/nouvelle/").is_accessible_everywhere()
    claire.types("Date de naissance", "12/03/1981").clicks("button", "Rechercher").sees("ABELLANOSA")
    claire.is_accessible_everywhere().opens(f"/pec/nouvelle/{known.pk}/").is_accessible_everywhere()
    journey.martin.opens("/pec/nouvelle/").sees("n’enregistre pas d’arrivée").is_accessible_everywhere()
