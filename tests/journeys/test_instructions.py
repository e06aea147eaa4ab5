"""A patient comes for the fourth time: what is to be known is on one screen; two people correct it and lose nothing."""

from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.patients.rules.instructions import InstructionKind
from tests.cast import ACCOUNTS, Character
from tests.encounters.clicks import click
from tests.factories.encounters import encounter, exited, request
from tests.factories.instructions import a_draft, an_instruction
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)
TO_DO = "Orienter vers l’assistante sociale, appeler le CMP référent"
MEANWHILE = "Place près de l’accueil, une boisson chaude"
CONCLUSION = "Pas de décompensation, besoin social authentique"


@pytest.fixture
def fourth(journey: Journey) -> Encounter:
    """Three visits in six days, all closed; at the second, psychiatry concluded; at the third, a nurse left word."""
    users = journey.hospitals.users
    claire, martin = (Character(users[ACCOUNTS[name]]) for name in ("claire", "martin"))
    patient, now = None, clock.now()
    for number, days in enumerate((6, 4, 2)):
        pec = encounter(
            unit=journey.hospitals.sau,
            motif="Demande d’ordre social",
            arrived_at=now - timedelta(days=days),
            **({"patient": patient} if patient else {"birth_name": "PERALTOU", "first_name": "ALINE"}),
        )
        patient = pec.patient
        if number == 1:
            request(pec, "psychiatry", unit=journey.hospitals.emp)
            click(actions.start_intervention, martin, pec, kind="psychiatry", professionals=[])
            interview = pec.requests.get(is_current=True, kind__code="psychiatry").interventions.get()
            click(actions.end_intervention, martin, pec, intervention_id=interview.pk, conclusion=CONCLUSION)
        if number == 2:
            an_instruction(claire, pec, a_draft(InstructionKind.CONDUCT, text=TO_DO, meanwhile=MEANWHILE))
        exited(pec)
        click(actions.close_encounter, claire, pec)
    return encounter(unit=journey.hospitals.sau, patient=patient, motif="Demande sociale, expulsion", arrived_at=now)


def _bottom(found: Any) -> float:
    box = found.bounding_box()
    return float(box["y"] + box["height"])


def in_sight(person: Any, *texts: str) -> None:
    """Each text stands on the screen as it is, without scrolling."""
    height = person.page.viewport_size["height"]
    for text in texts:
        found = person.page.locator(".known").get_by_text(text).filter(visible=True).first
        found.wait_for(timeout=8000)
        assert _bottom(found) <= height, f"{text!r} is below the screen"


def test_one_click_from_the_board_says_the_four_visits_and_what_to_do_meanwhile(
    journey: Journey, fourth: Encounter
) -> None:
    ines = journey.ines.opens("/pec/").sees("PERALTOU Aline")
    # The only interaction.
    ines.page.get_by_role("link", name="PERALTOU Aline").first.click()
    ines.is_at(f"/pec/{fourth.pk}/")
    in_sight(ines, TO_DO, MEANWHILE, "4 passages", "Celui-ci", CONCLUSION)
    visits = ines.page.locator("#passages-body .passage")
    assert visits.count() == 4
    assert _bottom(visits.last) <= ines.page.viewport_size["height"]
    ines.is_shown("patient-connu")


def test_two_people_correct_one_instruction_and_both_texts_stay(journey: Journey, fourth: Encounter) -> None:
    claire, hugo = (person.opens(f"/pec/{fourth.pk}/").sees(TO_DO) for person in (journey.claire, journey.hugo))
    for person in (claire, hugo):
        person.clicks("link", "Corriger\u202f: Conduite à tenir").sees("Enregistrer la correction")
    claire.types("À faire", "Appeler sa sœur").clicks("button", "Enregistrer la correction").is_at(
        f"/pec/{fourth.pk}/"
    ).sees("Appeler sa sœur")
    hugo.types("À faire", "Appeler le CMP").expects(409).clicks("button", "Enregistrer la correction")
    hugo.sees("Rien n’est encore enregistré", "Appeler sa sœur").is_accessible()
    hugo.clicks("button", "Enregistrer la correction").is_at(f"/pec/{fourth.pk}/")
    hugo.sees("Appeler sa sœur", "Appeler le CMP").is_accessible()
    # The other page learns it by itself.
    claire.page.locator("#instructions").get_by_text("Appeler le CMP").wait_for(timeout=8000)
    phone = journey.person("claire", size="phone", theme="night").opens(f"/pec/{fourth.pk}/consignes/")
    phone.sees("Conduite à tenir").is_accessible()
