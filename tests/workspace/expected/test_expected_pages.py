"""The screen of the announced patients, and the count on the board."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters import actions, queries
from osmose.encounters.models import Encounter, ExpectedArrival
from osmose.encounters.policies import EXPECTED
from osmose.kernel.actions.deeds import new_token
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb
from osmose.kernel.base import clock, french
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter
from tests.factories.expected import announced
from tests.factories.patients import a_patient, acting, traits
from tests.strict import StrictClient
from tests.workspace.board.reading import board

pytestmark = pytest.mark.django_db
TOLD = {
    "expected_at": "20 min",
    "reason": "Idées suicidaires",
    "announced_by": "Dr Fictif",
    "announced_from": "Clinique fictive",
    "context": "Vient avec son frère",
    "birth_name": "Fictive",
    "first_name": "Louise",
    "birth_date": "14/07/1988",
    "sex": "F",
}
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "START")


def browser_of(who: Character) -> StrictClient:
    client = StrictClient()
    client.force_login(who.user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def announces(who: Character, **typed: str) -> Any:
    return browser_of(who).post("/pec/attendus/nouveau/", {"_token": new_token(), **TOLD, **typed})


def test_what_is_told_on_the_phone_is_shown_to_the_unit_that_expects(claire: Character, hospitals: Hospitals) -> None:
    assert announces(claire)["Location"] == "/pec/attendus/"
    row = ExpectedArrival.objects.get()
    page = text(browser_of(claire).get("/pec/attendus/"))
    for word in (
        "FICTIVE Louise",
        "Idées suicidaires",
        "Dr Fictif, Clinique fictive",
        "Vient avec son frère",
        french.time(row.expected_at),
        "Arrivé",
    ):
        assert word in page
    line = AccessEntry.objects.filter(verb=Verb.LIST).latest("id")
    assert (line.subjects, line.persons) == ([row.pk], [row.patient_id])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reason": ""}, "Indiquez le motif"),
        ({"reason": "x" * 100_000}, "trop long"),
        ({"context": "x" * 100_000}, "trop long"),
        ({"announced_by": ""}, "qui annonce"),
        ({"expected_at": ""}, "l’heure prévue"),
        ({"expected_at": "bientôt"}, "Écrivez l’heure comme"),
        ({"expected_at": "25:00"}, "n’existe pas"),
        ({"expected_at": "01/01/2020 10:00"}, "déjà passée"),
        ({"birth_name": ""}, "Écrivez aussi le nom"),
        ({"birth_date": "31/02/1980"}, "n’existe pas"),
        ({"birth_name": "R2D2<script>"}, "nom"),
        ({"estimated_age": "200"}, "entre 0 et 130"),
        ({"sex": "X"}, "Choisissez le sexe"),
        ({"unit": "0198c0de-0000-7000-8000-000000000000"}, "Choisissez une unité"),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_nothing_is_lost(
    claire: Character, hospitals: Hospitals, typed: dict[str, str], sentence: str
) -> None:
    answer = announces(claire, **typed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Clinique fictive" in text(answer)
    assert not ExpectedArrival.objects.exists()


def test_somebody_known_is_announced_from_the_search(claire: Character, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    address = f"/pec/attendus/nouveau/{patient.pk}/"
    assert "FICTIVE Louise" in text(browser_of(claire).get(address))
    told = {name: TOLD[name] for name in ("expected_at", "reason", "announced_by")}
    browser_of(claire).post(address, {"_token": new_token(), **told})
    assert ExpectedArrival.objects.get().patient == patient


def test_arrived_is_one_click_and_the_same_click_twice_opens_one_pec(claire: Character, hospitals: Hospitals) -> None:
    row = announced(claire, hospitals.sau)
    page = text(browser_of(claire).get("/pec/attendus/"))
    assert f'action="/pec/attendus/{row.pk}/arrivee/"' in page
    client = browser_of(claire)
    answers = [client.post(f"/pec/attendus/{row.pk}/arrivee/", {"_token": "t" * 36}) for _ in range(2)]
    pec = Encounter.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/pec/{pec.pk}/"] * 2
    assert "Idées suicidaires" in text(client.get(f"/pec/{pec.pk}/"))
    late = client.post(f"/pec/attendus/{row.pk}/arrivee/", {"_token": new_token()})
    assert late.status_code == 409
    assert "n’est plus attendu" in text(late)


def test_arrived_by_mistake_is_taken_back_from_the_page_that_it_opened(claire: Character, hospitals: Hospitals) -> None:
    row = announced(claire, hospitals.sau)
    client = browser_of(claire)
    address = client.post(f"/pec/attendus/{row.pk}/arrivee/", {"_token": new_token()})["Location"]
    page = text(client.get(address))
    offered = re.search(r'name="event" value="([0-9a-f-]+)"', page)
    assert offered, "« Annuler » is offered for ten seconds"
    undone = client.post(f"{address}annuler/", {"_token": new_token(), "event": offered[1]})
    assert undone["Location"] == "/pec/"
    assert f'action="/pec/attendus/{row.pk}/arrivee/"' in text(client.get("/pec/attendus/"))


def test_late_is_said_in_words_after_the_hour(claire: Character, hospitals: Hospitals) -> None:
    row = announced(claire, hospitals.sau)
    client = browser_of(claire)
    page = text(client.get("/pec/attendus/"))
    assert "en retard" not in page
    poll = re.search(r'hx-get="(/pec/attendus/lignes/[^"]+)"', page)
    assert poll
    address = poll[1].replace("&amp;", "&")
    assert client.get(address).status_code == 204
    with acting():
        ExpectedArrival.objects.filter(pk=row.pk).update(expected_at=clock.now() - timedelta(minutes=12))
    assert "en retard" in text(client.get(address))


def test_two_announcements_of_one_arrival_are_settled_by_a_person(claire: Character, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    rows = [announced(claire, hospitals.sau, patient) for _ in range(2)]
    pec = encounter(unit=hospitals.sau, patient=patient, arrived_at=clock.now())
    page = text(browser_of(claire).get("/pec/attendus/"))
    assert page.count("Ce patient est arrivé. Est-ce cette annonce") == 2
    assert "/arrivee/" not in page
    assert pec.pk in AccessEntry.objects.filter(verb=Verb.LIST).latest("id").subjects
    chosen = {"_token": new_token(), "encounter": str(pec.pk)}
    answer = browser_of(claire).post(f"/pec/attendus/{rows[1].pk}/rattachement/", chosen)
    assert answer["Location"] == f"/pec/{pec.pk}/"
    assert [row.is_awaited for row in ExpectedArrival.objects.order_by("pk")] == [True, False]


def test_a_cancellation_says_why_and_can_be_taken_back(claire: Character, hospitals: Hospitals) -> None:
    row, client = announced(claire, hospitals.sau), browser_of(claire)
    silent = client.post(f"/pec/attendus/{row.pk}/annulation/", {"_token": new_token(), "reason": " "})
    assert silent.status_code == 422
    assert "Écrivez pourquoi" in text(silent)
    client.post(f"/pec/attendus/{row.pk}/annulation/", {"_token": new_token(), "reason": "Refuse de venir"})
    page = text(client.get("/pec/attendus/"))
    assert "Annulé\u202f: Refuse de venir" in page
    client.post(f"/pec/attendus/{row.pk}/retablissement/", {"_token": new_token()})
    assert ExpectedArrival.objects.get().is_awaited


@pytest.mark.parametrize("deed", ["arrivee", "annulation", "retablissement", "rattachement", "detachement"])
def test_a_nurse_of_another_hospital_gets_404(
    zoe: Character, claire: Character, hospitals: Hospitals, deed: str
) -> None:
    row = announced(claire, hospitals.sau)
    answer = browser_of(zoe).post(f"/pec/attendus/{row.pk}/{deed}/", {"_token": new_token(), "reason": "x"})
    assert answer.status_code == 404
    assert AccessEntry.objects.get(outcome=Outcome.REFUSED).subjects == [row.pk]
    assert "Idées" not in text(browser_of(zoe).get("/pec/attendus/"))


def test_the_mobile_team_announces_to_the_emergencies_and_follows_what_becomes_of_it(
    martin: Character, claire: Character, hospitals: Hospitals
) -> None:
    announces(martin, unit=str(hospitals.sau.pk))
    row = ExpectedArrival.objects.get()
    page = text(browser_of(martin).get("/pec/attendus/"))
    assert "FICTIVE Louise" in page
    assert "/arrivee/" not in page, "who arrives is said where one arrives"
    actions.receive_expected(actor=claire.actor, expected=row, now=clock.now())
    page = text(browser_of(martin).get("/pec/attendus/"))
    assert "Voir la prise en charge" not in page, "nobody asked the team into this PEC"


# The board


def test_the_board_counts_those_who_are_expected_whatever_it_shows(
    claire: Character, martin: Character, zoe: Character, hospitals: Hospitals
) -> None:
    for who in (claire, martin):
        announced(who, hospitals.sau, traits=traits(birth_place=""))
    cancelled = announced(claire, hospitals.ped)
    actions.cancel_expected(actor=claire.actor, expected=cancelled, reason="Doublon", now=clock.now())
    for has_pec in (False, True):
        if has_pec:
            encounter(unit=hospitals.sau)
            encounter(unit=hospitals.narbonne_sau)
        for who, count in ((claire, "2"), (zoe, "0")):
            assert board(browser_of(who)).counts["Attendus"] == count
        now = clock.now()
        assert (
            queries.present(claire.actor, now).expected
            == EXPECTED.rows(claire.actor, now).filter(status="attendu").count()
        )


def test_an_announcement_moves_the_board_and_costs_it_no_query(claire: Character, hospitals: Hospitals) -> None:
    encounter(unit=hospitals.sau)
    client = browser_of(claire)
    counts = []
    for _ in range(2):
        seen = board(client)
        assert client.get(seen.poll).status_code == 204
        with CaptureQueriesContext(connection) as captured:
            client.get("/pec/?portee=actives")
        counts.append(len([q for q in captured.captured_queries if not q["sql"].upper().startswith(_CONTROL)]))
        announced(claire, hospitals.sau)
        assert client.get(seen.poll).status_code == 200
    assert counts[0] == counts[1] <= 6


def test_the_list_costs_the_same_for_one_and_for_ten(claire: Character, hospitals: Hospitals) -> None:
    client, counts = browser_of(claire), []
    for more in (1, 9):
        for number in range(more):
            announced(claire, hospitals.sau, traits=traits(birth_place="", first_name="ABCDEFGHIJ"[number]))
            encounter(unit=hospitals.sau)
        client.get("/pec/attendus/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/pec/attendus/").status_code == 200
        counts.append(len([q for q in captured.captured_queries if not q["sql"].upper().startswith(_CONTROL)]))
    assert counts[0] == counts[1] <= 8
