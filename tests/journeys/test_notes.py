"""Structured notes on the patient page, by keyboard: a cible, a colleague called by « @ », a SAED with its answer."""

import pytest

from osmose.encounters.models import Encounter
from osmose.handover.models import Focus, HandoverNote, Phrase
from osmose.handover.rules.drafts import unpack
from osmose.kernel.drafts.models import Draft
from tests.cast import Hospitals
from tests.encounters.clicks import ask
from tests.factories import encounters as pecs
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rachid(hospitals: Hospitals) -> Encounter:
    for order, label in enumerate(("Agitation", "Angoisse", "Risque de fugue")):
        Focus.objects.create(care_unit=hospitals.sau, label=label, order=order)
    Phrase.objects.create(care_unit=hospitals.sau, label="Contrat", text="Prévient avant de sortir du box.", order=0)
    return pecs.encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="Rachid", motif="Idées délirantes")


def test_a_focus_note_is_written_by_keyboard_and_calls_a_colleague(journey: Journey, rachid: Encounter) -> None:
    ask(journey.claire.character, rachid, "psychiatry", unit=journey.hospitals.emp)
    claire = journey.claire.opens(f"/pec/{rachid.pk}/").sees("lisible par SAU, Équipe mobile")
    claire.presses("t").page.keyboard.type("Déambule depuis midi")
    claire.clicks("button", "Ciblée")
    claire.page.wait_for_selector("#part_data")
    assert claire.page.input_value("#part_data") == "Déambule depuis midi"
    claire.page.locator("[data-draft-state]", has_text="Brouillon enregistré").wait_for()
    assert "part_data" in Draft.objects.get().body, "one draft, in its new form"
    claire.page.fill("#focus", "Agitation")
    claire.page.press("#focus", "Enter")
    claire.page.focus("#part_action")
    claire.page.keyboard.type("Vu avec @mar")
    claire.page.locator(".mention", has_text="IDE Martin Diaz").wait_for()
    claire.is_shown("transmission")
    claire.presses("Enter").page.keyboard.type("porte ouverte.")
    assert claire.page.input_value("#part_action") == "Vu avec @IDE Martin Diaz porte ouverte."
    claire.page.get_by_text("Phrases").click()
    claire.clicks("button", "Contrat")
    assert claire.page.input_value("#part_action").endswith("porte ouverte. Prévient avant de sortir du box.")
    claire.presses("Control+Enter").presses("Control+Enter")
    claire.page.locator(".note", has_text="Agitation").wait_for()
    claire.sees("Pour IDE Martin Diaz")
    assert HandoverNote.objects.get().recipients.get().user_id == journey.martin.character.id
    assert not Draft.objects.filter(body__isnull=False).exists()
    claire.page.wait_for_selector("#text")


def test_a_saed_survives_the_closing_of_its_page_and_invites_who_has_no_access(
    journey: Journey, rachid: Encounter
) -> None:
    claire = journey.claire.expects(409, 422).opens(f"/pec/{rachid.pk}/").clicks("button", "SAED")
    claire.page.fill("#part_situation", "Agité depuis midi, refuse les soins")
    claire.page.wait_for_timeout(100)
    claire.page.keyboard.press("Tab")
    claire.page.locator("[data-draft-state]", has_text="Brouillon enregistré").wait_for()
    assert "Agité" in Draft.objects.get().body
    claire.opens(f"/pec/{rachid.pk}/").page.wait_for_selector("#part_request")
    assert claire.page.input_value("#part_situation") == "Agité depuis midi, refuse les soins"
    claire.page.fill("#part_request", "@équipe mob")
    claire.page.locator("#part_request").press("End")
    claire.page.keyboard.type("i")
    claire.page.locator(".mention", has_text="sans accès").first.wait_for()
    claire.presses("Enter").presses("Control+Enter")
    claire.sees("n’a pas accès").is_shown("invitation")
    claire.clicks("button", "Inviter Équipe mobile et signer")
    claire.page.locator(".note", has_text="SAED").wait_for()
    martin = journey.martin.opens(f"/pec/{rachid.pk}/").sees("Agité depuis midi", "Pour Équipe mobile")
    martin.is_shown("saed")


def test_a_saed_in_two_tabs_is_kept_twice_and_a_refresh_takes_nothing_away(journey: Journey, rachid: Encounter) -> None:
    claire = journey.claire.opens(f"/pec/{rachid.pk}/").clicks("button", "SAED")
    saved = '[data-draft-state]:has-text("Brouillon enregistré")'
    claire.page.fill("#part_situation", "Agité depuis midi")
    claire.page.wait_for_selector(saved)
    second = claire.context.new_page()
    second.goto(f"{journey.address}/pec/{rachid.pk}/")
    second.fill("#part_background", "Suivi interrompu")
    second.wait_for_selector(saved)
    second.get_by_role("button", name="Ciblée").click()
    second.wait_for_selector("#part_data")
    second.wait_for_selector(saved)
    second.close()
    claire.page.fill("#part_request", "Un avis")
    claire.page.wait_for_selector('[data-draft-state]:has-text("à part de celui d’un autre onglet")')
    first, other = (unpack(str(draft.body)) for draft in Draft.objects.filter(body__isnull=False).order_by("-saved_at"))
    assert (first["part_request"], first["part_situation"]) == ("Un avis", "Agité depuis midi")
    assert "Suivi interrompu" in other["part_data"]
    with claire.page.expect_response(lambda answer: "version=" in answer.url and answer.status == 200):
        ask(journey.hugo.character, rachid, "psychiatry", unit=journey.hospitals.emp)
    claire.page.locator("#fil .entry", has_text="demandée pour Équipe mobile").wait_for()
    assert claire.page.locator("#note-readers option").count() > 3, "who may read is still a choice"
    claire.presses("Control+Enter")
    claire.page.locator(".note", has_text="Un avis").wait_for()
    claire.sees("Autre brouillon", "Suivi interrompu").is_accessible()
    claire.page.get_by_role("link", name="Reprendre").click()
    claire.page.wait_for_selector("#part_data")
    claire.is_accessible()


def test_the_forms_hold_on_every_screen(journey: Journey, rachid: Encounter) -> None:
    claire = journey.person("claire", theme="night").opens(f"/pec/{rachid.pk}/transmissions/forme/?forme=macro")
    claire.sees("Maladie").is_accessible_everywhere()
    claire.opens(f"/pec/{rachid.pk}/").sees("Fil de la prise en charge").is_accessible_everywhere()
    claire.page.locator("#text").focus()
    claire.clicks("button", "Ciblée").page.wait_for_selector("#part_data")
    claire.is_accessible_everywhere()
