"""What comes after psychiatry on a row: never a blank."""

import pytest

from osmose.encounters.lifecycle.tracking import Decision, Outlook
from osmose.encounters.models import Encounter
from osmose.patients.models import Patient
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, current, note
from tests.factories.encounters import changing, encounter, exited, request
from tests.strict import StrictClient
from tests.workspace.board.reading import board

pytestmark = pytest.mark.django_db
DENSITIES = ("vue=tableau", "vue=fiches")


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau)


def seen_by_psychiatry(pec: Encounter, hospitals: Hospitals) -> None:
    request(pec, "psychiatry", unit=hospitals.emp)
    request(pec, "psychiatry", "running")
    request(pec, "psychiatry", "done")


@pytest.mark.parametrize("density", DENSITIES)
def test_once_psychiatry_is_over_the_decision_is_awaited_then_said(
    browser: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter, density: str
) -> None:
    request(pec, "psychiatry", unit=hospitals.emp)
    assert "Décision attendue" not in board(browser, density).words_of(pec)
    request(pec, "psychiatry", "running")
    request(pec, "psychiatry", "done")
    seen = board(browser, density)
    assert "Décision attendue" in seen.words_of(pec)
    assert current(pec, "psychiatry").changed_at.strftime("%Y-%m-%dT%H:%M") in seen.row(pec)
    note(claire, pec, "decision", Decision(Outlook.VOLUNTARY, "CH Thuir"))
    words = board(browser, density).words_of(pec)
    assert "Décision attendue" not in words
    assert "CH Thuir, soins libres" in words


def test_whoever_has_left_waits_for_no_decision(browser: StrictClient, hospitals: Hospitals, pec: Encounter) -> None:
    seen_by_psychiatry(pec, hospitals)
    exited(pec)
    assert "Décision attendue" not in board(browser, "portee=ouvertes").words_of(pec)


@pytest.mark.parametrize("density", DENSITIES)
def test_a_bed_is_awaited_since_it_was_asked_and_then_says_where(
    browser: StrictClient, claire: Character, pec: Encounter, density: str
) -> None:
    asked = ask(claire, pec, "bed")
    seen = board(browser, density)
    assert "Lit attendu" in seen.row(pec)
    assert asked.changed_at.strftime("%Y-%m-%dT%H:%M") in seen.row(pec)
    ask(claire, pec, "bed", "given")
    claire.client().post(f"/pec/{pec.pk}/demandes/note/", {"kind": "bed", "note": "Gériatrie, lit 12"})
    seen = board(browser, density)
    assert "Lit obtenu" in seen.words_of(pec)
    assert "Lit obtenu · Gériatrie, lit 12" in seen.row(pec)
    ask(claire, pec, "bed", "freed")
    assert "Lit" not in board(browser, density).words_of(pec).split()


def test_the_decision_comes_before_the_bed_the_transport_and_the_rest(
    browser: StrictClient, claire: Character, pec: Encounter
) -> None:
    note(claire, pec, "decision", Decision(Outlook.SHORT_STAY))
    for kind in ("box", "transport", "bed"):
        ask(claire, pec, kind)
    row = board(browser).row(pec)
    said = ("Décision\u202f: UHCD", "Lit attendu", "Transport demandé", "Box demandé")
    positions = [row.index(words) for words in said]
    assert positions == sorted(positions)


def test_of_somebody_protected_only_the_choice_is_said(
    browser: StrictClient, claire: Character, pec: Encounter
) -> None:
    note(claire, pec, "decision", Decision(Outlook.WARD, "Gériatrie", "Dr Roux", "Fille prévenue"))
    with changing(pec):
        Patient.objects.filter(pk=pec.patient_id).update(is_protected=True)
    row = board(browser).row(pec)
    assert "Service" in row
    for typed in ("Gériatrie", "Roux", "Fille"):
        assert typed not in row


def test_a_partner_without_the_requests_is_not_told_that_psychiatry_is_over(
    at_thuir: StrictClient, hospitals: Hospitals, pec: Encounter
) -> None:
    type(hospitals.agreement).objects.filter(pk=hospitals.agreement.pk).update(categories=["tracking", "identity"])
    seen_by_psychiatry(pec, hospitals)
    assert "Décision attendue" not in board(at_thuir).words_of(pec)
