"""The pages of relais: what is offered, to whom, who can't receive and why, and the answer."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters import actions
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Relay, RelayItem
from osmose.encounters.operations.relays import Patient
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from tests.cast import Character, Hospitals
from tests.encounters.test_relays import mine, offer
from tests.factories.encounters import encounter, exited, request
from tests.factories.patients import acting
from tests.factories.sectors import in_charge, sector, take

pytestmark = pytest.mark.django_db


def said(answer: Any) -> str:
    return " ".join(html.unescape(answer.content.decode()).split())


def sends(who: Character, to: Character, *codes: str, **fields: Any) -> Any:
    return who.client().post("/pec/relais/nouveau/", {"taker": str(to.id), "patient": codes, **fields})


def test_all_my_patients_are_ticked_and_those_of_a_sector_when_asked(claire: Character, hospitals: Hospitals) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    inside = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    take(claire, boxes)
    outside = mine(claire, hospitals)[0]
    page = said(claire.client().get("/pec/relais/nouveau/"))
    assert page.count(':ide" checked') == 2
    page = said(claire.client().get(f"/pec/relais/nouveau/?secteur={boxes.pk}"))
    assert f'value="{inside.pk}:ide" checked' in page
    assert f'value="{outside.pk}:ide" checked' not in page
    assert "Avec le secteur" in page


def test_who_cannot_receive_is_said_before_sending(
    claire: Character, ines: Character, martin: Character, hospitals: Hospitals
) -> None:
    shared, ours = mine(claire, hospitals, 2)
    request(shared, "psychiatry", unit=hospitals.emp)
    page = said(claire.client().get("/pec/relais/nouveau/"))
    assert "IDE Inès Petit</option>" in page
    assert "IDE Martin Diaz (1 de ces 2 patients)" in page
    assert "Zoé Lacroix" not in page
    answer = sends(claire, martin, f"{shared.pk}:ide", f"{ours.pk}:ide", word="À suivre")
    assert answer.status_code == 409
    again = said(answer)
    assert "Ne travaille dans aucune unité de cette prise en charge." in again
    assert f'value="{shared.pk}:ide" checked' in again
    assert f'value="{ours.pk}:ide" checked' not in again
    assert 'value="À suivre"' in again
    assert not Relay.objects.exists()
    assert AccessEntry.objects.filter(door="relay_new", subjects__contains=[ours.pk]).count() == 2


def test_sent_answered_and_both_see_it(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    pec = mine(claire, hospitals)[0]
    assert sends(claire, ines, f"{pec.pk}:ide", word="Famille en route").headers["Location"] == "/pec/relais/"
    relay = Relay.objects.get()
    assert "Retirer ce relais" in said(claire.client().get("/pec/relais/"))
    received = said(ines.client().get("/pec/relais/"))
    assert "À vous de répondre" in received
    assert "Famille en route" in received
    assert ines.client().post(f"/pec/relais/{relay.pk}/reponse/", {"deed": "accept"}).status_code == 302
    assert in_charge(pec) == "Petit"
    assert "Relais accepté" in said(claire.client().get("/pec/relais/"))


def test_an_acceptance_offers_to_be_undone_to_who_gave_it(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    pec = mine(claire, hospitals)[0]
    relay = offer(claire, ines, [pec])
    undo = f"/pec/relais/{relay.pk}/annulation/"
    ines.client().post(f"/pec/relais/{relay.pk}/reponse/", {"deed": "accept"})
    assert undo in said(ines.client().get("/pec/relais/"))
    assert undo not in said(claire.client().get("/pec/relais/"))
    answer = ines.client().post(undo, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/pec/relais/")
    assert in_charge(pec) == "Morel"
    assert "À vous de répondre" in said(ines.client().get("/pec/relais/"))
    assert "Retirer ce relais" in said(claire.client().get("/pec/relais/"))
    again = ines.client().post(undo, headers={"HX-Request": "true"})
    assert again.status_code == 409
    assert "rien à annuler" in said(again)


def test_the_page_asks_again_and_says_only_what_changed(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    relay, client = offer(claire, ines, mine(claire, hospitals)), claire.client()

    def poll(page: str) -> str:
        found = re.search(r'hx-get="(/pec/relais/lignes/[^"]+)"', page)
        assert found
        return html.unescape(found[1])

    address = poll(client.get("/pec/relais/").content.decode())
    assert client.get(address).status_code == 204
    actions.accept_relay(actor=ines.actor, relay=relay, word="Merci", now=clock.now())
    answer = client.get(address)
    assert "Relais accepté" in said(answer)
    assert "<h1" not in said(answer)
    assert client.get(poll(answer.content.decode())).status_code == 204
    actions.undo_relay(actor=ines.actor, relay=relay, now=clock.now())
    assert "Relais en attente" in said(client.get(poll(answer.content.decode())))


def test_a_relay_becomes_late_on_the_screen(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    relay, client = offer(claire, ines, mine(claire, hospitals)), claire.client()
    found = re.search(r'hx-get="(/pec/relais/lignes/[^"]+)"', client.get("/pec/relais/").content.decode())
    assert found
    with acting():
        late = clock.now() - timedelta(minutes=1)
        Relay.objects.filter(pk=relay.pk).update(sent_at=late - timedelta(minutes=15), due_at=late)
    assert "Sans réponse" in said(client.get(html.unescape(found[1])))


def test_a_refusal_without_a_word_keeps_the_page_and_says_so(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    relay = offer(claire, ines, mine(claire, hospitals))
    answer = ines.client().post(f"/pec/relais/{relay.pk}/reponse/", {"deed": "refuse"})
    assert answer.status_code == 422
    assert "Dites en un mot pourquoi vous refusez." in said(answer)
    assert ines.client().post(f"/pec/relais/{relay.pk}/reponse/", {"deed": "refuse", "word": "Non"}).status_code == 302
    assert RelayItem.objects.get().answer == "Non"


def test_answering_after_the_withdrawal_is_said_in_words(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    relay = offer(claire, ines, mine(claire, hospitals))
    assert claire.client().post(f"/pec/relais/{relay.pk}/retrait/").status_code == 302
    answer = ines.client().post(f"/pec/relais/{relay.pk}/reponse/", {"deed": "accept"})
    assert answer.status_code == 409
    assert "Ce relais a déjà été retiré" in said(answer)


def test_what_became_of_each_patient_is_said(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    here, gone = mine(claire, hospitals, 2)
    relay = offer(claire, ines, [here, gone])
    exited(gone)
    ines.client().post(f"/pec/relais/{relay.pk}/reponse/", {"deed": "accept"})
    page = said(ines.client().get("/pec/relais/"))
    assert "Repris" in page
    assert "Sorti avant la réponse" in page


@pytest.mark.parametrize("who", ["hugo", "zoe", "paul", "denis"])
def test_a_relay_is_nobody_else_s(
    request: pytest.FixtureRequest, who: str, claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    relay = offer(claire, ines, mine(claire, hospitals), word="Entre nous")
    stranger = request.getfixturevalue(who).client()
    assert stranger.post(f"/pec/relais/{relay.pk}/reponse/", {"deed": "accept"}).status_code == 404
    page = stranger.get("/pec/relais/")
    assert page.status_code == 404 or "Entre nous" not in said(page)


def test_the_page_is_journaled_with_its_patients(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    pec = mine(claire, hospitals)[0]
    offer(claire, ines, [pec])
    ines.client().get("/pec/relais/")
    line = AccessEntry.objects.filter(door="relays").latest("id")
    assert (line.subjects, line.persons) == ([pec.pk], [pec.patient_id])


def test_the_board_says_it_to_both_in_the_query_it_already_makes(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    pecs = mine(claire, hospitals, 2)
    browser = claire.client()
    browser.get("/pec/?portee=actives")
    with CaptureQueriesContext(connection) as without:
        browser.get("/pec/?portee=actives")
    offer(claire, ines, pecs)
    browser.get("/pec/?portee=actives")
    with CaptureQueriesContext(connection) as pending:
        sent = said(browser.get("/pec/?portee=actives"))
    assert len(pending) == len(without)
    assert "2 patients en relais à IDE Inès Petit" in sent
    assert "IDE Claire Morel vous propose 2 patients" in said(ines.client().get("/pec/?portee=actives"))
    assert "Sans réponse" not in sent


def test_unanswered_is_said_once_the_delay_is_over(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    hospitals.sau.relay_minutes = 1
    hospitals.sau.save(update_fields=["relay_minutes"])
    pec = mine(claire, hospitals)[0]
    actions.offer_relay(
        actor=claire.actor,
        taker_id=ines.id,
        patients=[Patient(pec.pk, Referent.NURSE)],
        duty_ids=(),
        word="",
        now=clock.now() - timedelta(minutes=2),
    )
    assert "Sans réponse" in said(ines.client().get("/pec/?portee=actives"))
    assert "Sans réponse" in said(claire.client().get("/pec/relais/"))


def test_the_pages_cost_the_same_for_one_patient_or_ten(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    def cost(who: Character, path: str) -> int:
        client = who.client()
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    first = mine(claire, hospitals)
    few = cost(claire, "/pec/relais/nouveau/")
    more = mine(claire, hospitals, 9)
    assert cost(claire, "/pec/relais/nouveau/") == few
    offer(claire, ines, first)
    shown = cost(ines, "/pec/relais/")
    offer(claire, ines, more)
    assert cost(ines, "/pec/relais/") == shown
