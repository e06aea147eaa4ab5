"""The sectors' dialog: who holds what, taken in one click, the question before taking somebody's."""

import html
from typing import Any

import pytest

from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import SectorDuty
from osmose.kernel.audit.models import AccessEntry
from osmose.organisations.models import Sector
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter
from tests.factories.sectors import assign, in_charge, sector, take

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def post(who: Character, of: Sector, deed: str, *, htmx: bool = True, **fields: Any) -> Any:
    return who.client().post(f"/pec/secteurs/{of.pk}/{deed}/", fields, headers=HTMX if htmx else None)


def said(answer: Any) -> str:
    return " ".join(html.unescape(answer.content.decode()).split())


def test_it_says_who_holds_each_sector_and_how_many_patients_are_there(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1 à 2", "BOX-1", "BOX-2")
    sector(hospitals.sau, "Sas", "SAS", "SAU")
    encounter(unit=hospitals.sau, location=hospitals.place("SAU"), box=hospitals.place("BOX-1"))
    take(ines, boxes)
    page = said(claire.client().get("/pec/secteurs/"))
    assert "Box 1, Box 2 · 1 patient" in page
    assert "SAS, SAU · 0 patients" in page
    assert "IDE Inès Petit" in page


def test_one_click_takes_it_and_the_toast_undoes_it(claire: Character, hospitals: Hospitals) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    answer = post(claire, boxes, "prise", role="ide")
    assert answer.status_code == 200
    assert "Secteur Box 1 pris (IDE)" in said(answer)
    assert in_charge(pec) == "Morel"
    duty = SectorDuty.objects.get(sector=boxes)
    assert post(claire, boxes, "annulation", duty=str(duty.pk)).status_code == 200
    assert in_charge(pec) == ""


def test_one_that_somebody_holds_asks_and_offers_to_ask_for_the_relais(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    take(ines, boxes)
    answer = post(claire, boxes, "prise", role="ide")
    assert answer.status_code == 409
    question = said(answer)
    assert "Box 1 est tenu par IDE Inès Petit depuis" in question
    assert "Demander le relais" in question
    assert "Prendre quand même" in question
    assert post(claire, boxes, "relais", role="ide").status_code == 200
    assert in_charge(pec) == "Petit"
    assert post(claire, boxes, "prise", role="ide", confirm="1").status_code == 200
    assert in_charge(pec) == "Morel"


def test_it_works_without_scripts(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    assert post(claire, boxes, "prise", htmx=False, role="ide").headers["Location"] == "/pec/secteurs/"
    page = post(ines, boxes, "prise", htmx=False, role="ide")
    assert page.status_code == 409
    assert "<h1" in said(page)
    assert "Prendre quand même" in said(page)
    assert post(claire, boxes, "retour", htmx=False, role="ide").status_code == 302
    assert not SectorDuty.objects.filter(ends_at=None).exists()


def test_the_journal_names_every_patient_that_came_with_it(claire: Character, hospitals: Hospitals) -> None:
    boxes = sector(hospitals.sau, "Box 1 à 2", "BOX-1", "BOX-2")
    pecs = [encounter(unit=hospitals.sau, box=hospitals.place(f"BOX-{n}")) for n in (1, 2)]
    take(claire, boxes)
    line = AccessEntry.objects.get(door="encounters.sector_taken")
    assert set(line.subjects) == {pec.pk for pec in pecs}
    assert set(line.persons) == {pec.patient_id for pec in pecs}


@pytest.mark.parametrize("who", ["zoe", "martin", "paul", "denis"])
def test_a_stranger_gets_404(request: pytest.FixtureRequest, who: str, hospitals: Hospitals) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    assert post(request.getfixturevalue(who), boxes, "prise", role="ide").status_code == 404
    assert not SectorDuty.objects.exists()


def test_a_physician_is_offered_the_physician_s_role_first(hugo: Character, hospitals: Hospitals) -> None:
    sector(hospitals.sau, "Box 1", "BOX-1")
    page = said(hugo.client().get("/pec/secteurs/", headers=HTMX))
    assert page.index("Médecin") < page.index("IDE<")


def test_a_board_of_my_patients_means_those_of_my_sectors(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    mine = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    other = encounter(unit=hospitals.sau, box=hospitals.place("BOX-9"))
    assign(ines, other)
    take(claire, sector(hospitals.sau, "Box 1", "BOX-1"))
    page = said(claire.client().get("/pec/?mes=1"))
    assert str(mine.pk) in page
    assert str(other.pk) not in page


def test_the_dialog_costs_few_queries_whatever_the_sectors(
    claire: Character, hospitals: Hospitals, django_assert_max_num_queries: Any
) -> None:
    client = claire.client()
    for n in range(1, 9):
        take(claire, sector(hospitals.sau, f"Box {n}", f"BOX-{n}"), Referent.NURSE)
    with django_assert_max_num_queries(16):  # session, account, four of the sectors; transactions counted
        assert client.get("/pec/secteurs/", headers=HTMX).status_code == 200
