"""The decision on the page: a click, a form, the band, and the bed that no longer serves."""

import re

import pytest

from osmose.encounters.lifecycle.tracking import Decision, Outlook
from osmose.encounters.models import Encounter
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, note, noted
from tests.factories.encounters import encounter, request
from tests.workspace.patient_page.posts import page, post, pressed, revision_of, said

pytestmark = pytest.mark.django_db
WARNING = "le lit obtenu l’était pour «\u202fPsychiatrie, soins libres\u202f»"


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau)


def typed(text: str, name: str) -> str:
    found = re.search(rf'<input[^>]*id="decision-{name}"[^>]*>', text)
    assert found, name
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def test_one_click_decides_and_the_rest_is_typed(claire: Character, pec: Encounter) -> None:
    assert pressed(page(claire, pec), "Décision") == ["Rien n’est décidé –"]
    assert post(claire, pec, "suivi", wanted="decision:psy-libre").status_code == 302
    fields = {"field": "decision", "where": " CH Thuir ", "decided_by": "Dr Lucie Roux", "text": "Famille prévenue"}
    assert post(claire, pec, "suivi", **fields, revision=1).status_code == 302
    shown = page(claire, pec)
    assert pressed(shown, "Décision") == ["Psychiatrie, soins libres"]
    assert "CH Thuir · décidée par Dr Lucie Roux · Famille prévenue" in shown
    assert 'title="Psychiatrie, soins libres (CH Thuir)">CH Thuir, soins libres<' in shown
    assert post(claire, pec, "suivi", wanted="decision:").status_code == 302
    assert noted(pec, "decision") is None


def test_a_physician_finds_their_own_name_in_the_form_and_a_nurse_does_not(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    post(claire, pec, "suivi", wanted="decision:domicile")
    assert typed(page(claire, pec), "by") == ""
    assert typed(page(hugo, pec), "by") == hugo.name


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"wanted": "decision:lune"}, "Ce choix n’existe pas."),
        ({"field": "decision", "where": "Gériatrie"}, "Choisissez d’abord la décision."),
        ({"field": "decision", "where": "x" * 81}, "Ce texte est trop long\u202f: 80 caractères au plus."),
        ({"field": "decision", "text": "x" * 301}, "Ce texte est trop long\u202f: 300 caractères au plus."),
    ],
)
def test_what_makes_no_sense_is_refused_on_its_line(
    claire: Character, pec: Encounter, fields: dict[str, str], sentence: str
) -> None:
    for htmx in (True, False):
        answer = post(claire, pec, "suivi", htmx=htmx, **fields)
        assert answer.status_code == 422
        assert sentence in said(answer)


def test_a_conflict_shows_both_decisions_and_joins_what_was_typed(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    post(claire, pec, "suivi", wanted="decision:service")
    seen = revision_of(pec, "decision")
    post(hugo, pec, "suivi", field="decision", where="Gériatrie", text="Isolement", revision=seen)
    mine = {"field": "decision", "where": "Gériatrie", "text": "Fille prévenue", "revision": seen}
    conflict = post(claire, pec, "suivi", htmx=True, **mine)
    assert conflict.status_code == 409
    assert "Service (Gériatrie) · Isolement" in said(conflict)
    again = {**mine, "keep": "both", "revision": seen + 1}
    assert post(claire, pec, "suivi", htmx=True, **again).status_code == 200
    assert noted(pec, "decision").text == "Isolement / Fille prévenue"


def test_a_bed_obtained_for_a_former_decision_is_said_until_somebody_frees_it(
    claire: Character, pec: Encounter
) -> None:
    note(claire, pec, "decision", Decision(Outlook.VOLUNTARY, "CH Thuir"))
    ask(claire, pec, "bed", "given")
    assert WARNING not in page(claire, pec)
    note(claire, pec, "decision", Decision(Outlook.VOLUNTARY, "CH Thuir", text="Signé"))
    assert WARNING not in page(claire, pec)
    note(claire, pec, "decision", Decision(Outlook.HOME))
    shown = page(claire, pec)
    assert WARNING in shown
    assert "Obtenu pour «\u202fPsychiatrie, soins libres\u202f»" in shown
    note(claire, pec, "decision", None)
    assert WARNING in page(claire, pec)
    ask(claire, pec, "bed", "freed")
    assert WARNING not in page(claire, pec)


def test_a_partner_without_the_requests_reads_the_decision_and_nothing_of_the_bed(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    type(hospitals.agreement).objects.filter(pk=hospitals.agreement.pk).update(categories=["tracking"])
    request(pec, "psychiatry", unit=hospitals.emp)
    note(claire, pec, "decision", Decision(Outlook.VOLUNTARY))
    ask(claire, pec, "bed", "given")
    note(claire, pec, "decision", Decision(Outlook.HOME))
    shown = page(martin, pec)
    assert pressed(shown, "Décision") == ["Retour à domicile"]
    assert "Lit d’aval" not in shown
    assert WARNING not in shown
