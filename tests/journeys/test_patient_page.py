"""The patient page in a browser: clicks and their undoing, two hands, leaving, keyboard, phone, paper, no scripts."""

import re
from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters.models import Encounter
from osmose.handover.actions import sign_note
from osmose.handover.rules import Written
from osmose.kernel.base import clock, french
from tests.encounters.clicks import click
from tests.factories.encounters import encounter, place, request
from tests.journeys.people import Journey, hold

pytestmark = pytest.mark.django_db(transaction=True)
INTERACTIVE = "button, a.btn, .link, input:not([type=hidden]), select, textarea, summary, form .field"

REFRESH = re.compile(r"/fil/\?")


@pytest.fixture
def rachid(journey: Journey) -> Encounter:
    return encounter(
        unit=journey.hospitals.sau,
        birth_name="ABELLANOSA",
        first_name="RACHID",
        motif="Idées délirantes",
        arrived_at=clock.now() - timedelta(hours=2),
    )


def button(person: Any, group: str, word: str) -> Any:
    return person.page.get_by_role("group", name=group, exact=True).get_by_role("button", name=word, exact=True)


def pressed(person: Any, group: str, word: str) -> None:
    within = person.page.get_by_role("group", name=group, exact=True)
    within.locator('[aria-pressed="true"]', has_text=word).first.wait_for()


def opened(person: Any, pec: Encounter) -> Any:
    return person.opens(f"/pec/{pec.pk}/").sees("Statut du patient")


def test_one_click_then_another_hour_then_its_undoing(journey: Journey, rachid: Encounter) -> None:
    claire = opened(journey.claire, rachid)
    button(claire, "Préoccupant", "Fugue").click()
    pressed(claire, "Préoccupant", "Fugue")
    claire.sees("Préoccupant\u202f: fugue", "Signalé préoccupant").is_accessible()
    earlier = french.time(clock.now() - timedelta(minutes=25))
    claire.page.get_by_text("À une autre heure").click()
    claire.page.fill("#toast-hour", "tantôt")
    claire.expects(422).clicks("button", "Corriger l’heure").sees("Écrivez l’heure comme 14:05")
    assert claire.page.input_value("#toast-hour") == "tantôt"
    claire.page.fill("#toast-hour", earlier)
    claire.clicks("button", "Corriger l’heure").sees("(heure corrigée)")
    claire.page.locator("#fil .entry", has_text="Signalé préoccupant").locator("time", has_text=earlier).wait_for()
    button(claire, "Tri", "Tri 2").click()
    pressed(claire, "Tri", "2")
    claire.sees("Tri\u202f: 2").clicks("button", "Annuler").sees("(annulé)")
    pressed(claire, "Tri", "–")


def test_a_rate_is_typed_and_what_cannot_be_stays_on_its_line(journey: Journey, rachid: Encounter) -> None:
    claire = opened(journey.claire, rachid)
    claire.page.locator("#edit-alcohol summary").click()
    claire.page.fill("#alcohol-rate", "12,8")
    claire.page.press("#alcohol-rate", "Enter")
    claire.expects(422).sees("Vouliez-vous écrire 1,28\u202f?")
    assert claire.page.input_value("#alcohol-rate") == "12,8"
    claire.is_accessible()
    claire.page.fill("#alcohol-rate", "1,28")
    claire.page.press("#alcohol-rate", "Enter")
    claire.sees("équivalent calculé\u202f: 2,56 g/L")
    pressed(claire, "Alcool (OH)", "Positif")
    claire.page.wait_for_function("() => !document.querySelector('#edit-alcohol').open")
    assert not claire.page.locator("#msg-alcohol").inner_text()


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("Garder le sien", "Olanzapine"), ("Garder le mien", "Loxapine"), ("Réunir les deux", "Olanzapine / Loxapine")],
)
def test_what_is_being_typed_survives_refreshes_and_meets_the_other_text(
    journey: Journey, rachid: Encounter, choice: str, kept: str
) -> None:
    claire, hugo = opened(journey.claire, rachid), opened(journey.hugo, rachid)
    claire.page.locator("#edit-treatment summary").click()
    claire.page.fill("#text-treatment", "Loxapine")
    claire.page.locator("h2").first.click()
    hugo.page.locator("#edit-treatment summary").click()
    hugo.page.fill("#text-treatment", "Olanzapine")
    hugo.page.press("#text-treatment", "Enter")
    # The refresh brings the other's text to the page, and leaves what is typed and its revision alone.
    claire.sees("Traitement actuel\u202f: Olanzapine")
    assert claire.page.input_value("#text-treatment") == "Loxapine"
    claire.page.press("#text-treatment", "Enter")
    claire.expects(409).sees("Réunir les deux", "Dr Hugo Ferrer").is_accessible()
    claire.clicks("button", choice)
    claire.page.wait_for_function("() => !document.querySelector('#msg-treatment').innerText")
    claire.page.locator(".line-text", has_text=re.compile(f"^{kept}$")).wait_for()
    assert claire.page.input_value("#text-treatment") == kept


def test_a_taken_box_asks_why(journey: Journey, rachid: Encounter) -> None:
    sas, box = journey.hospitals.place("SAS"), journey.hospitals.place("BOX-3")
    other = encounter(unit=journey.hospitals.sau, birth_name="LARQUIER")
    place(other, sas, box)
    claire, hugo = opened(journey.claire, rachid), opened(journey.hugo, other)
    claire.expects(409)
    button(claire, "Lieu, précision", "Box 3").click()
    claire.sees("Box 3 est occupé par un autre patient").is_accessible()
    claire.page.fill("#box-reason", "Deux brancards")
    claire.clicks("button", "Installer quand même").sees("Box 3 est partagé")
    hugo.sees("Box 3 est partagé")


def test_out_closed_and_open_again_by_two_people(journey: Journey, rachid: Encounter) -> None:
    claire, hugo = opened(journey.claire, rachid), opened(journey.hugo, rachid)
    button(hugo, "Tri", "Tri 3A").click()
    pressed(hugo, "Tri", "3A")
    claire.clicks("link", "Enregistrer la sortie").sees("Heure de sortie").is_accessible()
    hugo.clicks("link", "Enregistrer la sortie").sees("Heure de sortie")
    hugo.chooses("Mode de sortie", "Retour à domicile").clicks("button", "Enregistrer la sortie")
    hugo.sees("Sortie enregistrée", "Annuler la sortie")
    # The dialog that was open meanwhile says who was faster when it is sent.
    claire.expects(409)
    claire.page.get_by_role("dialog").get_by_role("button", name="Enregistrer la sortie").click()
    claire.sees("La sortie est déjà enregistrée.", "par Dr Hugo Ferrer")
    claire.clicks("link", "Revenir à la prise en charge").sees("Annuler la sortie")
    claire.page.on("dialog", lambda dialog: dialog.accept())
    claire.clicks("button", "Clôturer").sees("La prise en charge est clôturée").is_accessible()
    assert button(claire, "Tri", "Tri 2 (La prise en charge est clôturée\u202f: lecture seule.)").is_disabled()
    hugo.sees("La prise en charge est clôturée").clicks("link", "Rouvrir").sees("Le fil la garde")
    hugo.page.keyboard.type("Compte rendu oublié")
    hugo.presses("Enter").sees("Prise en charge rouverte", "Compte rendu oublié")
    claire.sees("Prise en charge rouverte", "Signer la transmission")


def test_the_back_button_after_the_closure_refuses_in_words_and_loses_nothing(
    journey: Journey, rachid: Encounter
) -> None:
    claire = opened(journey.claire, rachid)
    claire.page.fill("#text", "Ce que j’écrivais")
    claire.sees("Brouillon enregistré")
    claire.page.route("**/fil/**", lambda route: route.abort())  # a page that hears nothing more
    for route in ("sortie", "cloture"):
        assert journey.hugo.character.client().post(f"/pec/{rachid.pk}/{route}/").status_code == 302
    claire.expects(409)
    button(claire, "Tri", "Tri 2").click()
    claire.sees("lecture seule")
    claire.clicks("button", "Signer la transmission")
    claire.page.locator("#msg-text", has_text="lecture seule").wait_for()
    assert claire.page.input_value("#text") == "Ce que j’écrivais"
    claire.page.unroute("**/fil/**")
    claire.opens("/pec/").page.go_back()
    claire.sees("La prise en charge est clôturée", "Votre transmission n’a pas été signée", "Ce que j’écrivais")
    claire.faults = [fault for fault in claire.faults if "ERR_FAILED" not in fault and "htmx:" not in fault]


def test_the_keyboard_alone_is_enough(journey: Journey, rachid: Encounter) -> None:
    claire = opened(journey.claire, rachid).presses("?")
    claire.sees("Raccourcis clavier", "La signer").is_accessible().presses("Escape").presses("t")
    claire.page.keyboard.type("Calme, coopérant.")
    claire.presses("Control+Enter")
    claire.page.locator(".note-text", has_text="Calme, coopérant.").wait_for()
    assert claire.page.input_value("#text") == ""
    button(claire, "Tri", "Tri 2").focus()
    claire.presses("Tab").presses("Enter")
    pressed(claire, "Tri", "3A")
    focused = "document.activeElement.closest('[role=group]')?.getAttribute('aria-label')"
    assert claire.page.evaluate(focused) == "Tri"
    claire.page.locator("#edit-allergies summary").focus()
    claire.presses("Enter").presses("Tab")
    claire.page.keyboard.type("Pénicilline")
    claire.presses("Enter")
    claire.page.locator("#band", has_text="Pénicilline").wait_for()
    claire.page.get_by_role("link", name="Enregistrer la sortie").focus()
    claire.presses("Enter").sees("Heure de sortie").presses("Escape")
    claire.page.wait_for_function("() => !document.querySelector('dialog[open]')")


def test_a_note_kept_for_my_unit_says_so(journey: Journey, rachid: Encounter) -> None:
    request(rachid, "psychiatry", unit=journey.hospitals.emp)
    martin = opened(journey.martin, rachid).presses("t")
    martin.page.keyboard.type("Pour l’équipe seulement")
    martin.page.get_by_label("Réservée à mon unité").check()
    martin.clicks("button", "Signer la transmission").sees("Pour l’équipe seulement")
    claire = opened(journey.claire, rachid).sees("Transmission réservée à")
    claire.does_not_see("Pour l’équipe seulement")


def test_the_timeline_is_filtered_and_goes_on_while_the_page_refreshes(journey: Journey, rachid: Encounter) -> None:
    hugo = journey.hugo.character
    for number in range(60):
        click(sign_note, hugo, rachid, text=f"Note numéro {number:03}")
    claire = opened(journey.claire, rachid).does_not_see("Note numéro 003")
    claire.clicks("link", "Entrées plus anciennes").sees("Note numéro 003", "Arrivée")
    click(sign_note, hugo, rachid, text="Note toute fraîche")
    claire.sees("Note toute fraîche", "Note numéro 003")
    shown = re.findall(r"Note numéro (\d+)", claire.page.locator("#fil").inner_text())
    assert shown == [f"{n:03}" for n in reversed(range(60))]
    claire.page.locator("#filtre summary").click()
    claire.is_shown("filtrer").page.select_option("#filtre-sorte", "administratif")
    claire.clicks("button", "Filtrer").is_at(r"/pec/[^?]+\?sorte=administratif$")
    claire.sees("Arrivée").does_not_see("Note numéro 059")
    button(claire, "Tri", "Tri 2").click()
    pressed(claire, "Tri", "2")
    claire.does_not_see("Note numéro 059").clicks("link", "Tout afficher").sees("Note numéro 059")


def test_words_are_searched_by_keyboard_and_stay_found_until_one_writes(journey: Journey, rachid: Encounter) -> None:
    hugo = journey.hugo.character
    for number in range(50):
        click(sign_note, hugo, rachid, text=f"Note numéro {number:03}")
    claire = opened(journey.claire, rachid).presses("/")
    claire.page.keyboard.type("numero 003")
    claire.presses("Enter").sees("1 résultat")
    assert claire.page.locator("#fil mark").all_inner_texts() == ["numéro", "003"]
    assert "numero" not in claire.page.url
    claire.is_shown("chercher")
    with claire.page.expect_response(lambda answer: "version=" in answer.url and answer.status == 200):
        click(sign_note, hugo, rachid, text="Arrive pendant la recherche")
    claire.sees("1 résultat").does_not_see("Arrive pendant la recherche")
    # The result has the focus: its way out is the next stop.
    claire.page.locator(".thread-found").focus()
    claire.presses("Tab").presses("Enter").sees("Arrive pendant la recherche", "Note numéro 049")
    claire.presses("/").page.keyboard.type("rarissime")
    claire.presses("Enter").sees("Aucun résultat.").presses("t").page.keyboard.type("Mon propre mot")
    claire.presses("Control+Enter").sees("Mon propre mot", "Note numéro 049").does_not_see("Aucun résultat.")


def test_what_one_has_not_read_and_one_cible_are_filters_too(journey: Journey, rachid: Encounter) -> None:
    hugo = journey.hugo.character
    click(sign_note, hugo, rachid, written=Written(kind="focus", focus="Angoisse", parts={"data": "Tremble"}))
    for number in range(50):
        click(sign_note, journey.claire.character, rachid, text=f"Note numéro {number:03}")
    claire = opened(journey.claire, rachid).does_not_see("Tremble")
    claire.page.locator("#filtre summary").click()
    claire.page.get_by_label("Non lues par moi").check()
    claire.clicks("button", "Filtrer").sees("Tremble").does_not_see("Note numéro 049")
    claire.clicks("link", "Tout afficher").sees("Note numéro 049").page.locator("#filtre summary").click()
    claire.page.locator("#filtre-cible option", has_text="Angoisse").wait_for(state="attached")
    claire.chooses("Quelle cible", "Angoisse").clicks("button", "Filtrer").sees("Tremble")
    claire.does_not_see("Note numéro 049").is_at(r"/pec/[^?]+\?.*cible=[0-9a-f-]+")


def test_a_cible_chosen_before_all_of_them_are_there_stays_chosen(journey: Journey, rachid: Encounter) -> None:
    hugo = journey.hugo.character
    click(sign_note, hugo, rachid, written=Written(kind="focus", focus="Angoisse", parts={"data": "Tremble"}))
    claire = opened(journey.claire, rachid)
    waiting = hold(claire.page, "**/fil/cibles/**")
    claire.page.locator("#filtre summary").click()
    claire.chooses("Quelle cible", "Angoisse")
    with claire.page.expect_response("**/fil/cibles/**"):
        waiting.pop().continue_()
    claire.page.wait_for_timeout(100)  # for the answer to be drawn
    claire.clicks("button", "Filtrer").is_at(".*cible=").sees("Tremble")


def test_what_is_being_chosen_in_the_filter_outlives_a_refresh(journey: Journey, rachid: Encounter) -> None:
    hugo = journey.hugo.character
    click(sign_note, hugo, rachid, written=Written(kind="focus", focus="Angoisse", parts={"data": "Tremble"}))
    claire = journey.claire
    claire.page.clock.install()
    opened(claire, rachid).page.locator("#filtre summary").click()
    claire.chooses("Quoi", "Transmissions ciblées").chooses("Quelle cible", "Angoisse")
    claire.page.get_by_label("Non lues par moi").check()
    click(sign_note, hugo, rachid, text="Arrive pendant ce temps")
    with claire.page.expect_response(REFRESH):
        claire.page.clock.fast_forward(31_000)  # left open, nobody's hand is on it any more
    claire.sees("Arrive pendant ce temps")
    assert claire.page.get_by_label("Non lues par moi").is_checked()
    assert claire.page.locator("#filtre-sorte").input_value() == "ciblees"
    assert claire.page.locator("#filtre-cible").input_value()
    claire.page.get_by_label("Non lues par moi").uncheck()
    claire.clicks("button", "Filtrer").is_at(".*cible=").sees("Tremble").does_not_see("Arrive pendant ce temps")


def test_a_refresh_that_left_before_the_filter_does_not_take_it_away(journey: Journey, rachid: Encounter) -> None:
    hugo = journey.hugo.character
    click(sign_note, hugo, rachid, written=Written(kind="focus", focus="Angoisse", parts={"data": "Tremble"}))
    claire = opened(journey.claire, rachid)
    late: list[Any] = []

    def asked_as_filtered(answer: Any) -> bool:
        return "sorte=ciblees" in answer.request.headers.get("hx-current-url", "")

    claire.page.route(REFRESH, lambda route: late.append((route, route.fetch())))
    click(sign_note, hugo, rachid, text="Arrive pendant ce temps")
    while not any(answer.status == 200 for _, answer in late):
        claire.page.wait_for_timeout(20)
    claire.page.locator("#filtre summary").click()
    claire.chooses("Quoi", "Transmissions ciblées").clicks("button", "Filtrer").is_at(".*sorte=ciblees").sees("Tremble")
    claire.page.route(REFRESH, lambda route: route.continue_())
    with claire.page.expect_response(
        lambda answer: "sorte=ciblees" in answer.request.headers.get("hx-current-url", "")
    ):
        for route, answer in late:  # and it is asked again, as the page now is
            route.fulfill(response=answer)
    claire.sees("Tremble").does_not_see("Arrive pendant ce temps")


def test_on_a_phone_who_it_is_stays_in_sight_and_the_note_at_hand(journey: Journey, rachid: Encounter) -> None:
    for wanted in ("concern:fugue", "triage:2"):
        journey.claire.character.client().post(f"/pec/{rachid.pk}/suivi/", {"wanted": wanted})
    claire = opened(journey.person("claire", size="phone"), rachid).is_accessible()
    claire.page.mouse.move(200, 400)
    claire.page.mouse.wheel(0, 1500)
    claire.page.wait_for_function("() => document.querySelector('.pec-head').dataset.compact === ''")
    for words in ("ABELLANOSA Rachid", "Préoccupant\u202f: fugue"):
        box = claire.page.locator("#band").get_by_text(words).first.bounding_box()
        assert box
        assert 0 <= box["y"] < 140
    assert claire.page.locator(".pec-head").bounding_box()["height"] < 150
    field = claire.page.locator("#text").bounding_box()
    assert field
    assert field["y"] + field["height"] <= 844 - 60
    claire.page.locator("#text").focus()
    claire.page.keyboard.type("Depuis le couloir")
    claire.sees("Signer la transmission").is_accessible().clicks("button", "Signer la transmission")
    claire.page.locator(".note-text", has_text="Depuis le couloir").wait_for()
    small = claire.page.evaluate(
        "() => [...document.querySelectorAll('.toggle, .btn, .line-edit > summary')].filter(e => e.offsetParent)"
        ".filter(e => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44)"
        ".map(e => e.textContent.trim())"
    )
    assert small == [] or not claire.page.evaluate("matchMedia('(pointer: coarse)').matches"), small


def test_everything_works_without_scripts(journey: Journey, rachid: Encounter) -> None:
    claire = opened(journey.person("claire", scripts=False), rachid)
    button(claire, "Préoccupant", "Fugue").click()
    claire.sees("Préoccupant\u202f: fugue").clicks("button", "Annuler").sees("(annulé)")
    assert "fugue" not in claire.page.locator("#band").inner_text()
    claire.page.locator("#edit-alcohol summary").click()
    claire.page.fill("#alcohol-rate", "abc")
    claire.expects(422).page.press("#alcohol-rate", "Enter")
    claire.sees("Écrivez le taux en chiffres, par exemple 1,28.")
    assert claire.page.input_value("#alcohol-rate") == "abc"
    claire.page.fill("#alcohol-rate", "1.28")
    claire.page.press("#alcohol-rate", "Enter")
    claire.sees("équivalent calculé\u202f: 2,56 g/L")
    claire.page.locator("#filtre summary").click()
    claire.page.select_option("#filtre-sorte", "suivi")
    claire.clicks("button", "Filtrer").sees("Alcool (OH)\u202f: Positif").clicks("link", "Tout afficher").sees(
        "Arrivée"
    )
    claire.clicks("link", "Passages antérieurs").sees("Aucun autre passage.")
    claire.clicks("link", "Revenir à la prise en charge").clicks("link", "Enregistrer la sortie")
    claire.chooses("Mode de sortie", "Retour à domicile").page.select_option("#orientation", "REA")
    claire.clicks("button", "Enregistrer la sortie").sees("suppose une mutation ou un transfert")
    claire.page.select_option("#orientation", "SCAM")
    claire.clicks("button", "Enregistrer la sortie").sees("Sortie enregistrée", "Sortie contre avis médical")
    claire.clicks("button", "Clôturer").clicks("link", "Rouvrir").types("Raison", "Oubli")
    claire.clicks("button", "Rouvrir la prise en charge").sees("Prise en charge rouverte")


@pytest.mark.parametrize("way", ["sheet", "page"])
def test_paper_shows_the_whole_and_nothing_to_click(journey: Journey, rachid: Encounter, way: str) -> None:
    client = journey.claire.character.client()
    client.post(f"/pec/{rachid.pk}/suivi/", {"wanted": "triage:2"})
    client.post(f"/pec/{rachid.pk}/transmissions/", {"text": "Accepte un café"})
    claire = opened(journey.claire, rachid)
    if way == "sheet":
        claire.clicks("link", "Imprimer").is_at(f"/pec/{rachid.pk}/impression/").is_accessible()
    claire.page.emulate_media(media="print")
    claire.sees("ABELLANOSA Rachid", "Tri 2", "Accepte un café", "IDE Claire Morel")
    for element in claire.page.locator(INTERACTIVE).all():
        assert not element.is_visible(), element.evaluate("e => e.outerHTML")
    paper = claire.page.pdf(format="A4")
    assert paper.startswith(b"%PDF")


def test_a_busy_page_is_accessible_everywhere(journey: Journey, rachid: Encounter) -> None:
    client = journey.claire.character.client()
    for wanted in ("concern:suicidaire,fugue", "triage:1", "substances:oui:thc,autres:declare", "company:oui"):
        client.post(f"/pec/{rachid.pk}/suivi/", {"wanted": wanted})
    client.post(f"/pec/{rachid.pk}/suivi/", {"field": "allergies", "text": "Pénicilline"})
    request(rachid, "biology", "available")
    client.post(f"/pec/{rachid.pk}/demandes/resultat/", {"wanted": "biology:anormal"})
    claire = opened(journey.claire, rachid).is_accessible_everywhere()
    claire.clicks("link", "Enregistrer la sortie").sees("Heure de sortie").is_accessible_everywhere()


def test_a_click_that_is_lost_on_the_way_is_said_and_can_be_sent_again(journey: Journey, rachid: Encounter) -> None:
    claire = journey.claire.opens(f"/pec/{rachid.pk}/").sees("En direct")
    claire.page.route(re.compile("/lieu/"), lambda route: route.abort())
    button(claire, "Lieu", "SAS").click()
    claire.page.locator("#banner").get_by_role("button", name="Réessayer").wait_for()
    claire.faults.clear()
    claire.page.unroute(re.compile("/lieu/"))
    claire.page.locator("#banner").get_by_role("button", name="Réessayer").click()
    pressed(claire, "Lieu", "SAS")
