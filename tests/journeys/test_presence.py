"""Who can come, until when the others are taken, and nobody picks up the phone."""

import re
from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters.models import Encounter
from osmose.kernel.base import clock, french
from tests.factories.encounters import encounter, request
from tests.journeys.people import Journey, Person

pytestmark = pytest.mark.django_db(transaction=True)


def strip(person: Person) -> Any:
    return person.page.locator("#team-strip")


def shows(person: Person, words: str) -> None:
    """At once after one's own click; from elsewhere, when the strip asks again, as the stream will make it do."""
    strip(person).get_by_text(re.compile(words)).filter(visible=True).first.wait_for()


def asked(journey: Journey) -> Encounter:
    pec = encounter(unit=journey.hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID")
    request(pec, "psychiatry", unit=journey.hospitals.emp)
    return pec


def test_a_crisis_interview_begun_from_the_patient_page_shows_on_every_board(journey: Journey) -> None:
    pec = asked(journey)
    claire, martin = journey.claire, journey.martin
    claire.opens("/pec/").sees("Équipe mobile", "personne sur place")
    martin.opens(f"/pec/{pec.pk}/").clicks("button", "Je commence un entretien de crise")
    mine = martin.page.locator("#top-presence summary", has_text="Entretien de crise")
    mine.first.wait_for()  # at once, without a reload
    claire.page.evaluate("htmx.trigger(document.getElementById('team-strip'), 'presence')")
    shows(claire, "Entretien de crise")
    assert strip(claire).locator(".status-person", has_text="IDE Martin Diaz").is_visible()
    assert not strip(claire).get_by_text("ABELLANOSA").count()
    claire.is_accessible()
    martin.is_accessible()

    # On a phone, one line for the unit.
    phone = journey.person("claire", size="phone").opens("/pec/").sees("1 en entretien de crise")
    assert not strip(phone).locator(".status-person").first.is_visible()
    phone.is_accessible()


def test_one_key_and_a_number_say_my_status(journey: Journey) -> None:
    martin = journey.martin.opens("/pec/")
    summary = martin.page.locator("#top-presence summary")
    summary.get_by_text("Hors service").wait_for()
    martin.presses("3")  # the menu is closed: nothing happens
    martin.presses("e")
    martin.page.get_by_role("button", name="Pause").wait_for()
    martin.is_accessible()
    martin.presses("6")
    summary.get_by_text("Pause").wait_for()
    martin.sees("Pause, jusqu’à")
    assert not martin.page.locator("#top-presence details[open]").count()
    assert martin.page.evaluate("document.activeElement.closest('#top-presence') !== null")
    # Where and until when; then off duty, which the whole top shows.
    martin.presses("e")
    martin.page.locator("#top-presence .status-more summary").click()
    hour = french.time(clock.now() + timedelta(minutes=50))
    martin.page.locator("#menu-until").fill(hour)
    martin.page.locator("#menu-place").fill("CMP")
    martin.page.locator("#top-presence").get_by_role("button", name="En déplacement").click()
    summary.get_by_text(f"~{hour}").wait_for()
    shows(martin, "CMP")
    martin.presses("e")
    martin.clicks("button", "Quitter le service")
    summary.get_by_text("Hors service").wait_for()
    martin.is_accessible()


def test_a_menu_that_is_open_and_a_word_that_is_typed_survive_a_change_from_elsewhere(journey: Journey) -> None:
    pec = asked(journey)
    martin = journey.martin.opens("/pec/")
    martin.page.locator("#top-presence summary").first.click()
    martin.page.locator("#top-presence .status-more summary").click()
    martin.page.locator("#menu-place").fill("Salle")
    journey.nadia.opens(f"/pec/{pec.pk}/").sees("Nommer des collègues").clicks("link", "Nommer des collègues")
    journey.nadia.page.get_by_label("IDE Martin Diaz").check()
    journey.nadia.clicks("button", "Commencer l’entretien")
    journey.nadia.sees("entretien commencé")
    martin.page.evaluate("htmx.trigger(document.getElementById('top-presence'), 'presence')")
    martin.page.locator("#top-presence summary").first.get_by_text("Entretien").wait_for()
    assert martin.page.locator("#menu-place").input_value() == "Salle"
    assert martin.page.locator("#top-presence > details[open]").count() == 1


def test_the_manager_types_who_is_on_call_and_the_emergency_reads_the_number(journey: Journey) -> None:
    nadia = journey.nadia.opens("/equipe/").sees("Équipe, gardes et astreintes")
    nadia.is_accessible()
    nadia.clicks("link", "Saisir gardes et astreintes")
    now = clock.now()
    line = nadia.page.get_by_role("group", name="Ligne 1")
    line.get_by_label("ou fonction").fill("Psychiatre d’astreinte")
    line.get_by_label("De", exact=True).fill(french.time(now - timedelta(minutes=30)))
    line.get_by_label("À", exact=True).fill(french.time(now + timedelta(hours=6)))
    nadia.expects(422).clicks("button", "Enregistrer").sees("Écrivez le numéro à appeler.")
    nadia.page.get_by_role("group", name="Ligne 1").get_by_label("Numéro DECT").fill("7 21 40")
    nadia.clicks("button", "Enregistrer").sees("7 21 40").is_accessible()
    claire = journey.claire.opens("/pec/").sees("Psychiatre d’astreinte", "7 21 40")
    claire.is_accessible()


def test_without_scripts_the_team_and_my_status_are_a_plain_page(journey: Journey) -> None:
    martin = journey.person("martin", scripts=False).opens("/pec/")
    martin.clicks("link", "Mon statut").is_at("/equipe/")
    martin.clicks("button", "Entretien de crise").is_at("/equipe/").sees("entretien de crise depuis")
    claire = journey.person("claire", scripts=False).opens("/pec/")
    claire.clicks("link", "Équipe, gardes et astreintes").sees("IDE Martin Diaz", "Entretien de crise")
