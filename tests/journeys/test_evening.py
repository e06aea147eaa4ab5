"""A nurse's evening: from the arrival to the closure, by two people in two browsers, each step seen by the other."""

from datetime import date
from typing import Any

import pytest

from osmose.encounters.models import Encounter
from tests.factories.encounters import encounter, kinds, place, request
from tests.factories.patients import a_patient
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


def press(person: Any, group: str, word: str) -> None:
    person.page.get_by_role("group", name=group, exact=True).get_by_role("button", name=word, exact=True).click()


def pressed(person: Any, group: str, word: str) -> None:
    """Waits until the group says so, on this screen."""
    within = person.page.get_by_role("group", name=group, exact=True)
    within.locator('[aria-pressed="true"]', has_text=word).first.wait_for()


def test_an_evening_from_arrival_to_closure(journey: Journey) -> None:
    hospitals = journey.hospitals
    kinds(hospitals.perpignan)
    a_patient(hospitals.perpignan, birth_name="ABELLANOSA", first_name="RACHID", birth_date=date(1981, 3, 12))
    claire, martin = journey.claire, journey.martin
    martin.opens("/pec/").sees("Aucun")

    claire.opens("/pec/nouvelle/").types("Date de naissance", "12/03/1981").presses("Enter")
    claire.sees("ABELLANOSA Rachid").presses("Tab").presses("Enter").sees("Ouvrir la prise en charge")
    claire.types("Motif", "Idées délirantes").chooses("Mode d’arrivée", "Police")
    claire.clicks("button", "Ouvrir la prise en charge").is_at("/pec/[0-9a-f-]{36}/")
    pec = Encounter.objects.get()
    press(claire, "Lieu", "SAS")
    pressed(claire, "Lieu", "SAS")
    press(claire, "Lieu, précision", "Box 2")
    pressed(claire, "Lieu, précision", "2")
    press(claire, "Préoccupant", "Fugue")
    pressed(claire, "Préoccupant", "Fugue")
    press(claire, "Bilan biologique", "Demandé")
    pressed(claire, "Bilan biologique", "Demandé")

    press(claire, "PEC psy, précision", "Demandée\u202f: Équipe mobile")
    pressed(claire, "PEC psy", "Demandée")
    martin.sees("ABELLANOSA Rachid", "Fugue", "Box 2").clicks("link", "ABELLANOSA Rachid")
    martin.sees("Statut du patient")
    press(martin, "PEC psy", "En cours")
    pressed(claire, "PEC psy", "En cours")
    press(claire, "Bilan biologique", "Prélevé")
    pressed(martin, "Bilan biologique", "Prélevé")
    press(martin, "PEC psy", "Interrompue")
    pressed(claire, "PEC psy", "Interrompue")
    martin.page.fill("#text", "Trop alcoolisé, à revoir dans une heure.")
    martin.clicks("button", "Signer la transmission")
    claire.sees("Trop alcoolisé, à revoir dans une heure.")
    press(martin, "PEC psy", "En cours")
    pressed(martin, "PEC psy", "En cours")
    press(martin, "PEC psy", "Terminée")
    pressed(claire, "PEC psy", "Terminée")

    claire.clicks("link", "Enregistrer la sortie").sees("Heure de sortie")
    claire.chooses("Mode de sortie", "Retour à domicile")
    claire.clicks("button", "Enregistrer la sortie")
    claire.sees("Sortie enregistrée")
    martin.sees("Sortie enregistrée")
    claire.page.on("dialog", lambda dialog: dialog.accept())
    claire.clicks("button", "Clôturer").sees("La prise en charge est clôturée")
    martin.sees("La prise en charge est clôturée")
    pec.refresh_from_db()
    assert pec.status == "cloturee"


def test_where_is_patient_x_and_what_was_decided_last_in_three_gestures(journey: Journey) -> None:
    """From the login page: the password, the letters of the name, one click."""
    rachid = encounter(unit=journey.hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Agitation")
    place(rachid, journey.hospitals.place("SAS"), journey.hospitals.place("BOX-2"))
    request(rachid, "psychiatry", unit=journey.hospitals.emp)
    request(rachid, "psychiatry", "running")
    for _ in range(3):
        encounter(unit=journey.hospitals.sau)
    claire = journey.stranger()
    claire.opens("/login").types("Adresse", claire.character.email).types("Mot de passe", "osmose")
    claire.clicks("button", "Se connecter").is_at("/pec/")
    claire.presses("/")
    claire.page.keyboard.type("abell")
    claire.sees("ABELLANOSA Rachid", "Box 2")
    claire.clicks("link", "ABELLANOSA Rachid").sees("PEC psy en cours", "SAS")
