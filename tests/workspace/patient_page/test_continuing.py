"""« Poursuivre à UHCD » in the dialog of the exit."""

import re

import pytest

from osmose.encounters.lifecycle.tracking import Decision, Outlook
from osmose.encounters.models import Encounter
from tests.cast import Character, Hospitals
from tests.encounters.clicks import note
from tests.factories.encounters import encounter, exited, request
from tests.workspace.patient_page.posts import HTMX, page, post, revision_of, said

pytestmark = pytest.mark.django_db
OFFER = "Poursuivre à UHCD"


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    made = encounter(unit=hospitals.sau)
    request(made, "psychiatry", unit=hospitals.emp)
    return made


def dialog(who: Character, pec: Encounter) -> str:
    answer = who.client().get(f"/pec/{pec.pk}/sortie/", headers=HTMX)
    assert answer.status_code == 200
    return said(answer)


def test_the_exit_with_psychiatry_pending_offers_to_go_on_and_says_why(claire: Character, pec: Encounter) -> None:
    shown = dialog(claire, pec)
    assert OFFER in shown
    assert "PEC psy demandée\u202f: la prise en charge continue" in shown
    assert "Enregistrer la sortie" in shown, "one may still leave for good"


def test_nothing_is_offered_once_psychiatry_is_over_unless_a_bed_of_the_house_is_decided(
    claire: Character, pec: Encounter
) -> None:
    request(pec, "psychiatry", "running")
    request(pec, "psychiatry", "done")
    assert OFFER not in dialog(claire, pec)
    note(claire, pec, "decision", Decision(Outlook.SHORT_STAY))
    shown = dialog(claire, pec)
    assert OFFER in shown
    assert "Décision UHCD\u202f: la prise en charge continue" in shown


def test_the_partner_who_was_asked_is_offered_no_move(martin: Character, hospitals: Hospitals, pec: Encounter) -> None:
    assert OFFER not in dialog(martin, pec)
    assert post(martin, pec, "poursuivre", unit=str(hospitals.uhcd.pk)).status_code == 404


def test_one_click_goes_on_and_the_page_says_where(claire: Character, hospitals: Hospitals, pec: Encounter) -> None:
    (offered,) = re.findall(r'name="unit" value="([0-9a-f-]{36})"', dialog(claire, pec))
    assert offered == str(hospitals.uhcd.pk)
    assert post(claire, pec, "poursuivre", unit=offered, revision=0).status_code == 302
    shown = page(claire, pec)
    assert "Prise en charge poursuivie\u202f: UHCD" in shown
    assert "Chambre 1, lit 1" in shown, "the beds of the ward are offered"
    assert "Annuler" in shown


def test_a_dialog_that_is_late_says_who_was_faster(
    claire: Character, hugo: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    seen = revision_of(pec, "care_unit")
    post(hugo, pec, "poursuivre", unit=str(hospitals.uhcd.pk), revision=seen)
    late = post(claire, pec, "sortie", htmx=True, exit_mode="8", unit_revision=seen)
    assert late.status_code == 409
    assert f"{hugo.name}" in said(late)
    assert "UHCD" in said(late)
    again = post(claire, pec, "poursuivre", htmx=True, unit=str(hospitals.uhcd.pk), revision=seen)
    assert again.status_code == 200, "already there: the page as it is"


@pytest.mark.parametrize("unit", ["", "lune", "00000000-0000-0000-0000-000000000000"])
def test_a_unit_that_is_none_is_refused_in_the_dialog(claire: Character, pec: Encounter, unit: str) -> None:
    for htmx in (True, False):
        answer = post(claire, pec, "poursuivre", htmx=htmx, unit=unit)
        assert answer.status_code == 422
        assert "unité" in said(answer)
        assert OFFER in said(answer)


def test_whoever_left_meanwhile_does_not_go_on(claire: Character, hospitals: Hospitals, pec: Encounter) -> None:
    exited(pec)
    answer = post(claire, pec, "poursuivre", htmx=True, unit=str(hospitals.uhcd.pk))
    assert answer.status_code == 409
    assert "La sortie est déjà enregistrée" in said(answer)
    pec.refresh_from_db()
    assert pec.care_unit_id == hospitals.sau.pk
