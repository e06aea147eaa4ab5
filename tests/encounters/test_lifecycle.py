"""Active, exited, closed: what is possible, and the words of what is not."""

from datetime import timedelta

import pytest

from osmose.encounters import actions, lifecycle
from osmose.encounters.lifecycle import ArrivalMode, EncounterStatus, ExitMode
from osmose.handover.actions import sign_note
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, fresh, move, refused
from tests.factories import encounters as pecs
from tests.factories.patients import a_patient

pytestmark = pytest.mark.django_db


def test_a_passage_goes_from_active_to_exited_to_closed(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    left = click(actions.exit_encounter, claire, pec, mode=ExitMode.HOME, at=None)
    assert (left.status, left.exit_mode) == (EncounterStatus.EXITED, "8")
    assert left.exited_at is not None
    closed = click(actions.close_encounter, claire, pec)
    assert (closed.status, closed.is_open) == (EncounterStatus.CLOSED, False)
    told = [entry.sentence for entry in timeline.of(pec.pk)]
    assert told == ["Prise en charge clôturée", "Sortie enregistrée", "Arrivée"]


def test_a_cancelled_exit_makes_the_passage_active_again(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.exited(pecs.encounter(unit=hospitals.sau))
    back = click(actions.cancel_exit, claire, pec)
    assert (back.status, back.exited_at, back.exit_mode) == (EncounterStatus.ACTIVE, None, "")


@pytest.mark.parametrize(
    ("state", "deed", "wanted", "words"),
    [
        ("active", actions.close_encounter, {}, "Enregistrez d’abord la sortie"),
        ("active", actions.cancel_exit, {}, "Aucune sortie à annuler."),
        ("exited", actions.exit_encounter, {"mode": None, "at": None}, "La sortie est déjà enregistrée."),
        ("closed", actions.exit_encounter, {"mode": None, "at": None}, "lecture seule"),
        ("closed", actions.cancel_exit, {}, "lecture seule"),
        ("closed", actions.close_encounter, {}, "lecture seule"),
        ("closed", actions.set_motif, {"motif": "Autre"}, "lecture seule"),
        ("closed", actions.set_arrival_mode, {"mode": ArrivalMode.SMUR}, "lecture seule"),
        ("closed", actions.set_place, {"place": "|"}, "lecture seule"),
        ("closed", actions.set_request, {"kind": "imaging", "status": "asked", "unit": None}, "lecture seule"),
        ("closed", actions.note_request, {"kind": "imaging", "text": "x"}, "lecture seule"),
        ("closed", sign_note, {"text": "Trop tard"}, "lecture seule"),
    ],
)
def test_an_impossible_deed_is_refused_in_words_and_writes_nothing(
    claire: Character, hospitals: Hospitals, state: str, deed: object, wanted: dict[str, object], words: str
) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    if state != "active":
        pecs.exited(pec)
    if state == "closed":
        click(actions.close_encounter, claire, pec)
    before = fresh(pec).version
    with refused(words) as caught:
        click(deed, claire, pec, **wanted)  # type: ignore[arg-type]
    assert caught.value.status == 409
    assert fresh(pec).version == before


def test_every_refused_deed_of_the_table_has_its_words() -> None:
    for deed, (sources, _, _) in lifecycle.TRANSITIONS.items():
        for status in EncounterStatus:
            answer = lifecycle.availability(status, deed)
            assert answer.is_possible is (status in sources)
            assert answer.is_possible or answer.reason.endswith("."), (deed, status)


def test_nobody_leaves_before_arriving_nor_in_the_future(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    now = clock.now()
    with refused("ne peut précéder"):
        click(actions.exit_encounter, claire, pec, mode=None, at=now - timedelta(hours=2))
    with refused("dans le futur"):
        click(actions.exit_encounter, claire, pec, mode=None, at=now + timedelta(minutes=5))
    assert fresh(pec).status == EncounterStatus.ACTIVE


def test_what_is_already_so_is_not_told_twice(claire: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau, motif="Chute", location=hospitals.place("AV"))
    before = fresh(pec).version
    for deed, wanted in (
        (actions.set_motif, {"motif": "Chute"}),
        (actions.set_arrival_mode, {"mode": ArrivalMode.UNKNOWN}),
        (actions.set_place, {"place": f"{hospitals.place('AV').pk}|"}),
        (actions.set_request, {"kind": "box", "status": "none", "unit": None}),
    ):
        with pytest.raises(actions.Unchanged):
            click(deed, claire, pec, **wanted)  # type: ignore[arg-type]
    assert fresh(pec).version == before


def test_a_patient_has_one_open_passage_in_a_hospital(claire: Character, hospitals: Hospitals) -> None:
    patient = a_patient(hospitals.perpignan)

    def open_one() -> object:
        now = clock.now()
        return actions.open_encounter(
            actor=claire.actor_at(now), care_unit=hospitals.sau, patient=patient, traits=None, motif="Chute",
            arrival_mode=ArrivalMode.ALONE, now=now,
        )  # fmt: skip

    pec = pecs.encounter(unit=hospitals.sau, patient=patient)
    with refused("déjà une prise en charge ouverte"):
        open_one()
    pecs.exited(pec)
    with refused("déjà une prise en charge ouverte"):
        open_one()
    click(actions.close_encounter, claire, pec)
    assert open_one() != pec


def test_a_patient_of_another_domain_is_not_known_here(claire: Character, hospitals: Hospitals) -> None:
    stranger, now = a_patient(hospitals.narbonne), clock.now()
    with refused("n’est pas connu de votre établissement"):
        actions.open_encounter(
            actor=claire.actor_at(now), care_unit=hospitals.sau, patient=stranger, traits=None, motif="Chute",
            arrival_mode=ArrivalMode.ALONE, now=now,
        )  # fmt: skip


def test_a_nurse_of_the_other_hospital_can_do_nothing(zoe: Character, hospitals: Hospitals) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    for deed in (
        lambda: ask(zoe, pec, "imaging"),
        lambda: move(zoe, pec, None),
        lambda: click(sign_note, zoe, pec, text="x"),
    ):
        with pytest.raises(NotVisible):
            deed()
    assert fresh(pec).version == pec.version
