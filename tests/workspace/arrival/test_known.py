"""Somebody known arrives: what is to be known of them comes first, as far as earlier visits open it."""

import html
from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.patients.models import Patient
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click
from tests.factories import encounters as pecs
from tests.factories.instructions import an_instruction, overdue
from tests.factories.patients import acting
from tests.workspace.arrival.conftest import desk_of
from tests.workspace.patient_page.posts import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def before(hospitals: Hospitals) -> Encounter:
    made = pecs.encounter(
        unit=hospitals.sau, motif="Demande sociale", arrived_at=clock.now() - timedelta(days=3), birth_name="TESTARD"
    )
    return pecs.exited(made)


def known(who: Character, patient: Patient, path: str = "", **options: Any) -> tuple[int, str]:
    answer = who.client().get(f"/pec/nouvelle/{patient.pk}/{path}", **options)
    return answer.status_code, html.unescape(answer.content.decode())


def gone(who: Character, pec: Encounter) -> None:
    """The visit is over: there is nothing open any more."""
    click(actions.close_encounter, who, pec)


def protect(patient: Patient) -> None:
    with acting():
        Patient.objects.filter(pk=patient.pk).update(is_protected=True)


def test_the_search_and_the_arrival_say_it_before_the_pec_is_opened(claire: Character, before: Encounter) -> None:
    an_instruction(claire, before, text="Orienter vers l’assistante sociale", meanwhile="Un café, salle B")
    gone(claire, before)
    assert "1 consigne<" in desk_of(claire).searches("14/07/1988", "TES")
    _, page = known(claire, before.patient)
    assert page.index("Orienter vers l’assistante sociale") < page.index("Ouvrir la prise en charge")
    assert "Un café, salle B" in page
    status, visits = known(claire, before.patient, "passages/", headers=HTMX)
    assert status == 200
    assert "1 passage" in visits
    assert "Demande sociale" in visits
    line = AccessEntry.objects.filter(actor_id=claire.id, door="arrival_passages").latest("id")
    assert line.subjects == [before.pk]
    assert "Revenir à l’arrivée" in known(claire, before.patient, "passages/")[1]


def test_one_past_its_review_says_so_at_the_arrival(claire: Character, before: Encounter) -> None:
    overdue(claire, before)
    assert "Relecture prévue" in known(claire, before.patient)[1]


def test_a_unit_that_never_received_the_patient_reads_nothing_before_it_does(
    claire: Character, ines: Character, hospitals: Hospitals, before: Encounter
) -> None:
    an_instruction(claire, before, text="Orienter vers l’assistante sociale")
    ines.leaves(hospitals.sau)
    ines.joins(hospitals.ped)
    assert "consigne<" not in desk_of(ines).searches("14/07/1988", "TES")
    assert "Orienter" not in known(ines, before.patient)[1]
    assert "Aucun passage" in known(ines, before.patient, "passages/", headers=HTMX)[1]


def test_a_protected_identity_shows_nothing_of_it_before_its_pec(claire: Character, before: Encounter) -> None:
    an_instruction(claire, before, text="Orienter vers l’assistante sociale")
    gone(claire, before)
    protect(before.patient)
    assert "1 consigne<" not in desk_of(claire).searches("14/07/1988", "TES")
    _, page = known(claire, before.patient)
    assert "Orienter" not in page
    assert "une fois la prise en charge ouverte" in page
    assert known(claire, before.patient, "passages/", headers=HTMX)[0] == 404
    desk_of(claire).opens_for(before.patient)
    opened = Encounter.objects.filter(patient=before.patient).exclude(pk=before.pk).get()
    assert "Orienter" in html.unescape(claire.client().get(f"/pec/{opened.pk}/").content.decode())


def test_another_hospital_finds_neither(claire: Character, zoe: Character, before: Encounter) -> None:
    an_instruction(claire, before)
    assert known(zoe, before.patient)[0] == 404
    assert known(zoe, before.patient, "passages/", headers=HTMX)[0] == 404
