"""What a partner, or a page of another site, must not obtain."""

import re

import pytest
from django.test import Client

from osmose.encounters.models import Encounter, RequestKind
from osmose.encounters.operations import requests
from osmose.kernel.audit.models import AccessEntry
from osmose.organisations.models import SharingAgreement
from tests.cast import Character, Hospitals
from tests.factories.encounters import changing, encounter, exited, request
from tests.factories.patients import REGISTRAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    made = encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Idées délirantes")
    request(made, "biology")
    with changing(made) as row:
        requests.note(
            actor=REGISTRAR,
            encounter=row,
            kind=requests.kind_of(row, "biology"),
            text="Lithiémie haute",
            now=row.arrived_at,
        )
    return made


def test_a_guest_neither_corrects_the_hosts_identity_nor_asks_it_about_a_number(
    martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    request(pec, "psychiatry", unit=hospitals.emp)
    client = martin.client()
    assert client.get(f"/pec/{pec.pk}/").status_code == 200
    assert client.get(f"/pec/{pec.pk}/identite/").status_code == 404
    assert client.post(f"/pec/{pec.pk}/identite/", {"ipp": "0004512"}).status_code == 404


def test_a_guest_does_not_close_the_hosts_record(martin: Character, hospitals: Hospitals, pec: Encounter) -> None:
    request(pec, "psychiatry", unit=hospitals.emp)
    exited(pec)
    assert martin.client().post(f"/pec/{pec.pk}/cloture/").status_code == 404
    pec.refresh_from_db()
    assert pec.status == "sortie"


def test_an_agreement_without_requests_shows_none_and_lets_none_be_written(
    martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    SharingAgreement.objects.filter(pk=hospitals.agreement.pk).update(categories=["tracking"])
    request(pec, "psychiatry", unit=hospitals.emp)
    client = martin.client()
    page = client.get(f"/pec/{pec.pk}/").content.decode()
    assert "Lithiémie" not in page
    assert "Bilan biologique" not in page
    for route, fields in [
        ("demandes", {"wanted": "biology:done"}),
        ("demandes/note", {"kind": "biology", "note": "x"}),
    ]:
        assert client.post(f"/pec/{pec.pk}/{route}/", fields).status_code == 404


def test_a_unit_that_another_request_still_asks_keeps_the_patient(
    martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    RequestKind.objects.get(code="imaging", establishment=hospitals.perpignan).addressees.set([hospitals.emp])
    request(pec, "psychiatry", unit=hospitals.emp)
    request(pec, "imaging")
    request(pec, "psychiatry", "none")
    assert martin.client().get(f"/pec/{pec.pk}/").status_code == 200
    request(pec, "imaging", "none")
    assert martin.client().get(f"/pec/{pec.pk}/").status_code == 404


def test_withdrawing_ones_own_access_leads_to_the_board(
    martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    request(pec, "psychiatry", unit=hospitals.emp)
    answer = martin.client().post(
        f"/pec/{pec.pk}/demandes/", {"wanted": "psychiatry:none"}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/pec/")
    assert not AccessEntry.objects.filter(actor_id=martin.id, outcome="refused").exists()


def test_an_unchanged_poll_writes_nothing_even_after_a_click(claire: Character, pec: Encounter) -> None:
    client = claire.client()
    page = client.get(f"/pec/{pec.pk}/").content.decode()
    visit = re.search(r'name="visit" value="([^"]+)"', page)
    assert visit
    fields = {"arrival_mode": "police", "visit": visit[1]}
    lines = AccessEntry.objects.count()
    clicked = client.post(f"/pec/{pec.pk}/mode-arrivee/", fields, headers={"HX-Request": "true"})
    assert "refresh" in clicked["HX-Trigger"]
    assert AccessEntry.objects.count() == lines + 1
    after = client.get(_poll_of(page)).content.decode()
    for _ in range(3):
        assert client.get(_poll_of(after)).status_code == 204
    assert AccessEntry.objects.count() == lines + 1


def _poll_of(page: str) -> str:
    """The address that the page asks every five seconds."""
    poll = re.search(r'id="live"[^>]* hx-get="([^"]+)"', page)
    assert poll
    return poll[1].replace("&amp;", "&")


def test_the_text_of_another_site_is_not_offered_to_be_sent_again(claire: Character) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(claire.user)
    planted = {"sex": "M", "signs": "texte d’un autre site"}
    foreign = client.post("/pec/nouvelle/inconnu/", planted, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert "texte d’un autre site" not in foreign.content.decode()
    own = client.post("/pec/nouvelle/inconnu/", planted, headers={"Sec-Fetch-Site": "same-origin"})
    assert "texte d’un autre site" in own.content.decode()


def test_a_request_sent_to_another_team_leaves_the_first_one_nothing(
    claire: Character, martin: Character, roux: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    """Also once the click is undone: the first team sees the patient again, the second one no more."""
    kind = RequestKind.objects.get(code="psychiatry", establishment=hospitals.perpignan)
    kind.transitions = {**kind.transitions, "running": [*kind.transitions["running"], "asked"]}
    kind.save(update_fields=["transitions"])
    request(pec, "psychiatry", unit=hospitals.emp)
    request(pec, "psychiatry", "running")
    address = f"/pec/{pec.pk}/"
    assert [who.client().get(address).status_code for who in (martin, roux)] == [200, 404]
    page = claire.client().post(
        f"{address}demandes/",
        {"wanted": f"psychiatry:asked:{hospitals.psyli.pk}"},
        headers={"HX-Request": "true"},
    )
    assert [who.client().get(address).status_code for who in (martin, roux)] == [404, 200]
    undone = re.search(r'name="event" value="([^"]+)"', page.content.decode())
    assert undone
    assert claire.client().post(f"{address}annuler/", {"event": undone[1]}).status_code == 302
    assert [who.client().get(address).status_code for who in (martin, roux)] == [200, 404]
