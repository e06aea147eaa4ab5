"""How many queries the two screens cost, rendering included: a number that rows don't move."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from osmose.encounters import actions
from osmose.encounters.lifecycle.tracking import Decision, Outlook
from osmose.encounters.models import Encounter
from osmose.handover.actions import sign_note
from osmose.kernel.events.models import Event
from osmose.organisations import operations as organisations
from osmose.organisations.models import UnitKind
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, note
from tests.factories import encounters as pecs
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
BUDGET = 12
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "START")


def queries_of(client: Client, path: str) -> list[str]:
    """What a page asks once its keys and reference caches are warm, transaction control apart."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
        assert response.status_code == 200
    return [q["sql"] for q in captured.captured_queries if not q["sql"].upper().startswith(_CONTROL)]


@pytest.fixture
def browser(claire: Character) -> Iterator[Client]:
    client = StrictClient()
    client.force_login(claire.user)
    return client


def busy(claire: Character, hospitals: Hospitals, count: int) -> list[Encounter]:
    made = []
    for _ in range(count):
        pec = pecs.encounter(unit=hospitals.sau)
        pecs.place(pec, hospitals.place("SAS"), hospitals.place("BOX-3"))
        ask(claire, pec, "imaging")
        ask(claire, pec, "psychiatry", unit=hospitals.emp)
        note(claire, pec, "decision", Decision(Outlook.VOLUNTARY, "CH Thuir"))
        ask(claire, pec, "bed", "given")
        ask(claire, pec, "transport")
        made.append(pec)
    return made


def test_the_board_asks_the_same_however_many_it_shows(
    browser: Client, claire: Character, hospitals: Hospitals
) -> None:
    busy(claire, hospitals, 1)
    few = queries_of(browser, "/pec/")
    busy(claire, hospitals, 5)
    many = queries_of(browser, "/pec/")
    assert len(few) == len(many), "\n".join(many)
    assert len(many) <= BUDGET, "\n".join(many)


def test_a_patient_page_asks_the_same_however_long_its_timeline(
    browser: Client, claire: Character, hospitals: Hospitals
) -> None:
    (pec,) = busy(claire, hospitals, 1)
    click(sign_note, claire, pec, text="Première transmission")
    few = queries_of(browser, f"/pec/{pec.pk}/")
    for number in range(150):
        click(sign_note, claire, pec, text=f"Transmission {number}")
        click(actions.set_motif, claire, pec, motif=f"Motif {number}")
    assert Event.objects.filter(subject_id=pec.pk).count() > 300
    many = queries_of(browser, f"/pec/{pec.pk}/")
    assert len(few) == len(many), "\n".join(many)
    assert len(many) <= BUDGET, "\n".join(many)


def test_a_click_asks_little_beside_its_deed(browser: Client, claire: Character, hospitals: Hospitals) -> None:
    (pec,) = busy(claire, hospitals, 1)
    browser.get(f"/pec/{pec.pk}/")
    with CaptureQueriesContext(connection) as captured:
        answer = browser.post(f"/pec/{pec.pk}/suivi/", {"wanted": "triage:2"}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
    asked = [q["sql"] for q in captured.captured_queries if not q["sql"].upper().startswith(_CONTROL)]
    assert len(asked) <= 16, "\n".join(asked)


def test_the_dialog_of_the_exit_asks_the_same_however_many_wards_it_offers(
    browser: Client, claire: Character, hospitals: Hospitals
) -> None:
    (pec,) = busy(claire, hospitals, 1)
    few = queries_of(browser, f"/pec/{pec.pk}/sortie/")
    for number in range(5):
        ward = organisations.open_unit(
            establishment=hospitals.perpignan,
            code=f"W{number}",
            name=f"Service {number}",
            short_name=f"Service {number}",
            kind=UnitKind.WARD,
        )
        Character(hospitals.users["agent7"]).joins(ward)
    many = queries_of(browser, f"/pec/{pec.pk}/sortie/")
    assert "Poursuivre à Service 4" in browser.get(f"/pec/{pec.pk}/sortie/").content.decode()
    assert len(few) == len(many) <= BUDGET, "\n".join(many)
