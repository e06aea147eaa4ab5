"""Two desks, one patient, the same instant."""

import threading

import pytest
from django.db import connection

from osmose.encounters import actions
from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.models import Encounter, Intervention
from osmose.encounters.operations.interventions import field_of
from osmose.encounters.operations.places import place_code
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Conflict, Refused
from osmose.kernel.events.models import Event
from tests.cast import Character, Hospitals
from tests.database import as_owner
from tests.encounters.clicks import ask, begin, revision_of
from tests.factories.encounters import encounter, kinds
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


def test_three_hundred_clicks_of_two_people_lose_nothing(
    claire: Character, hugo: Character, hospitals: Hospitals
) -> None:
    """Each toggles a request of her own 150 times: every click is one event, and the row says the last one of each."""
    pec = encounter(unit=hospitals.sau)
    wanted = {claire: ("imaging", ("running", "done")), hugo: ("biology", ("running", "refused"))}
    start, faults = threading.Barrier(2), []

    def toggle(who: Character) -> None:
        kind, states = wanted[who]
        try:
            actor = who.actor
            start.wait()
            for n in range(150):
                actions.set_request(
                    actor=actor, encounter=pec, kind=kind, status=states[n % 2], unit=None, revision=n, now=clock.now()
                )
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    desks = [threading.Thread(target=toggle, args=[who]) for who in wanted]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(timeout=120)
    assert not faults
    after = Encounter.objects.get(pk=pec.pk)
    assert {field: after.revisions[field] for field in ("request:imaging", "request:biology")} == {
        "request:imaging": 150, "request:biology": 150,
    }  # fmt: skip
    assert after.version == pec.version + 300
    told = Event.objects.filter(subject_id=pec.pk, kind="encounters.request_changed")
    assert {who.id: told.filter(actor_id=who.id).count() for who in wanted} == {claire.id: 150, hugo.id: 150}
    assert {r.kind.code: r.status for r in after.requests.select_related("kind")} == {
        "imaging": "done", "biology": "refused",
    }  # fmt: skip


def test_two_desks_give_one_box_and_only_one_gets_it_unasked(
    claire: Character, hugo: Character, hospitals: Hospitals
) -> None:
    first, second = encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    place = place_code(hospitals.place("SAU"), hospitals.place("BOX-3"))
    start, outcomes = threading.Barrier(2), []

    def install(who: Character, pec: Encounter) -> None:
        try:
            start.wait()
            actions.set_place(actor=who.actor, encounter=pec, place=place, revision=0, now=clock.now())
            outcomes.append("installed")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    desks = [threading.Thread(target=install, args=pair) for pair in ((claire, first), (hugo, second))]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(timeout=20)
    assert sorted(outcomes) == ["box-taken", "installed"]


def test_a_pec_that_stays_locked_is_said_to_be_busy_and_keeps_nothing_half_written(
    claire: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    browser = claire.client()
    browser.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("25s",)
        cursor.execute("SET lock_timeout = '200ms'")
    try:
        with as_owner() as somebody, somebody.transaction():
            somebody.execute("SELECT FROM encounters_encounter WHERE id = %s FOR UPDATE", [pec.pk])
            answer = browser.post(f"/pec/{pec.pk}/suivi/", {"wanted": "triage:2"})
    finally:
        connection.close()
        connection.close_pool()  # with the connection that is so impatient
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Réessayer" in answer.content.decode()
    assert not Event.objects.filter(subject_id=pec.pk, changed=["triage"]).exists()
    assert browser.post(f"/pec/{pec.pk}/suivi/", {"wanted": "triage:2"}).status_code == 302


def test_two_professionals_end_one_interview_and_the_second_is_told(
    claire: Character, martin: Character, nadia: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    interview = begin(martin, pec)
    seen = revision_of(pec, field_of(interview))
    start, outcomes = threading.Barrier(2), {}

    def conclude(who: Character, text: str) -> None:
        try:
            actor = who.actor
            start.wait()
            actions.end_intervention(
                actor=actor,
                encounter=pec,
                intervention_id=interview.pk,
                conclusion=text,
                revision=seen,
                now=clock.now(),
            )
            outcomes[text] = "ended"
        except Conflict as conflict:
            outcomes[text] = f"{conflict.mine} / {conflict.theirs}"
        finally:
            connection.close()

    people = [threading.Thread(target=conclude, args=pair) for pair in ((martin, "Retour"), (nadia, "Rappel"))]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=20)
    kept = str(Intervention.objects.get().conclusion)
    other = ({"Retour", "Rappel"} - {kept}).pop()
    assert outcomes == {kept: "ended", other: f"{other} / {kept}"}
    assert Event.objects.filter(subject_id=pec.pk, kind="encounters.intervention_ended").count() == 1
