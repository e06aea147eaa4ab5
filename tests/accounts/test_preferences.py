"""What one chooses for oneself: the unit one works for, and the theme."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.cast import Character, Hospitals

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]


def test_the_acting_unit_is_chosen_among_one_s_own(samia: Character, hospitals: Hospitals) -> None:
    client = samia.client()
    assert "| SAU |" in client.get("/qui/").content.decode()
    answer = client.post("/compte/unite/", {"unit": hospitals.uhcd.pk, "next": "/qui/"})
    assert (answer.status_code, answer["Location"]) == (302, "/qui/")
    assert "| UHCD | manager |" in client.get("/qui/").content.decode()


def test_another_unit_is_refused_whether_it_exists_or_not(claire: Character, hospitals: Hospitals) -> None:
    client = claire.client()
    pages = []
    for unit in (hospitals.narbonne_sau.pk, uuid4(), "rien", ""):
        answer = client.post("/compte/unite/", {"unit": unit})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Choisissez une de vos unités." in page
        pages.append(page.replace(str(unit), "") if unit else page)
    assert "| SAU |" in client.get("/qui/").content.decode()


def test_the_acting_unit_of_a_left_unit_falls_back(samia: Character, hospitals: Hospitals) -> None:
    client = samia.client()
    client.post("/compte/unite/", {"unit": hospitals.uhcd.pk})
    samia.leaves(hospitals.uhcd)
    assert "| SAU |" in client.get("/qui/").content.decode()


def test_choosing_a_unit_is_not_for_strangers_nor_by_get(claire: Character, hospitals: Hospitals) -> None:
    assert Client().post("/compte/unite/", {"unit": hospitals.sau.pk})["Location"] == "/login"
    assert claire.client().get("/compte/unite/").status_code == 405


@pytest.mark.parametrize("theme", ["light", "night", "auto"])
def test_the_theme_is_kept_by_the_browser(theme: str) -> None:
    answer = Client().post("/compte/theme/", {"theme": theme, "next": "/login"})
    assert (answer.status_code, answer["Location"]) == (302, "/login")
    assert answer.cookies["theme"].value == theme
    assert answer.cookies["theme"]["samesite"] == "Lax"


def test_an_unknown_theme_changes_nothing_and_a_return_elsewhere_goes_home() -> None:
    answer = Client().post("/compte/theme/", {"theme": '"><script>', "next": "/login"})
    assert "theme" not in answer.cookies
    assert answer["Location"] == "/login"
    answer = Client().post("/compte/theme/", {"theme": "night", "next": "https://ailleurs.example"})
    assert answer["Location"] == "/pec/"
    assert Client().get("/compte/theme/").status_code == 405


def test_each_lands_where_they_work(claire: Character, paul: Character, denis: Character) -> None:
    assert claire.client().get("/")["Location"] == "/pec/"
    for somebody, where in ((paul, "/administration/"), (denis, "/erreurs-de-dossier/")):
        client = somebody.client()
        assert client.get("/")["Location"] == where
        page = client.get("/compte/").content.decode()
        assert somebody.name in page
        assert "Ne voit aucun contenu clinique" in page or "Contrôle le respect des droits" in page
