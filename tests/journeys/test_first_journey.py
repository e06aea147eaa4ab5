"""The first complete journey: a nurse reads and moves a patient, psychiatry is asked and comes."""

from typing import Any

import pytest

from osmose.encounters.models import Encounter
from tests.factories.encounters import encounter, request
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


def group(person: Any, name: str) -> Any:
    return person.page.get_by_role("group", name=name, exact=True)


def pressed(person: Any, name: str, word: str) -> None:
    """Waits until `word` is the state of the group."""
    group(person, name).locator('[aria-pressed="true"]', has_text=word).first.wait_for()


@pytest.fixture
def rachid(journey: Journey) -> Encounter:
    return encounter(unit=journey.hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Idées délirantes")


def test_from_the_login_page_to_a_patient_and_back(journey: Journey, rachid: Encounter) -> None:
    claire = journey.stranger()
    claire.opens("/pec/").is_at("/login.*").is_accessible()
    claire.types("Adresse", claire.character.email).types("Mot de passe", "osmose").clicks("button", "Se connecter")
    claire.is_at("/pec/").sees("ABELLANOSA Rachid", "Idées délirantes", "1 h 00").is_accessible()
    claire.clicks("link", "ABELLANOSA Rachid").is_at(f"/pec/{rachid.pk}/").sees("Fil de la prise en charge")
    claire.is_accessible()
    claire.clicks("link", "Retour aux prises en charge").is_at("/pec/")


def test_psychiatry_is_asked_and_each_sees_the_other(journey: Journey, rachid: Encounter) -> None:
    claire, martin = journey.claire, journey.martin
    martin.expects(404).opens(f"/pec/{rachid.pk}/")
    martin.sees("Cette prise en charge n’existe pas ou ne concerne pas vos unités").is_accessible()
    martin.opens("/pec/").sees("Aucune prise en charge active").is_accessible()

    claire.opens(f"/pec/{rachid.pk}/").clicks("button", "Demandée\u202f: Équipe mobile")
    pressed(claire, "PEC psy", "Demandée")
    claire.sees("PEC psy demandée", "Équipe mobile prend part à la prise en charge")

    martin.sees("ABELLANOSA Rachid", "Demandée").clicks("link", "ABELLANOSA Rachid")
    group(martin, "PEC psy").get_by_role("button", name="En cours").click()
    pressed(martin, "PEC psy", "En cours")
    pressed(claire, "PEC psy", "En cours")
    claire.sees("IDE Martin Diaz").opens("/pec/").sees("En cours").is_accessible()


def test_a_click_is_undone_within_ten_seconds(journey: Journey, rachid: Encounter) -> None:
    claire = journey.claire.opens(f"/pec/{rachid.pk}/")
    group(claire, "Bilan biologique").get_by_role("button", name="Demandé", exact=True).click()
    pressed(claire, "Bilan biologique", "Demandé")
    claire.sees("Bilan biologique demandé").clicks("button", "Annuler")
    pressed(claire, "Bilan biologique", "Non demandé")
    claire.sees("(annulé)").is_accessible()


def test_the_patient_is_moved_to_a_box_that_the_board_shows(journey: Journey, rachid: Encounter) -> None:
    claire = journey.claire.opens(f"/pec/{rachid.pk}/")
    group(claire, "Lieu").get_by_role("button", name="SAS", exact=True).click()
    pressed(claire, "Lieu", "SAS")
    group(claire, "Lieu, précision").get_by_role("button", name="Box 3").click()
    pressed(claire, "Lieu, précision", "Box 3")
    pressed(claire, "Lieu", "SAS")
    claire.opens("/pec/").sees("SAS", "Box 3")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ("Garder le sien", "Menace de fugue"),
        ("Garder le mien", "Rupture de soins"),
        ("Réunir les deux", "Menace de fugue / Rupture de soins"),
    ],
)
def test_two_hands_on_the_motif_show_both_texts(journey: Journey, rachid: Encounter, choice: str, kept: str) -> None:
    claire, hugo = journey.claire.opens(f"/pec/{rachid.pk}/"), journey.hugo.opens(f"/pec/{rachid.pk}/")
    claire.page.locator("#edit-motif summary").click()
    claire.page.fill("#motif", "Rupture de soins")
    hugo.page.locator("#edit-motif summary").click()
    hugo.page.fill("#motif", "Menace de fugue")
    hugo.clicks("button", "Enregistrer le motif").sees("Motif modifié")
    claire.expects(409).clicks("button", "Enregistrer le motif")
    claire.sees("Le motif a été modifié pendant que vous écriviez.", "Menace de fugue", "Dr Hugo Ferrer")
    claire.is_accessible().clicks("button", choice)
    claire.page.locator(".line-text", has_text=kept).wait_for()
    rachid.refresh_from_db()
    assert rachid.motif == kept


def test_a_note_is_kept_while_typed_then_signed(journey: Journey, rachid: Encounter) -> None:
    claire = journey.claire.opens(f"/pec/{rachid.pk}/").presses("t")
    claire.page.keyboard.type("Accepte un café <script>alert(1)</script>")
    claire.sees("Brouillon enregistré").opens(f"/pec/{rachid.pk}/").sees("repris")
    assert "Accepte un café" in claire.page.input_value("#text")
    claire.clicks("button", "Signer la transmission")
    claire.page.locator(".note-text", has_text="Accepte un café <script>alert(1)</script>").wait_for()
    assert claire.page.input_value("#text") == ""
    claire.opens(f"/pec/{rachid.pk}/")
    assert claire.page.input_value("#text") == ""


def test_it_all_works_without_scripts(journey: Journey, rachid: Encounter) -> None:
    claire = journey.person("claire", scripts=False).opens("/pec/").clicks("link", "ABELLANOSA Rachid")
    group(claire, "Imagerie").get_by_role("button", name="Demandée", exact=True).click()
    pressed(claire, "Imagerie", "Demandée")
    claire.page.fill("#text", "Calme, coopérant.")
    claire.clicks("button", "Signer la transmission").sees("Calme, coopérant.")
    claire.page.fill("#text", " ")
    claire.expects(422).clicks("button", "Signer la transmission").sees("Écrivez la transmission avant de la signer.")


def test_the_patient_leaves_and_the_record_is_closed(journey: Journey, rachid: Encounter) -> None:
    claire = journey.claire.opens(f"/pec/{rachid.pk}/")
    claire.clicks("link", "Enregistrer la sortie").sees("Heure de sortie")
    claire.chooses("Mode de sortie", "Retour à domicile")
    claire.clicks("button", "Enregistrer la sortie").sees("Sortie enregistrée", "Annuler la sortie").is_accessible()
    claire.page.on("dialog", lambda dialog: dialog.accept())
    claire.clicks("button", "Clôturer").sees("La prise en charge est clôturée")
    assert group(claire, "Imagerie").get_by_role("button", name="Demandée").first.is_disabled()
    claire.opens("/pec/").sees("Aucune prise en charge active")


def test_every_size_and_theme_is_accessible(journey: Journey, rachid: Encounter) -> None:
    request(rachid, "psychiatry", unit=journey.hospitals.emp)
    claire = journey.claire.opens("/pec/").sees("ABELLANOSA Rachid").is_accessible_everywhere()
    claire.opens(f"/pec/{rachid.pk}/").sees("Statut du patient").is_accessible_everywhere()


def test_nothing_clinical_stays_in_the_browser(journey: Journey, rachid: Encounter) -> None:
    claire = journey.claire.opens("/pec/").clicks("link", "ABELLANOSA Rachid").sees("Idées délirantes")
    kept = claire.page.evaluate(
        "async () => JSON.stringify([localStorage, sessionStorage, history.state, document.cookie,"
        " await caches.keys(), await indexedDB.databases()])"
    )
    assert "ABELLANOSA" not in kept
    assert "délirantes" not in kept
    assert "[{},{}," in kept.replace(" ", "")
