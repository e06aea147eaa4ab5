"""The favourite medicines of a unit, set by an administrator."""

from decimal import Decimal
from typing import Any

import pytest

from osmose.handover.models import FavouriteMedicine
from osmose.handover.queries import favourites_of
from tests.cast import Character, Hospitals
from tests.encounters.administration import HOME, Desk, text
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
FAVOURITES = f"{HOME}medicaments-favoris/"


@pytest.fixture
def desk(paul: Character) -> Desk:
    return Desk(paul)


def add(desk: Desk, hospitals: Hospitals, **typed: Any) -> Any:
    known = {"care_unit": str(hospitals.sau.pk), "label": "Loxapine", "usual_dose": "50", "dose_unit": "mg"}
    return desk.type(f"{FAVOURITES}nouveau/", **{**known, "route": "im", "is_sedation": "on", "order": "10", **typed})


def test_a_favourite_is_added_changed_and_retired(desk: Desk, hospitals: Hospitals) -> None:
    assert add(desk, hospitals).status_code == 302
    made = FavouriteMedicine.objects.get()
    assert (made.usual_dose, made.is_sedation) == (Decimal(50), True)
    assert "Loxapine 50\u00a0mg, IM" in desk.get(FAVOURITES)
    assert desk.type(f"{FAVOURITES}{made.pk}/", usual_dose="25").status_code == 302
    assert favourites_of([hospitals.sau.pk])[0].usual_dose == Decimal(25)
    assert not favourites_of([hospitals.emp.pk])


def test_what_is_wrong_is_said_on_its_field(desk: Desk, hospitals: Hospitals) -> None:
    assert "en quelle unité" in text(add(desk, hospitals, dose_unit=""), 422)
    assert "plus grand que zéro" in text(add(desk, hospitals, usual_dose="-1"), 422)
    add(desk, hospitals)
    assert "déjà favori" in text(add(desk, hospitals), 409)


def test_nobody_else_sets_them(claire: Character, hospitals: Hospitals) -> None:
    client = StrictClient()
    client.force_login(claire.user)
    assert client.get(FAVOURITES).status_code == 404
