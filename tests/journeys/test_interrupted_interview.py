"""An interview with two professionals, interrupted and gone on with: each sees what the other does."""

import re
from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters.models import Encounter
from osmose.kernel.base import clock, french
from tests.factories.encounters import encounter, request
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


def row(person: Any, pec: Encounter) -> Any:
    return person.page.locator(f"#pec-{pec.pk} .row-psy")


def says(person: Any, pec: Encounter, *words: str) -> None:
    """Waits until the row says all of it, without a reload."""
    for word in words:
        row(person, pec).get_by_text(word).first.wait_for()


def line(person: Any) -> Any:
    return person.page.locator(".line", has=person.page.get_by_text("PEC psy", exact=True)).first


def test_an_interrupted_interview_with_two_professionals(journey: Journey) -> None:
    hospitals = journey.hospitals
    pec = encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Idées délirantes")
    request(pec, "psychiatry", unit=hospitals.emp)
    claire, martin, nadia = journey.claire, journey.martin, journey.nadia
    claire.opens("/pec/").sees("ABELLANOSA Rachid")
    says(claire, pec, "Demandée")

    # The team says about when it comes; then two of them are there, each on their own.
    martin.opens(f"/pec/{pec.pk}/").sees("Je commence")
    martin.page.get_by_text("Annoncer une heure").first.click()
    hour = french.time(clock.now() + timedelta(minutes=20))
    form = martin.page.locator('form[action$="/demandes/heure/"]').first
    form.get_by_label(re.compile("Heure annoncée")).fill(hour)
    form.get_by_role("button").click()
    martin.sees(f"vers {hour}")
    says(claire, pec, "Prise en compte", f"vers {hour}")
    martin.clicks("button", "Je commence")
    says(claire, pec, "En cours", "Martin D.")
    nadia.opens(f"/pec/{pec.pk}/").sees("IDE Martin Diaz").clicks("button", "Je commence")
    says(claire, pec, "Martin D., Nadia F.")
    martin.sees("Cadre Nadia Ferrand")

    # Both go; the row says who comes back, and when.
    back = french.time(clock.now() + timedelta(minutes=30))
    line(martin).locator("summary", has_text="Interrompre").first.click()
    pause = martin.page.locator('form[action$="/entretiens/interruption/"]').first
    pause.get_by_label(re.compile("Reprise prévue")).fill(back)
    pause.get_by_role("button", name="Examen ou soin").click()
    says(claire, pec, "En cours", f"reprise {back}")
    nadia.sees(f"reprise prévue à {back}")
    ends = nadia.page.locator("li.interview", has_text="Nadia Ferrand")
    ends.locator("summary", has_text="Terminer").click()
    ends.get_by_label(re.compile("Conclusion")).fill("Alliance possible, traitement accepté.")
    ends.get_by_role("button", name="Terminer l’entretien").click()
    says(claire, pec, "Interrompue", "Martin D.", f"reprise {back}")

    # He comes back and concludes; the physician of the SAU reads both.
    martin.sees("Alliance possible, traitement accepté.").clicks("button", "Reprendre")
    says(claire, pec, "En cours")
    mine = martin.page.locator("li.interview", has_text="Martin Diaz")
    mine.locator("summary", has_text="Terminer").click()
    mine.get_by_label(re.compile("Conclusion")).fill("Hospitalisation libre proposée.")
    martin.is_accessible()
    mine.get_by_role("button", name="Terminer l’entretien").click()
    says(claire, pec, "Terminée")
    claire.clicks("link", "ABELLANOSA Rachid")
    claire.sees("Alliance possible, traitement accepté.", "Hospitalisation libre proposée.")
    claire.is_accessible()


def test_the_page_of_an_interview_fits_every_screen(journey: Journey) -> None:
    hospitals = journey.hospitals
    pec = encounter(unit=hospitals.sau)
    request(pec, "psychiatry", unit=hospitals.emp)
    martin = journey.martin
    martin.opens(f"/pec/{pec.pk}/").clicks("button", "Je commence").sees("IDE Martin Diaz")
    line(martin).locator("summary", has_text="Interrompre").first.click()
    martin.is_accessible_everywhere()
    martin.opens("/pec/").sees("Martin D.").is_accessible_everywhere()
