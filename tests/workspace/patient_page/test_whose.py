"""Whose record it is stands on every page about a patient, also on those that are dialogs where scripts run."""

import pytest

from osmose.organisations.models import SharingAgreement
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter, place, request
from tests.factories.patients import a_patient
from tests.workspace.patient_page.posts import HTMX, post, said

pytestmark = pytest.mark.django_db

BAND = 'aria-label="Identité du patient"'
PAGES = ("passages", "referents", "entretiens", "sortie", "reouverture", "appel", "transmissions/forme", "consignes")


@pytest.mark.parametrize("route", PAGES)
def test_a_page_of_its_own_says_whose_record_it_is(claire: Character, hospitals: Hospitals, route: str) -> None:
    patient = a_patient(hospitals.perpignan, birth_name="ABELLANOSA", first_name="RACHID")
    pec = encounter(unit=hospitals.sau, patient=patient)
    shown = said(claire.client().get(f"/pec/{pec.pk}/{route}/"))
    assert BAND in shown
    assert "ABELLANOSA Rachid" in shown
    assert shown.count("<h1") == 1
    dialog = said(claire.client().get(f"/pec/{pec.pk}/{route}/", headers=HTMX))
    assert route == "consignes" or BAND not in dialog


def test_a_refused_exit_says_whose_it_is_and_why_once(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    place(pec, None)
    answer = post(claire, pec, "sortie", revision=9)
    assert answer.status_code == 409
    assert BAND in said(answer)
    assert said(answer).count("Vérifiez, puis envoyez de nouveau") == 1


def test_a_partner_to_whom_the_identity_is_not_shared_reads_no_name(martin: Character, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan, birth_name="ABELLANOSA", first_name="RACHID")
    pec = encounter(unit=hospitals.sau, patient=patient)
    SharingAgreement.objects.filter(pk=hospitals.agreement.pk).update(categories=["tracking", "requests"])
    request(pec, "psychiatry", unit=hospitals.emp)
    shown = said(martin.client().get(f"/pec/{pec.pk}/passages/"))
    assert BAND in shown
    assert "ABELLANOSA" not in shown
