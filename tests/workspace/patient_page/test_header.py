"""What never scrolls away, and the other passages of the patient."""

import re
from datetime import timedelta

import pytest

from osmose.encounters.lifecycle import Destination, ExitMode
from osmose.encounters.models import Encounter
from osmose.handover.actions import sign_note
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click
from tests.factories.encounters import changing, encounter, exited, request
from tests.factories.patients import a_patient
from tests.workspace.patient_page.posts import HTMX, page, post, said

pytestmark = pytest.mark.django_db


def band(text: str) -> str:
    return text[text.index('id="band"') : text.index('class="pec-bar"')]


def _ago(days: float) -> dict[str, object]:
    return {"arrived_at": clock.now() - timedelta(days=days)}


def test_the_band_says_how_urgent_who_and_why(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID")
    for wanted in ("triage:2", "ccmu:P", "concern:fugue"):
        post(claire, pec, "suivi", wanted=wanted)
    post(claire, pec, "suivi", field="allergies", text="Pénicilline")
    shown = band(page(claire, pec))
    assert "ABELLANOSA Rachid" in shown
    assert "Tri · CCMU" in shown
    assert "2 · P" in shown
    assert "Pénicilline" in shown
    worry = re.search(r'<span class="badge badge-solid" data-tone="danger"[^>]*>(.*?)</span>', shown, re.DOTALL)
    assert worry
    assert "triangle-alert" in worry[1]
    assert "Préoccupant\u202f: fugue" in worry[1]


def test_nothing_known_shows_nothing(claire: Character, hospitals: Hospitals) -> None:
    shown = band(page(claire, encounter(unit=hospitals.sau)))
    for absent in ("Tri", "Allergies", "passage", "Préoccupant"):
        assert absent not in shown


def test_passages_are_counted_in_the_thirty_days_up_to_this_arrival(claire: Character, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    pecs = [encounter(unit=hospitals.sau, patient=patient, **_ago(days)) for days in (40, 29, 12)]
    for before in pecs:
        exited(before)
    current = encounter(unit=hospitals.sau, patient=patient, **_ago(0.1))
    assert "3ᵉ passage / 30 j" in band(page(claire, current))
    assert "2ᵉ passage / 30 j" in band(page(claire, pecs[1]))


def test_two_open_encounters_of_one_patient_show_each_other(claire: Character, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    one = encounter(unit=hospitals.sau, patient=patient, **_ago(1))
    other = encounter(unit=hospitals.sau, patient=patient, **_ago(0.1))
    for shown, linked in ((one, other), (other, one)):
        text = page(claire, shown)
        assert "Autre prise en charge ouverte pour ce patient" in text
        assert f'href="/pec/{linked.pk}/"' in text


def _previous(who: Character, pec: Encounter) -> str:
    return said(who.client().get(f"/pec/{pec.pk}/passages/", headers=HTMX))


def test_earlier_passages_say_when_where_why_and_how_they_ended(claire: Character, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    before = encounter(unit=hospitals.sau, patient=patient, motif="Idées suicidaires", **_ago(12))
    click(sign_note, claire, before, text="Sortie avec sa sœur,\nrendez-vous au CMP lundi.")
    click(sign_note, claire, before, text="Note gardée", confidential=True)
    exited(before, ExitMode.TRANSFER)
    with changing(before) as row:
        row.destination = Destination.PSYCHIATRY
        row.save(update_fields=["destination"])
    current = encounter(unit=hospitals.sau, patient=patient, motif="Agitation")
    shown = _previous(claire, current)
    assert "Idées suicidaires" in shown
    assert "Agitation" not in shown
    assert "Transfert vers un autre établissement · Psychiatrie" in shown
    assert "Sortie avec sa sœur, rendez-vous au CMP lundi." in shown
    assert "Note gardée" not in shown
    assert f'href="/pec/{before.pk}/"' in shown
    listed = AccessEntry.objects.filter(actor_id=claire.id, door="pec_previous").latest("id")
    assert listed.subjects == [before.pk]
    assert listed.persons == [patient.pk]
    # Without scripts it is a page of its own.
    assert "Revenir à la prise en charge" in said(claire.client().get(f"/pec/{current.pk}/passages/"))


def test_a_partner_finds_only_the_passages_that_were_shared_with_it(martin: Character, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)
    hidden = encounter(unit=hospitals.sau, patient=patient, motif="Entorse de cheville", **_ago(3))
    exited(hidden)
    current = encounter(unit=hospitals.sau, patient=patient, **_ago(0.1))
    request(current, "psychiatry", unit=hospitals.emp)
    shown = _previous(martin, current)
    assert "Entorse" not in shown
    assert "Aucun autre passage." in shown
    assert "passage / 30 j" not in page(martin, current)


def test_a_stranger_gets_404_and_a_line_in_the_journal(zoe: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    assert zoe.client().get(f"/pec/{pec.pk}/passages/").status_code == 404
    assert AccessEntry.objects.filter(actor_id=zoe.id, outcome="refused", door="pec_previous").exists()
