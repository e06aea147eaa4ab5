"""Ending a unit or a place: nothing is deleted, patients are counted and never named, and who is there stays there."""

from typing import Any

import pytest

from osmose.encounters.queries import places_of
from osmose.kernel.events import timeline
from osmose.organisations.models import CareUnit, Location
from tests.cast import Character, Hospitals
from tests.encounters.administration import LOCATIONS, UNITS, Desk, text
from tests.factories import encounters

pytestmark = pytest.mark.django_db
NAME = "ABELLANOSA"


@pytest.fixture
def desk(paul: Character) -> Desk:
    return Desk(paul)


@pytest.fixture
def box(hospitals: Hospitals) -> Location:
    return hospitals.place("BOX-3")


@pytest.fixture
def pec(hospitals: Hospitals, box: Location) -> Any:
    return encounters.encounter(unit=hospitals.sau, birth_name=NAME, location=hospitals.place("SAU"), box=box)


def test_a_place_in_use_is_ended_only_when_that_is_confirmed(desk: Desk, box: Location, pec: Any) -> None:
    path = f"{LOCATIONS}{box.pk}/"
    page = desk.get(f"{path}retirer/")
    assert "Le patient qui s’y trouve y reste" in page
    assert NAME not in page
    refused = text(desk.ends(path), 409)
    assert "Un patient s’y trouve en ce moment" in refused
    assert NAME not in refused
    box.refresh_from_db()
    assert box.ended_at is None
    assert desk.ends(path, confirm="1").status_code == 302
    box.refresh_from_db()
    assert box.ended_at is not None
    assert timeline.of(box.pk)[0].sentence == "Localisation retirée\u202f: Box 3 (SAU)"


def test_who_is_in_an_ended_place_is_shown_there_as_closed(
    desk: Desk, claire: Character, hospitals: Hospitals, box: Location, pec: Any
) -> None:
    desk.ends(f"{LOCATIONS}{box.pk}/", confirm="1")
    assert "Box 3 (fermé)" in text(claire.client().get("/pec/"))
    page = text(claire.client().get(f"/pec/{pec.pk}/"))
    assert "SAU · Box 3 (fermé)" in page
    offered = {place.label for place in places_of([hospitals.sau.pk], but=pec.pk, with_occupancy=True)}
    assert "Box 3 (fermé)" in offered
    other = encounters.encounter(unit=hospitals.sau)
    offered = {place.label for place in places_of([hospitals.sau.pk], but=other.pk, with_occupancy=True)}
    assert not {"Box 3", "Box 3 (fermé)"} & offered
    box.refresh_from_db()
    assert box.label == "Box 3"


def test_an_ended_place_cannot_be_chosen_any_more(
    desk: Desk, claire: Character, hospitals: Hospitals, box: Location
) -> None:
    pec = encounters.encounter(unit=hospitals.sau, location=hospitals.place("SAU"))
    desk.ends(f"{LOCATIONS}{box.pk}/")
    wanted = f"{hospitals.place('SAU').pk}|{box.pk}"
    answer = claire.client().post(f"/pec/{pec.pk}/lieu/?revision=1", {"place": wanted})
    assert answer.status_code in (409, 422)


def test_an_empty_zone_is_ended_at_once_and_restored(desk: Desk, hospitals: Hospitals) -> None:
    zone = hospitals.place("SAS")
    path = f"{LOCATIONS}{zone.pk}/"
    assert "Aucun patient ne s’y trouve" in desk.get(f"{path}retirer/")
    assert desk.ends(path).status_code == 302
    assert "Hors service" in desk.get(path)
    assert desk.ends(path).status_code == 302  # already so: shown again, nothing written
    desk.restores(path)
    zone.refresh_from_db()
    assert zone.ended_at is None
    assert [line.sentence.split("\u202f")[0] for line in timeline.of(zone.pk)] == [
        "Localisation remise en service",
        "Localisation retirée",
    ]


def test_a_place_whose_code_was_taken_is_not_restored(desk: Desk, hospitals: Hospitals, box: Location) -> None:
    desk.ends(f"{LOCATIONS}{box.pk}/")
    Location.objects.create(care_unit=hospitals.sau, code=box.code, label="Nouveau box 3", is_box=True)
    assert "porte déjà ce code" in text(desk.restores(f"{LOCATIONS}{box.pk}/"), 409)


def test_a_unit_with_patients_does_not_close(desk: Desk, hospitals: Hospitals, pec: Any) -> None:
    path = f"{UNITS}{hospitals.sau.pk}/"
    page = desk.get(f"{path}retirer/")
    assert "Une prise en charge non clôturée dépend encore" in page
    assert NAME not in page
    assert "dépend encore" in text(desk.ends(path, confirm="1"), 409)
    assert CareUnit.objects.get(pk=hospitals.sau.pk).ended_on is None


def test_a_unit_that_is_still_asked_for_does_not_close(desk: Desk, hospitals: Hospitals, pec: Any) -> None:
    encounters.request(pec, "psychiatry", unit=hospitals.emp)
    assert "dépend encore" in text(desk.ends(f"{UNITS}{hospitals.emp.pk}/"), 409)
    encounters.request(pec, "psychiatry", "running", unit=hospitals.emp)
    encounters.request(pec, "psychiatry", "done", unit=hospitals.emp)
    assert desk.ends(f"{UNITS}{hospitals.emp.pk}/").status_code == 302


def test_an_empty_unit_closes_and_reopens(desk: Desk, hospitals: Hospitals) -> None:
    path = f"{UNITS}{hospitals.uhcd.pk}/"
    assert desk.ends(path).status_code == 302
    assert CareUnit.objects.get(pk=hospitals.uhcd.pk).ended_on is not None
    assert "UHCD" not in desk.get(UNITS)
    assert "Rouvrir cette unité" in desk.get(path)
    desk.restores(path)
    assert CareUnit.objects.get(pk=hospitals.uhcd.pk).ended_on is None


def test_what_was_chosen_once_for_all_does_not_change(desk: Desk, hospitals: Hospitals, box: Location) -> None:
    desk.type(f"{LOCATIONS}{box.pk}/", code="BOX-77", is_box="", care_unit=str(hospitals.ped.pk), label="Box trois")
    box.refresh_from_db()
    assert (box.code, box.is_box, box.care_unit_id, box.label) == ("BOX-3", True, hospitals.sau.pk, "Box trois")
