"""Interviews of the psychiatric team: several professionals on one request, each on their own."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from osmose.encounters import actions
from osmose.encounters.models import Encounter, Interruption, Intervention
from osmose.encounters.operations import interventions
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Conflict
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import (
    ask,
    begin,
    click,
    current,
    end,
    fresh,
    interrupt,
    last,
    refused,
    resume,
    retime,
    revision_of,
    undo,
)
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_at() -> datetime:
    return clock.now() - timedelta(minutes=40)


@pytest.fixture
def pec(claire: Character, hospitals: Hospitals, asked_at: datetime) -> Encounter:
    """A PEC for which the mobile team was asked forty minutes ago."""
    found = pecs.encounter(unit=hospitals.sau)
    ask(claire, found, "psychiatry", unit=hospitals.emp, now=asked_at)
    return found


def status(pec: Encounter) -> tuple[str, datetime]:
    request = current(pec, "psychiatry")
    return request.status, request.changed_at


def test_beginning_an_interview_makes_the_request_running_in_one_click(
    martin: Character, pec: Encounter, asked_at: datetime
) -> None:
    now = clock.now()
    begin(martin, pec, now=now)
    request = current(pec, "psychiatry")
    assert (request.status, request.requested_at, request.started_at, request.changed_at) == (
        "running", asked_at, now, now,
    )  # fmt: skip
    entry = timeline.of(pec.pk)[0]
    assert (entry.sentence, entry.by, entry.detail) == ("PEC psy\u202f: entretien commencé", martin.name, "")


def test_a_colleague_who_is_named_is_the_one_in_the_interview(
    martin: Character, nadia: Character, pec: Encounter
) -> None:
    interview = begin(martin, pec, nadia)
    assert interview.professional == nadia.user
    entry = timeline.of(pec.pk)[0]
    assert (entry.by, entry.detail) == (martin.name, nadia.name)


def test_several_professionals_each_have_their_own(martin: Character, nadia: Character, pec: Encounter) -> None:
    at = clock.now() - timedelta(minutes=30)
    first = begin(martin, pec, now=at)
    second = begin(nadia, pec, now=at + timedelta(minutes=5))
    assert status(pec) == ("running", at)
    interrupt(martin, pec, first, now=at + timedelta(minutes=10))
    assert status(pec) == ("running", at), "somebody is still there"
    interrupt(nadia, pec, second, now=at + timedelta(minutes=12))
    assert status(pec) == ("paused", at + timedelta(minutes=12))
    end(martin, pec, first, now=at + timedelta(minutes=14))
    assert status(pec) == ("paused", at + timedelta(minutes=12)), "one is to come back"
    resume(nadia, pec, second, now=at + timedelta(minutes=20))
    assert status(pec) == ("running", at + timedelta(minutes=20))
    end(nadia, pec, second, "Retour à domicile possible", now=at + timedelta(minutes=25))
    assert status(pec) == ("done", at + timedelta(minutes=25))
    request = current(pec, "psychiatry")
    assert (request.started_at, request.done_at) == (at, at + timedelta(minutes=25))


def test_somebody_may_begin_once_the_first_interview_is_over(
    martin: Character, nadia: Character, pec: Encounter
) -> None:
    end(martin, pec, begin(martin, pec))
    begin(nadia, pec)
    request = current(pec, "psychiatry")
    assert (request.status, request.done_at, request.interventions.count()) == ("running", None, 2)


def test_an_interruption_says_why_and_when_its_professional_comes_back(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec)
    back = clock.now() + timedelta(minutes=45)
    with refused("Dites pourquoi l’entretien est interrompu"):
        interrupt(martin, pec, interview, "")
    with refused("Cette heure est déjà passée"):
        interrupt(martin, pec, interview, expected_at=clock.now() - timedelta(minutes=2))
    with refused("trop lointaine"):
        interrupt(martin, pec, interview, expected_at=clock.now() + timedelta(days=8))
    interrupt(martin, pec, interview, "Scanner", expected_at=back)
    pause = Interruption.objects.get(intervention=interview)
    assert (pause.reason, pause.expected_at, current(pec, "psychiatry").expected_at) == ("Scanner", back, back)
    entry = timeline.of(pec.pk)[0]
    assert entry.sentence == "PEC psy\u202f: entretien interrompu"
    assert entry.detail.startswith("Scanner · reprise prévue à ")
    resume(martin, pec, interview)
    assert current(pec, "psychiatry").expected_at is None


def test_what_is_not_possible_is_said_in_words(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec)
    with refused("a déjà un entretien ouvert"):
        begin(martin, pec)
    with refused("déjà en cours"):
        resume(martin, pec, interview)
    interrupt(martin, pec, interview)
    with refused("déjà interrompu"):
        interrupt(martin, pec, interview)
    end(martin, pec, interview)
    with refused("commencez-en un autre"):
        resume(martin, pec, interview)


def test_nothing_begins_before_it_is_asked(martin: Character, claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    ask(claire, pec, "psychiatry", "cancelled")
    with refused("demandez-la d’abord"):
        begin(martin, pec)


def test_only_the_team_that_is_asked_holds_interviews(
    claire: Character, martin: Character, roux: Character, pec: Encounter
) -> None:
    """A nurse of the SAU neither begins, interrupts nor ends a psychiatrist's interview."""
    with refused("Les entretiens sont tenus par l’équipe demandée (Équipe mobile)"):
        begin(claire, pec, martin)
    interview = begin(martin, pec)
    for deed in (interrupt, end):
        with refused("Les entretiens sont tenus par l’équipe demandée"):
            deed(claire, pec, interview)
    with refused("n’est pas de l’équipe demandée"):
        begin(martin, pec, roux)


def test_once_the_patient_has_left_whoever_follows_the_record_may_end_what_was_forgotten(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    interview = begin(martin, pec)
    pecs.exited(pec)
    with refused("terminez ou interrompez"):
        click(actions.close_encounter, claire, pec)
    with refused("Les entretiens sont tenus par l’équipe demandée"):
        end(claire, pec, interview, "Une conclusion qui n’est pas la sienne")
    end(claire, pec, interview)
    row = Intervention.objects.get(pk=interview.pk)
    assert (row.ended_by, row.conclusion) == (claire.name, None)
    click(actions.close_encounter, claire, pec)


def test_a_state_in_one_click_never_contradicts_an_open_interview(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    interview = begin(martin, pec)
    with refused(f"Entretien en cours de {martin.name}\u202f: interrompez ou terminez cet entretien"):
        ask(claire, pec, "psychiatry", "done")
    interrupt(martin, pec, interview)
    with refused(f"Entretien interrompu de {martin.name}\u202f: reprenez ou terminez cet entretien"):
        ask(claire, pec, "psychiatry", "running")
    end(martin, pec, interview)
    again = ask(claire, pec, "psychiatry", "asked", current(pec, "psychiatry").addressed_unit)
    assert again.interventions.count() == 0, "asked again: another request, with its own clocks"


def test_whoever_notes_psychiatry_without_naming_somebody_still_does_in_one_click(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    at = clock.now() - timedelta(minutes=20)
    for minutes, wanted in enumerate(("running", "paused", "running")):
        ask(claire, pec, "psychiatry", wanted, now=at + timedelta(minutes=minutes))
    begin(martin, pec)
    request = current(pec, "psychiatry")
    assert (request.status, request.started_at) == ("running", at), "the first meeting stays the first"


def test_two_people_who_end_the_same_interview_lose_nothing(
    martin: Character, nadia: Character, pec: Encounter
) -> None:
    """The second one is told, sees both conclusions, and may join hers."""
    interview = begin(martin, pec)
    seen = revision_of(pec, interventions.field_of(interview))
    end(martin, pec, interview, "Pas d’indication d’hospitalisation", revision=seen)
    with pytest.raises(Conflict) as caught:
        end(nadia, pec, interview, "Rappel demain", revision=seen)
    conflict = caught.value
    assert (conflict.mine, conflict.theirs, conflict.by) == (
        "Rappel demain", "Pas d’indication d’hospitalisation", martin.name,
    )  # fmt: skip
    with refused(f"déjà terminé à {clock.paris(Intervention.objects.get().ended_at):%H:%M} par {martin.name}"):
        end(nadia, pec, interview)
    joined = "Pas d’indication d’hospitalisation / Rappel demain"
    end(nadia, pec, interview, joined, revision=conflict.revision)
    assert Intervention.objects.get().conclusion == joined
    assert [e.sentence for e in timeline.of(pec.pk)[:2]] == [
        "PEC psy\u202f: conclusion",
        "PEC psy\u202f: entretien terminé",
    ]


def test_one_s_own_click_is_undone_and_the_request_follows(
    martin: Character, nadia: Character, pec: Encounter, asked_at: datetime
) -> None:
    first = begin(martin, pec)
    begin(nadia, pec)
    undo(nadia, pec)
    assert status(pec)[0] == "running"
    back = clock.now() + timedelta(minutes=30)
    interrupt(martin, pec, first, expected_at=back)
    end(martin, pec, first, "Fini")
    undo(martin, pec)
    request = current(pec, "psychiatry")
    assert (request.status, request.expected_at, request.done_at) == ("paused", back, None)
    resume(martin, pec, first)
    undo(martin, pec)
    assert status(pec)[0] == "paused"


def test_undoing_the_only_beginning_puts_the_request_back_with_its_promise(
    martin: Character, pec: Encounter, asked_at: datetime
) -> None:
    promised = clock.now() + timedelta(minutes=30)
    ask(martin, pec, "psychiatry", "acknowledged", expected_at=promised, reason="Entretien au CMP")
    begin(martin, pec)
    undo(martin, pec)
    request = current(pec, "psychiatry")
    assert (request.status, request.requested_at, request.expected_at, request.reason, request.started_at) == (
        "acknowledged", asked_at, promised, "Entretien au CMP", None,
    )  # fmt: skip
    assert not interventions.of(request)


def test_a_request_is_not_undone_under_an_interview(claire: Character, martin: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    event = last(pec, "encounters.request_changed")
    begin(martin, pec)
    with refused("Quelqu’un a modifié ce champ depuis"):
        undo(claire, pec, event)


def test_an_interview_begun_earlier_than_it_was_clicked_moves_every_clock(
    martin: Character, pec: Encounter, asked_at: datetime
) -> None:
    interview = begin(martin, pec)
    really = asked_at + timedelta(minutes=10)
    retime(martin, pec, really)
    request = current(pec, "psychiatry")
    assert (request.started_at, request.changed_at) == (really, really)
    with refused("n’a pu commencer avant la demande"):
        retime(martin, pec, asked_at - timedelta(minutes=1))
    interrupt(martin, pec, interview)
    with refused("contredit les autres heures de l’entretien"):
        retime(martin, pec, really - timedelta(minutes=1))
    retime(martin, pec, really + timedelta(minutes=5))
    assert status(pec) == ("paused", really + timedelta(minutes=5))
    end(martin, pec, interview)
    retime(martin, pec, really + timedelta(minutes=9))
    assert current(pec, "psychiatry").done_at == really + timedelta(minutes=9)


def test_each_click_moves_the_version_of_the_pec_once(martin: Character, pec: Encounter) -> None:
    before = fresh(pec).version
    interview = begin(martin, pec)
    interrupt(martin, pec, interview)
    assert fresh(pec).version == before + 2


def test_a_conclusion_and_a_reason_are_sealed_with_the_patient_s_key(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec)
    interrupt(martin, pec, interview, "Motif très particulier")
    end(martin, pec, interview, "Conclusion très particulière")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason FROM encounters_interruption UNION SELECT conclusion FROM encounters_intervention"
        )
        stored = [bytes(row[0]) for row in cursor.fetchall()]
    assert len(stored) == 2
    assert not any(b"particul" in text for text in stored)
    assert interview.data_key_id == fresh(pec).data_key_id
