"""Leaving, closing, opening again: the dialogs are fresh when they open and again when they are sent."""

from datetime import timedelta

import pytest

from osmose.encounters.models import Encounter
from osmose.handover.models import HandoverNote
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.base import clock
from osmose.kernel.base.moments import write_moment
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter, request
from tests.workspace.patient_page.posts import HTMX, events, page, post, revision_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau, arrived_at=clock.now() - timedelta(hours=3))


def dialog(who: Character, pec: Encounter, query: str = "", route: str = "sortie") -> str:
    answer = who.client().get(f"/pec/{pec.pk}/{route}/{query}", headers=HTMX)
    assert answer.status_code == 200
    return said(answer)


def test_the_exit_keeps_its_codes_and_its_hour(claire: Character, pec: Encounter) -> None:
    at = (clock.now() - timedelta(minutes=25)).replace(second=0, microsecond=0)
    fields = {"exit_mode": "7", "destination": "4", "orientation": "HDT", "at": write_moment(at)}
    assert post(claire, pec, "sortie", **fields, revision=revision_of(pec, "status")).status_code == 302
    pec.refresh_from_db()
    assert (pec.status, pec.exit_mode, pec.destination, pec.orientation) == ("sortie", "7", "4", "HDT")
    assert pec.exited_at == at
    shown = page(claire, pec)
    assert "Transfert vers un autre établissement · Psychiatrie · Soins à la demande d’un tiers" in shown
    assert "Annuler la sortie" in shown


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"exit_mode": "8", "destination": "4"}, "Une destination ne se précise que pour une mutation ou un transfert"),
        ({"exit_mode": "8", "orientation": "REA"}, "suppose une mutation ou un transfert"),
        ({"exit_mode": "6", "orientation": "FUGUE"}, "ne va pas avec ce mode de sortie"),
        ({"orientation": "ZZZ"}, "Cette orientation n’existe pas."),
        ({"at": "01/01/2020 10:00"}, "La sortie ne peut précéder l’arrivée."),
        ({"at": "31/12/2999 10:00"}, "Cette heure est dans le futur"),
        ({"at": "tantôt"}, "Écrivez l’heure comme 14:05"),
    ],
)
def test_what_contradicts_is_said_on_its_field_and_the_rest_is_kept(
    claire: Character, pec: Encounter, fields: dict[str, str], sentence: str
) -> None:
    for htmx in (True, False):
        answer = post(claire, pec, "sortie", **{"at": "", **fields}, htmx=htmx)
        assert answer.status_code == 422
        shown = said(answer)
        assert f"</svg>{sentence}" in shown.replace("\n", "") or sentence in shown
        assert "field-error" in shown
        for name, value in fields.items():
            if name != "at" and value != "ZZZ":
                assert f'value="{value}" selected' in shown or f'value="{value}" checked' in shown
            elif name == "at":
                assert f'name="at" value="{value}"' in shown
    pec.refresh_from_db()
    assert pec.status == "active"


def test_a_dialog_says_what_others_did_since_its_page_was_drawn(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    seen = events(pec)[-1].id
    post(hugo, pec, "suivi", wanted="triage:1")
    post(claire, pec, "suivi", wanted="ccmu:2")
    shown = dialog(claire, pec, f"?vu={seen}")
    assert "Depuis l’affichage de votre page" in shown
    assert f"Tri\u202f: 1 · {hugo.name}" in shown
    assert "CCMU" not in shown
    assert "Depuis l’affichage" not in dialog(claire, pec, f"?vu={events(pec)[-1].id}")
    assert "Depuis l’affichage" not in dialog(claire, pec, "?vu=hier")


def test_a_dialog_on_an_exit_already_recorded_names_who_was_faster_when_it_opens_and_when_it_is_sent(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    drawn = revision_of(pec, "status")
    assert post(hugo, pec, "sortie", exit_mode="8", revision=drawn).status_code == 302
    for shown in (dialog(claire, pec), said(post(claire, pec, "sortie", revision=drawn, htmx=True))):
        assert "La sortie est déjà enregistrée." in shown
        assert f"par {hugo.name}" in shown
        assert "<form" not in shown
    assert post(claire, pec, "sortie", revision=drawn).status_code == 409


def test_an_exit_cancelled_meanwhile_is_a_conflict_with_the_name(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    drawn = revision_of(pec, "status")
    post(hugo, pec, "sortie", revision=drawn)
    post(hugo, pec, "sortie/annuler")
    answer = post(claire, pec, "sortie", exit_mode="8", revision=drawn, htmx=True)
    assert answer.status_code == 409
    assert hugo.name in said(answer)
    assert 'value="8" checked' in said(answer)
    pec.refresh_from_db()
    assert pec.status == "active"


def test_closing_with_a_running_interview_is_refused_in_words(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    request(pec, "psychiatry", unit=hospitals.emp)
    request(pec, "psychiatry", "running")
    post(claire, pec, "sortie", exit_mode="8")
    for htmx in (True, False):
        answer = post(claire, pec, "cloture", htmx=htmx)
        assert answer.status_code == 409
        assert "terminez ou interrompez l’entretien, puis clôturez" in said(answer)
    pec.refresh_from_db()
    assert pec.status == "sortie"


@pytest.fixture
def closed(claire: Character, pec: Encounter) -> Encounter:
    post(claire, pec, "sortie", exit_mode="8")
    post(claire, pec, "cloture")
    pec.refresh_from_db()
    assert pec.status == "cloturee"
    return pec


def test_a_closed_record_offers_nothing_but_reading_and_reopening(claire: Character, closed: Encounter) -> None:
    shown = page(claire, closed)
    assert "La prise en charge est clôturée" in shown
    live = shown[shown.index('id="live"') :]
    buttons = [part.partition(">")[0] for part in live.split('class="toggle"')[1:]]
    assert buttons
    assert all("disabled" in button for button in buttons)
    for absent in ("Signer la transmission", "line-edit", "Corriger l’heure"):
        assert absent not in live
    assert "Rouvrir" in shown
    assert "Imprimer" in shown


def test_a_page_drawn_before_the_closure_is_refused_in_words_and_loses_nothing(
    claire: Character, hugo: Character, closed: Encounter
) -> None:
    for route, fields in (
        ("suivi", {"wanted": "triage:2", "revision": "0"}),
        ("suivi", {"field": "allergies", "text": "Pénicilline"}),
        ("transmissions", {"text": "Écrit avant la clôture"}),
        ("heure-arrivee", {"arrived_at": "10:00"}),
        ("referents", {"wanted": f"ide:{hugo.id}"}),
        ("demandes", {"wanted": "imaging:asked"}),
    ):
        answer = post(hugo, closed, route, **fields, htmx=True)
        assert answer.status_code == 409
        assert "lecture seule" in said(answer)
    assert not HandoverNote.objects.filter(encounter=closed).exists()
    # What was being written is still there for its author, and for nobody else.
    post(hugo, closed, "brouillon", text="Écrit avant la clôture")
    assert "Écrit avant la clôture" in page(hugo, closed)
    assert "Écrit avant la clôture" not in page(claire, closed)


def test_reopening_asks_why_and_the_timeline_keeps_it(claire: Character, closed: Encounter) -> None:
    assert "Rouvrir la prise en charge" in dialog(claire, closed, route="reouverture")
    empty = post(claire, closed, "reouverture", reason=" ", htmx=True)
    assert empty.status_code == 422
    assert "Écrivez pourquoi la prise en charge est rouverte." in said(empty)
    assert post(claire, closed, "reouverture", reason="Compte rendu oublié").status_code == 302
    closed.refresh_from_db()
    assert closed.status == "sortie"
    shown = page(claire, closed)
    assert "Prise en charge rouverte" in shown
    assert "Compte rendu oublié" in shown
    again = post(claire, closed, "reouverture", reason="encore", htmx=True)
    assert again.status_code == 409
    assert f"par {claire.name}" in said(again)


def test_a_partner_neither_closes_nor_opens_again(martin: Character, hospitals: Hospitals, pec: Encounter) -> None:
    request(pec, "psychiatry", unit=hospitals.emp)
    for route in ("cloture", "reouverture"):
        assert post(martin, pec, route, reason="x").status_code == 404
    assert "Clôturer" not in page(martin, pec)


def test_the_sheet_is_whole_signed_and_journaled_as_a_printing(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    for number in range(50):
        post(claire, pec, "transmissions", text=f"Note numéro {number:03}")
    post(claire, pec, "suivi", wanted="triage:2")
    post(claire, pec, "suivi", field="allergies", text="Pénicilline")
    shown = said(claire.client().get(f"/pec/{pec.pk}/impression/"))
    assert "Note numéro 000" in shown
    assert "Note numéro 049" in shown
    assert "<dt>Tri</dt><dd>Tri 2" in shown
    assert "<dt>Allergies</dt><dd>Pénicilline" in shown
    assert f"par {claire.name}" in shown
    head = shown[shown.index("<thead>") : shown.index("</thead>")]
    assert "FICTIVE" in head
    assert "form=" not in shown
    assert AccessEntry.objects.filter(actor_id=claire.id, verb=Verb.PRINT, subjects__contains=[pec.pk]).count() == 1
