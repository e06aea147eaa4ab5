"""Searching before creating."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from osmose.accounts.models import Membership
from osmose.encounters.models import ModeOfArrival, Motif
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb
from osmose.kernel.base import clock
from osmose.organisations.models import CareUnit
from osmose.patients.models import Patient
from osmose.workspace.arrival import search
from tests.cast import Character, Hospitals
from tests.factories.patients import a_patient, ipp
from tests.workspace.arrival.conftest import PEC, Desk, desk_of

pytestmark = pytest.mark.django_db
BORN = date(1981, 3, 12)


def test_the_page_offers_the_search_and_the_unknown_patient(desk: Desk) -> None:
    page = desk.opens()
    assert "Rechercher le patient" in page
    assert "Patient inconnu" in page
    assert 'name="birth_date"' in page
    assert "autofocus" in page
    assert 'action="/pec/nouvelle/identite/"' not in page


@pytest.mark.parametrize("typed", ["12/03/1981", "12031981", "12 03 81", "12.3.1981", "03/12/1981"])
def test_a_birth_date_is_typed_freely_and_found_with_day_and_month_swapped(
    desk: Desk, hospitals: Hospitals, typed: str
) -> None:
    a_patient(hospitals.perpignan, birth_name="ABELLANOSA", first_name="RACHID", birth_date=BORN, used_name="")
    page = desk.searches(typed)
    assert "ABELLANOSA Rachid" in page
    assert "12/03/1981" in page
    assert "1 personne connue" in page


@pytest.mark.parametrize("letters", ["abe", "Abell", "rach", "ROUX"])
def test_three_letters_of_any_name_narrow_it(desk: Desk, hospitals: Hospitals, letters: str) -> None:
    a_patient(hospitals.perpignan, birth_name="ABELLANOSA", first_name="RACHID", birth_date=BORN, used_name="ROUX")
    a_patient(hospitals.perpignan, birth_name="ZIMMER", first_name="PAUL", birth_date=BORN, used_name="")
    page = desk.searches("12/03/1981", letters)
    assert "ABELLANOSA" in page
    assert "ZIMMER" not in page


def test_a_number_is_enough(desk: Desk, hospitals: Hospitals) -> None:
    a_patient(hospitals.perpignan, birth_name="ABELLANOSA", identifiers=[ipp("8041277")])
    page = desk.searches(number="80 412 77")
    assert "ABELLANOSA" in page
    assert "IPP 8041277" in page


def test_nobody_found_opens_the_creation_with_what_was_typed(desk: Desk) -> None:
    page = desk.searches("12/03/1981", "Abellanosa")
    assert "Personne ne correspond" in page
    assert 'action="/pec/nouvelle/identite/"' in page
    assert page.count('value="12/03/1981"') == 2
    assert page.count('value="Abellanosa"') == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Saisissez d’abord la date de naissance"),
        ({"birth_date": "31/02/1981"}, "Cette date n’existe pas"),
        ({"birth_date": "demain"}, "Cette date n’existe pas"),
        ({"birth_date": "12/03/2999"}, "dans le futur"),
        ({"birth_date": "12/03/1899"}, "antérieure à 1900"),
        ({"birth_date": "12/03/1981", "letters": "-"}, "trois lettres"),
        ({"letters": "x" * 100_000, "birth_date": "12/03/1981"}, "trop long"),
        ({"letters": "\x00\u202e🙂", "birth_date": "12/03/1981"}, "caractère invisible"),
    ],
)
def test_a_search_that_can_t_be_read_is_refused_on_its_field(desk: Desk, typed: dict[str, str], sentence: str) -> None:
    page = desk.searches(**typed, status=422)
    assert sentence in page
    for value in typed.values():
        if value.isascii() and value.isprintable():
            assert value in page
    assert not AccessEntry.objects.filter(verb=Verb.SEARCH).exists()


def test_what_was_typed_is_escaped(desk: Desk) -> None:
    page = desk.searches("12/03/1981", "<script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_ids_shown_are_journaled_as_a_search(desk: Desk, claire: Character, hospitals: Hospitals) -> None:
    found = a_patient(hospitals.perpignan, birth_date=BORN)
    a_patient(hospitals.perpignan, birth_date=date(1990, 1, 1))
    desk.searches("12/03/1981")
    line = AccessEntry.objects.get(verb=Verb.SEARCH)
    assert (line.actor_id, line.persons, line.outcome) == (claire.id, [found.pk], Outcome.ALLOWED)
    assert line.door == "arrival_search"


def test_a_search_that_finds_nobody_is_journaled_too(desk: Desk) -> None:
    desk.searches("12/03/1981")
    assert AccessEntry.objects.get(verb=Verb.SEARCH).persons == []


def test_another_hospital_has_no_hint_of_a_person(zoe: Character, hospitals: Hospitals) -> None:
    a_patient(hospitals.perpignan, birth_name="ABELLANOSA", birth_date=BORN, identifiers=[ipp("8041277")])
    desk = desk_of(zoe)
    assert "ABELLANOSA" not in desk.searches("12/03/1981")
    assert "Personne ne correspond" in desk.searches(number="8041277")


def test_an_open_pec_is_shown_with_its_link(desk: Desk, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan, birth_date=BORN)
    opened = desk.opens_for(patient)["Location"]
    page = desk.searches("12/03/1981")
    assert "Prise en charge déjà ouverte" in page
    assert f'href="{opened}"' in page
    assert f"/pec/nouvelle/{patient.pk}/" not in page
    line = AccessEntry.objects.filter(verb=Verb.SEARCH).latest("id")
    assert str(line.subjects[0]) in opened


def test_an_open_pec_of_another_unit_is_said_without_a_link(
    claire: Character, hugo: Character, hospitals: Hospitals
) -> None:
    patient = a_patient(hospitals.perpignan, birth_date=BORN)
    other = _somebody_of(hospitals.ped, hospitals)
    assert other.opens_for(patient).status_code == 302
    page = desk_of(claire).searches("12/03/1981")
    assert "Prise en charge déjà ouverte" in page
    assert "Dans une autre unité" in page
    assert "Voir la prise en charge" not in page


def _somebody_of(unit: CareUnit, hospitals: Hospitals) -> Desk:
    held = Membership.objects.filter(care_unit=unit).exclude(user=hospitals.users["agent1"]).select_related("user")
    only = next(m.user for m in held if m.user.memberships.count() == 1)
    return desk_of(Character(only))


def test_who_registers_no_arrival_gets_a_designed_page_and_no_search(martin: Character) -> None:
    desk = desk_of(martin)
    page = desk.opens()
    assert "n’enregistre pas d’arrivée" in page
    assert "<form" not in page.partition("<main")[2].partition("</main")[0]
    desk.searches("12/03/1981", status=404)
    assert desk.registers_unknown(sex="M").status_code == 404


@pytest.mark.parametrize("name", ["paul", "denis"])
def test_who_gives_no_care_gets_404(request: pytest.FixtureRequest, name: str) -> None:
    desk = desk_of(request.getfixturevalue(name))
    assert desk.client.get("/pec/nouvelle/").status_code == 404
    desk.searches("12/03/1981", status=404)
    assert desk.creates().status_code == 404


def test_a_stranger_goes_to_the_login(client: Client) -> None:
    assert client.get("/pec/nouvelle/")["Location"].startswith("/login")
    assert client.post("/pec/nouvelle/recherche/", {"birth_date": "12031981"})["Location"].startswith("/login")


def test_the_sixty_first_search_of_a_minute_is_refused_in_words(
    desk: Desk, hugo: Character, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PER_MINUTE", 3)
    for _ in range(3):
        desk.searches("12/03/1981")
    page = desk.searches("13/03/1981", status=429)
    assert "Trop de recherches" in page
    assert 'value="13/03/1981"' in page
    desk_of(hugo).searches("12/03/1981")
    later = clock.now() + timedelta(minutes=1, seconds=5)
    monkeypatch.setattr("osmose.kernel.web.guard.now", lambda: later)
    desk.searches("13/03/1981")


def test_htmx_gets_the_screen_without_its_frame(desk: Desk) -> None:
    answer = desk.client.post("/pec/nouvelle/recherche/", {"birth_date": "12031981"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert 'id="arrival"' in page
    assert "<html" not in page


def test_a_step_asked_without_its_form_leads_back_to_the_search(desk: Desk) -> None:
    assert desk.client.get("/pec/nouvelle/identite/")["Location"] == "/pec/nouvelle/"
    assert desk.client.get("/pec/nouvelle/inconnu/")["Location"] == "/pec/nouvelle/"


def test_queries_do_not_grow_with_the_people_found(desk: Desk, hospitals: Hospitals) -> None:
    counts = []
    for wanted in (1, 12):
        while wanted > _known(hospitals):
            patient = a_patient(hospitals.perpignan, birth_date=BORN, identifiers=[ipp(f"9{_known(hospitals):05d}")])
            desk.opens_for(patient, **PEC)
        with CaptureQueriesContext(connection) as asked:
            desk.searches("12/03/1981")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 22, counts


def _known(hospitals: Hospitals) -> int:
    return Patient.objects.filter(establishment=hospitals.perpignan).count()


def test_the_hospital_offers_its_own_modes_and_motifs(claire: Character, hospitals: Hospitals) -> None:
    ModeOfArrival.objects.create(establishment=hospitals.perpignan, code="helico", label="Hélicoptère", order=1)
    Motif.objects.create(establishment=hospitals.perpignan, label="Idées noires", is_favourite=True)
    Motif.objects.create(establishment=hospitals.narbonne, label="Motif d’ailleurs")
    text = desk_of(claire).searches(birth_date="01/01/1950")
    assert "Hélicoptère" in text
    assert '<option value="Idées noires">' in text
    assert "Motif d’ailleurs" not in text
