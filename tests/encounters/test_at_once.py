"""Two desks, one patient, the same instant."""

import threading

import pytest
from django.db import connection

from osmose.encounters import actions
from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from tests.cast import Character, Hospitals
from tests.factories.encounters import kinds
from tests.factories.patients import a_patient

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_desks_open_one_pec_for_one_patient(claire: Character, hugo: Character, hospitals: Hospitals) -> None:
    kinds(hospitals.perpignan)
    patient = a_patient(hospitals.perpignan)
    start, outcomes = threading.Barrier(2), []

    def arrive(who: Character) -> None:
        try:
            start.wait()
            now = clock.now()
            actions.open_encounter(
                actor=who.actor,
                care_unit=hospitals.sau,
                patient=patient,
                traits=None,
                motif="Chute",
                arrival_mode=ArrivalMode.ALONE,
                now=now,
            )
            outcomes.append("opened")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    desks = [threading.Thread(target=arrive, args=[who]) for who in (claire, hugo)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(timeout=20)
    assert sorted(outcomes) == ["already-open", "opened"]
    assert Encounter.objects.filter(patient=patient).count() == 1
