"""A patient comes for the fourth time: what is to be known is on one screen; two people correct it and lose nothing."""

from typing import Any

import pytest

from osmose.encounters.models import Encounter
from tests.journeys.people import Journey
from tests.journeys.visits import CONCLUSION, MEANWHILE, TO_DO, fourth_visit, three_visits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fourth(journey: Journey) -> Encounter:
    return fourth_visit(journey.hospitals, three_visits(journey.hospitals))


def _bottom(found: Any) -> float:
    box = found.bounding_box()
    return float(box["y"] + box["height"])


def in_sight(person: Any, *texts: str) -> None:
    """Each text stands on the screen as it is, without scrolling."""
    height = person.page.viewport_size["height"]
    for text in texts:
        found = person.page.locator(".known").get_by_text(text).filter(visible=True).first
        found.wait_for()
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
    claire.page.locator("#instructions").get_by_text("Appeler le CMP").wait_for()
    phone = journey.person("claire", size="phone", theme="night").opens(f"/pec/{fourth.pk}/consignes/")
    phone.sees("Conduite à tenir").is_accessible()


def test_what_was_typed_is_not_left_behind_by_a_click(journey: Journey, fourth: Encounter) -> None:
    claire = journey.claire.opens(f"/pec/{fourth.pk}/").clicks("link", "Corriger\u202f: Conduite à tenir")
    claire.sees("Enregistrer la correction").page.get_by_label("À faire").press_sequentially("Rappeler. ")
    asked: list[str] = []
    claire.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    claire.clicks("link", "Toutes les consignes").sees("Enregistrer la correction")
    assert asked == ["beforeunload"]
    # What is saved is left without a question.
    claire.clicks("button", "Enregistrer la correction").is_at(f"/pec/{fourth.pk}/").sees("Rappeler.")
