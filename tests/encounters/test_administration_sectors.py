"""Sectors in the administration: added from the unit's places, renamed, ended while somebody holds them."""

import pytest

from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import SectorDuty
from osmose.kernel.events import timeline
from osmose.organisations.models import CareUnit, Sector
from tests.cast import Character, Hospitals
from tests.encounters.administration import HOME, UNITS, Desk, cells, text
from tests.factories.encounters import encounter
from tests.factories.sectors import in_charge, sector, take

pytestmark = pytest.mark.django_db
SECTORS = f"{HOME}secteurs/"


@pytest.fixture
def desk(paul: Character, hospitals: Hospitals) -> Desk:
    return Desk(paul)


def test_a_sector_is_added_and_offered_at_once(desk: Desk, claire: Character, hospitals: Hospitals) -> None:
    places = [str(hospitals.place(code).pk) for code in ("BOX-1", "BOX-2")]
    answer = desk.type(
        f"{SECTORS}nouveau/", care_unit=str(hospitals.sau.pk), name="Box 1 et 2", locations=places, order="0"
    )
    assert answer.status_code == 302
    added = Sector.objects.get()
    assert {place.code for place in added.locations.all()} == {"BOX-1", "BOX-2"}
    assert [entry.sentence for entry in timeline.of(added.pk)] == ["Secteur ajouté\u202f: Box 1 et 2 (SAU)"]
    assert "Box 1 et 2" in text(claire.client().get("/pec/secteurs/"))
    assert "Box 1 et 2" in desk.get(SECTORS)


def test_places_of_another_unit_or_hospital_are_refused(desk: Desk, hospitals: Hospitals) -> None:
    wanted = {"care_unit": str(hospitals.sau.pk), "name": "Mélange", "order": "0"}
    elsewhere = str(hospitals.place("UHCD", hospitals.uhcd).pk)
    page = cells(text(desk.type(f"{SECTORS}nouveau/", **wanted, locations=[elsewhere]), 422))
    assert "cette unité seulement" in page
    abroad = str(hospitals.place("BOX-1", hospitals.narbonne_sau).pk)
    assert "vos unités" in cells(text(desk.type(f"{SECTORS}nouveau/", **wanted, locations=[abroad]), 422))
    assert "au moins une" in cells(text(desk.type(f"{SECTORS}nouveau/", **wanted), 422))
    assert not Sector.objects.exists()


def test_two_sectors_of_a_unit_have_two_names(desk: Desk, hospitals: Hospitals) -> None:
    sector(hospitals.sau, "Box 1", "BOX-1")
    box = str(hospitals.place("BOX-2").pk)
    answer = desk.type(f"{SECTORS}nouveau/", care_unit=str(hospitals.sau.pk), name="Box 1", locations=[box], order="0")
    assert "porte déjà ce nom" in cells(text(answer, 409))


def test_its_places_change_while_it_is_held(desk: Desk, claire: Character, hospitals: Hospitals) -> None:
    held = sector(hospitals.sau, "Box 1", "BOX-1")
    take(claire, held)
    places = [str(hospitals.place(code).pk) for code in ("BOX-1", "BOX-3")]
    assert desk.type(f"{SECTORS}{held.pk}/", locations=places).status_code == 302
    assert SectorDuty.objects.filter(sector=held, ends_at=None, user=claire.id).exists()


def test_ending_a_sector_says_who_holds_it_and_takes_no_patient_from_them(
    desk: Desk, claire: Character, hospitals: Hospitals
) -> None:
    held = sector(hospitals.sau, "Box 1", "BOX-1")
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    take(claire, held)
    assert "Tenu en ce moment par IDE Claire Morel." in cells(desk.get(f"{SECTORS}{held.pk}/retirer/"))
    assert desk.ends(f"{SECTORS}{held.pk}/").status_code == 302
    assert not SectorDuty.objects.filter(sector=held, ends_at=None).exists()
    assert in_charge(pec, Referent.NURSE) == "Morel"
    assert "Box 1" not in text(claire.client().get("/pec/secteurs/"))
    assert desk.restores(f"{SECTORS}{held.pk}/").status_code == 302
    assert "Box 1" in text(claire.client().get("/pec/secteurs/"))


def test_the_delay_of_a_relais_is_set_by_unit(desk: Desk, hospitals: Hospitals) -> None:
    path = f"{UNITS}{hospitals.sau.pk}/"
    assert "De 1 à 240" in cells(text(desk.type(path, relay_minutes="0"), 422))
    assert desk.type(path, relay_minutes="20").status_code == 302
    assert CareUnit.objects.get(pk=hospitals.sau.pk).relay_minutes == 20


def test_how_long_an_urgent_note_waits_for_a_reader_is_set_by_unit(desk: Desk, hospitals: Hospitals) -> None:
    path = f"{UNITS}{hospitals.sau.pk}/"
    assert "transmission urgente relancée après" in desk.get(path).lower()
    for wrong in ("0", "121", "-1"):
        page = text(desk.type(path, unread_minutes=wrong), 422)
        assert "De 1 à 120 minutes" in cells(page) or "supérieure ou égale" in page, wrong
    assert desk.type(path, unread_minutes="4").status_code == 302
    assert CareUnit.objects.get(pk=hospitals.sau.pk).unread_minutes == 4
