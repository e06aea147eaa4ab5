"""Every example message: in the order of the story, of the alphabet, and in any other."""

import random

import pytest

from osmose.encounters.models import Encounter
from osmose.interop.hl7 import inbox
from osmose.interop.hl7.models import InboxMessage, MessageState
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.kernel.events.models import Event
from osmose.kernel.events.timeline import read
from osmose.patients.models import Patient
from osmose.patients.rules import IdentityStatus
from tests.cast import Hospitals
from tests.interop.hl7.feed import SOURCE, STORY, acks, everything, pec, places, sentences, take, why
from tests.interop.hl7.samples import ADT_FILES, bent, sample

pytestmark = pytest.mark.django_db
APPLIED, REFUSED, QUEUED = MessageState.APPLIED, MessageState.REFUSED, MessageState.QUEUED
MOVES = ("A04_arrivee.hl7", "A02_changement_box.hl7", "A31_maj_identite.hl7", "Z99_maj_mouvement_FR.hl7")


def _orders(count: int) -> list[tuple[str, ...]]:
    chance = random.Random(711)
    return [tuple(reversed((*MOVES, "A03_sortie.hl7")))] + [
        tuple(chance.sample((*MOVES, "A03_sortie.hl7"), 5)) for _ in range(count)
    ]


def test_the_examples_are_the_story() -> None:
    assert sorted(STORY) == ADT_FILES


def test_the_story_in_order(hospitals: Hospitals) -> None:
    taken = [take(name) for name in STORY]
    assert [t.message.state for t in taken] == [*[APPLIED] * 7, REFUSED, APPLIED, QUEUED]
    assert acks(t.message for t in taken) == ["AA"] * 7 + ["AE", "AA", "AA"]
    # A11 after the exit: the sender cancels the exit (A13) first.
    assert why(taken[7]) == ("206", "PV1-19", "Seule une prise en charge active peut être annulée.")
    encounter = pec(hospitals.perpignan)
    assert places(encounter) == [("10:10", "SAU 4"), ("11:20", "UHCD CH2-1"), ("11:31", "SAU 4")]
    assert (encounter.status, encounter.exited_at, encounter.care_unit) == ("active", None, hospitals.sau)
    assert sentences(encounter) == [
        "Arrivée",
        "Lieu\u202f: UHCD · Chambre 2, lit 1",
        "Prise en charge poursuivie\u202f: UHCD",
        "Lieu\u202f: SAU · Box 4",
        "Prise en charge poursuivie\u202f: SAU",
        "Lieu\u202f: SAU · Box 4",
        "Sortie enregistrée",
        "Sortie annulée",
    ]


def test_the_story_told_again_changes_nothing(hospitals: Hospitals) -> None:
    first = [take(name) for name in STORY]
    before = everything()
    again = [take(name) for name in STORY]
    assert everything() == before
    assert [t.is_new for t in again] == [False] * len(STORY)
    assert [t.message.answer for t in again] == [t.message.answer for t in first]


def test_the_story_in_alphabetical_order(hospitals: Hospitals) -> None:
    states = {name: take(name).message.state for name in ADT_FILES}
    assert {name for name, state in states.items() if state == REFUSED} == {
        "A02_changement_box.hl7",  # no such visit yet
        "A03_sortie.hl7",
        "A13_annulation_sortie.hl7",  # cancelled by A11 meanwhile
        "Z99_maj_mouvement_FR.hl7",
    }
    assert states["A40_fusion.hl7"] == QUEUED
    assert list(Encounter.objects.order_by("status").values_list("status", flat=True)) == ["active", "annulee"]


@pytest.mark.parametrize("order", _orders(11), ids=lambda order: " ".join(name[:3] for name in order))
def test_messages_in_any_order_end_in_the_same_place(hospitals: Hospitals, order: tuple[str, ...]) -> None:
    for name in order:
        take(name)
    for _ in order:  # what was refused for want of another message is applied once that one came
        for message in InboxMessage.objects.filter(state=REFUSED).order_by("received_at"):
            inbox.settle(message, source=SOURCE, now=clock.now())
    assert set(InboxMessage.objects.values_list("state", flat=True)) == {APPLIED}
    encounter = pec(hospitals.perpignan)
    assert places(encounter) == [("10:10", "SAU 4"), ("11:20", "UHCD CH2-1")]
    assert (encounter.status, encounter.care_unit, encounter.exit_mode) == ("sortie", hospitals.uhcd, "7")
    assert f"{clock.paris(encounter.exited_at):%H:%M}" == "15:00"
    assert Grant.objects.filter(subject_id=encounter.pk, source=Source.OWNER, ends_at=None).get().unit_id == (
        hospitals.uhcd.pk
    )


def test_the_third_walk(hospitals: Hospitals) -> None:
    """A04: patient, PEC, its owner's grant and nobody else's, event, journal, inbox row and answer, all or nothing."""
    message = take("A04_arrivee.hl7").message
    encounter = pec(hospitals.perpignan)
    patient = encounter.patient
    assert message.encounter_id == encounter.pk
    assert (message.establishment_id, message.event, message.state) == (hospitals.perpignan.pk, "A04", APPLIED)
    assert (patient.birth_name, patient.used_name, patient.first_name) == ("FICTIVE", "ESSAI", "LOUISE")
    assert (patient.establishment, patient.status) == (hospitals.perpignan, IdentityStatus.QUALIFIEE)
    assert sorted(n.kind for n in patient.identifiers.all()) == ["INS", "IPP", "NDA"]
    assert patient.identifiers.get(kind="IPP").authority == "CH-A"
    assert (encounter.visit_number, encounter.motif, encounter.status) == ("V26004711", "", "active")
    assert f"{clock.paris(encounter.arrived_at):%d/%m/%Y %H:%M}" == "01/03/2026 10:10"
    assert places(encounter) == [("10:10", "SAU 3")]
    assert list(Grant.objects.filter(subject_id=encounter.pk).values_list("unit_id", "source")) == [
        (hospitals.sau.pk, "owner")
    ]
    arrived = read(Event.objects.get(kind="encounters.patient_arrived"))
    assert (arrived.by, arrived.detail) == ("Admissions CH Perpignan", "SAU · Box 3 · automatique (admissions)")
    entry = AccessEntry.objects.get()
    assert (entry.actor_kind, entry.verb, entry.subjects, entry.persons) == (
        "feed",
        "change",
        [encounter.pk],
        [patient.pk],
    )


def test_a_visit_announced_twice_has_one_pec(hospitals: Hospitals) -> None:
    take("A04_arrivee.hl7")
    again = take(bent("A04_arrivee.hl7", ("MSG0001", "MSG0201"), ("20260301101600||ADT", "20260301103000||ADT")))
    assert (again.is_new, again.message.state) == (True, APPLIED)
    assert (Encounter.objects.count(), Patient.objects.count()) == (1, 1)
    encounter = pec(hospitals.perpignan)
    assert (encounter.version, sentences(encounter)) == (1, ["Arrivée"])


def test_the_unknown_patient_is_provisional_and_without_date(hospitals: Hospitals) -> None:
    take("A04_patient_inconnu.hl7")
    patient = pec(hospitals.perpignan, "V26004712").patient
    assert (patient.is_unknown, patient.birth_date, patient.status) == (True, None, IdentityStatus.PROVISOIRE)


def test_two_files_are_never_merged_without_a_reader(hospitals: Hospitals) -> None:
    take("A04_arrivee.hl7")
    take("A04_patient_inconnu.hl7")
    before = list(Patient.objects.order_by("pk").values_list("pk", "version", "merged_into"))
    queued = take("A40_fusion.hl7").message
    assert (queued.state, acks([queued])) == (QUEUED, ["AA"])
    assert list(Patient.objects.order_by("pk").values_list("pk", "version", "merged_into")) == before
    assert sample("A40_fusion.hl7") == queued.body
