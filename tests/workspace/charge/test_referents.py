"""Who is in charge, or that nobody is: on the row, on the page, in one click, for « mes patients »."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter, request
from tests.factories.sectors import assign, in_charge
from tests.workspace.board.reading import board
from tests.workspace.patient_page.posts import page, post

pytestmark = pytest.mark.django_db
SAID = "sans référent"


def test_that_nobody_is_in_charge_is_said_on_the_row_and_on_the_page(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    assert SAID in board(claire.client(), "portee=actives").words_of(pec)
    assert SAID in page(claire, pec)
    assign(claire, pec)
    assert SAID not in board(claire.client(), "portee=actives").words_of(pec)
    assert SAID not in page(claire, pec)


def test_one_click_makes_it_mine_and_my_patients_means_these(claire: Character, hospitals: Hospitals) -> None:
    mine, other = encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    assert 'value="ide:' in page(claire, mine)
    assert post(claire, mine, "referents", wanted=f"ide:{claire.id}", revision=0).status_code == 302
    assert in_charge(mine) == "Morel"
    shown = board(claire.client(), "portee=actives&mes=1")
    assert mine in shown
    assert other not in shown


def test_the_dialog_asks_for_the_staff_of_every_unit_at_once(claire: Character, hospitals: Hospitals) -> None:
    alone, shared = encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    request(shared, "psychiatry", unit=hospitals.emp)

    def cost(path: str) -> int:
        client = claire.client()
        client.get("/pec/?portee=actives")
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        assert "IDE Inès Petit" in html.unescape(answer.content.decode())
        return len(captured)

    assert cost(f"/pec/{shared.pk}/referents/") == cost(f"/pec/{alone.pk}/referents/")
