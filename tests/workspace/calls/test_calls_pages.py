"""« Appel/avis » on the screens: a dialog from the board and a PEC, a list a unit and a day."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters import actions
from osmose.encounters.models import PhoneCall
from osmose.kernel.actions.deeds import new_token
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.base import clock
from osmose.kernel.base.clock import paris
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click
from tests.encounters.test_calls import noted, told
from tests.factories.encounters import encounter, exited
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
SAID = {"direction": "recu", "caller": "Dr Fictif", "question": "Faut-il adresser ?", "advice": "Oui, ce soir"}
HTMX = {"HTTP_HX_REQUEST": "true"}
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "START")


def browser_of(who: Character) -> StrictClient:
    client = StrictClient()
    client.force_login(who.user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def notes(who: Character, path: str = "/appels/nouveau/", **typed: str) -> Any:
    return browser_of(who).post(path, {"_token": new_token(), **SAID, **typed})


def test_a_call_is_noted_from_the_board_and_listed(claire: Character, hospitals: Hospitals) -> None:
    board = text(browser_of(claire).get("/pec/"))
    assert re.search(r'href="/appels/nouveau/"[^>]*data-key="a"', board)
    assert 'name="caller"' in text(browser_of(claire).get("/appels/nouveau/", **HTMX))
    assert notes(claire, other_unit=str(hospitals.emp.pk), minutes="4")["Location"] == "/appels/"
    call = PhoneCall.objects.get()
    page = text(browser_of(claire).get("/appels/"))
    for word in ("Appel reçu", "Dr Fictif", "Faut-il adresser ?", "Oui, ce soir", "sans prise en charge", "4&nbsp;min"):
        assert word in page
    assert AccessEntry.objects.filter(verb=Verb.LIST).latest("id").subjects == [call.pk]


def test_the_same_submission_twice_notes_one_call(claire: Character, hospitals: Hospitals) -> None:
    for _ in range(2):
        browser_of(claire).post("/appels/nouveau/", {"_token": "t" * 36, **SAID})
    assert PhoneCall.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"caller": ""}, "avec qui vous avez parlé"),
        ({"question": ""}, "ce qui était demandé"),
        ({"question": "x" * 100_000}, "trop long"),
        ({"direction": "perdu"}, "Reçu, ou passé"),
        ({"minutes": "0"}, "entre 1 et 600"),
        ({"minutes": "beaucoup"}, "entre 1 et 600"),
        ({"expected_at": "01/01/2020 10:00"}, "déjà passée"),
        ({"called_at": "01/01/2099 10:00"}, "dans le futur"),
        ({"other_unit": "0198c0de-0000-7000-8000-000000000000"}, "une unité de la liste"),
    ],
)
@pytest.mark.parametrize("on_a_pec", [False, True])
def test_what_is_wrong_is_said_on_its_field_and_nothing_is_lost(
    claire: Character, hospitals: Hospitals, typed: dict[str, str], sentence: str, on_a_pec: bool
) -> None:
    path = f"/pec/{encounter(unit=hospitals.sau).pk}/appel/" if on_a_pec else "/appels/nouveau/"
    answer = notes(claire, path, **typed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Oui, ce soir" in text(answer)
    assert not PhoneCall.objects.exists()


def test_a_call_noted_before_is_linked_from_the_page_of_the_patient(claire: Character, hospitals: Hospitals) -> None:
    call, pec = noted(claire, hospitals.sau), encounter(unit=hospitals.sau)
    dialog = text(browser_of(claire).get(f"/pec/{pec.pk}/appel/", **HTMX))
    assert f'value="{call.pk}"' in dialog
    assert AccessEntry.objects.latest("id").subjects == [pec.pk, call.pk]
    linked = {"_token": new_token(), "call": str(call.pk)}
    browser_of(claire).post(f"/pec/{pec.pk}/appel/rattachement/", linked)
    assert "Faut-il adresser ?" in text(browser_of(claire).get(f"/pec/{pec.pk}/"))
    assert f'href="/pec/{pec.pk}/"' in text(browser_of(claire).get("/appels/"))


def test_the_unit_at_the_other_end_reads_the_call_and_not_the_record(
    claire: Character, martin: Character, zoe: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    noted(claire, hospitals.sau, pec, other_unit=hospitals.emp)
    page = text(browser_of(martin).get("/appels/"))
    assert "Faut-il adresser ?" in page
    assert str(pec.pk) not in page
    assert "Corriger" not in page
    assert "Faut-il adresser ?" not in text(browser_of(zoe).get("/appels/"))
    assert browser_of(zoe).get(f"/pec/{pec.pk}/appel/").status_code == 404
    assert browser_of(zoe).get(f"/appels/{PhoneCall.objects.get().pk}/correction/").status_code == 404


def test_a_correction_is_another_call_and_both_are_shown(claire: Character, hospitals: Hospitals) -> None:
    call = noted(claire, hospitals.sau)
    form = text(browser_of(claire).get(f"/appels/{call.pk}/correction/"))
    assert "Oui, ce soir" in form
    notes(claire, f"/appels/{call.pk}/correction/", advice="Non, demain")
    page = text(browser_of(claire).get("/appels/"))
    for word in ("Oui, ce soir", "Non, demain", "Corrigé par un autre appel", "Correction"):
        assert word in page


def test_calls_are_listed_by_unit_and_day(claire: Character, martin: Character, hospitals: Hospitals) -> None:
    claire.joins(hospitals.ped)
    yesterday = clock.now() - timedelta(days=1)
    noted(claire, hospitals.sau, called_at=yesterday)
    day = paris(yesterday).date().isoformat()
    client = browser_of(claire)
    assert "Aucun appel noté ce jour" in text(client.get("/appels/"))
    assert "Dr Fictif" in text(client.get(f"/appels/?jour={day}"))
    assert "Dr Fictif" in text(client.get(f"/appels/?jour={day}&unite={hospitals.sau.pk}"))
    assert "Dr Fictif" not in text(client.get(f"/appels/?jour={day}&unite={hospitals.ped.pk}"))
    for strange in ("jour=hier", "jour=2999-01-01", "unite=x", "jour=0001-01-01"):
        assert client.get(f"/appels/?{strange}").status_code == 200


def test_a_closed_pec_takes_no_call(claire: Character, hospitals: Hospitals) -> None:
    pec = click(actions.close_encounter, claire, exited(encounter(unit=hospitals.sau)))
    answer = notes(claire, f"/pec/{pec.pk}/appel/")
    assert answer.status_code == 409
    assert "lecture seule" in text(answer)
    assert not PhoneCall.objects.exists()


def test_the_list_costs_the_same_for_one_and_for_ten(claire: Character, hospitals: Hospitals) -> None:
    client, counts = browser_of(claire), []
    for more in (1, 9):
        for _ in range(more):
            noted(claire, hospitals.sau, encounter(unit=hospitals.sau))
            actions.correct_call(actor=claire.actor, call=noted(claire, hospitals.sau), told=told(), now=clock.now())
        client.get("/appels/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/appels/").status_code == 200
        counts.append(len([q for q in captured.captured_queries if not q["sql"].upper().startswith(_CONTROL)]))
    assert counts[0] == counts[1] <= 7


def test_a_call_just_noted_offers_to_be_undone_where_it_was_noted(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    for path in ("/appels/nouveau/", f"/pec/{pec.pk}/appel/"):
        answer = browser_of(claire).post(path, {"_token": new_token(), **SAID}, **HTMX)
        call = PhoneCall.objects.latest("id")
        assert f'formaction="/appels/{call.pk}/annulation/"' in text(answer)
    undone = browser_of(claire).post(f"/appels/{call.pk}/annulation/", {"_token": new_token()}, **HTMX)
    assert "Appel annulé" in text(undone)
    assert "told" in undone["HX-Trigger"], "the timeline says so at once"
    again = browser_of(claire).post(f"/appels/{call.pk}/annulation/", {"_token": new_token()}, **HTMX)
    assert (again.status_code, "est annulé" in text(again)) == (409, True)


def test_the_list_offers_it_without_scripts_and_shows_it_struck(claire: Character, ines: Character) -> None:
    notes(claire)
    call = PhoneCall.objects.get()
    undo = f"/appels/{call.pk}/annulation/"
    assert undo in text(browser_of(claire).get("/appels/"))
    assert undo not in text(browser_of(ines).get("/appels/"))
    assert browser_of(claire).post(undo, {"_token": new_token()})["Location"] == "/appels/"
    shown = text(browser_of(claire).get("/appels/"))
    assert "<del>Faut-il adresser ? · Oui, ce soir</del>" in shown
    assert "Noté par erreur" in shown
    assert "<b>0</b> appel" in shown
    assert undo not in shown
    assert f"/appels/{call.pk}/correction/" not in shown
    assert browser_of(claire).post(undo, {"_token": new_token()}).status_code == 409
