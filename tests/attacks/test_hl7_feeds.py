"""What a feed, mistaken or malicious, can't do: reach another hospital, forge, flood, or make the house talk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ
from osmose.interop.hl7.inbox import Source
from osmose.interop.hl7.models import InboxMessage, MessageState
from osmose.interop.hl7.policies import APPLY
from osmose.kernel.access.models import Grant
from osmose.kernel.base import clock
from osmose.patients.models import Patient
from tests.cast import Character, Hospitals
from tests.interop.hl7.feed import acks, everything, pec, state, take, why
from tests.interop.hl7.samples import bent, sample, with_field

pytestmark = pytest.mark.django_db
STORY = ("A04_arrivee.hl7", "A02_changement_box.hl7", "A08_maj_venue_international.hl7", "A03_sortie.hl7")


def narbonne(name: str, *changes: tuple[str, str]) -> bytes:
    """The same person, INS, numbers and visit, said by the third hospital."""
    return bent(name, ("CH-A", "CH-C"), ("999999991", "999999993"), *changes)


def test_the_same_person_at_the_third_hospital_is_another_file(
    hospitals: Hospitals, zoe: Character, claire: Character
) -> None:
    take("A04_arrivee.hl7")
    ours = pec(hospitals.perpignan)
    before = Patient.objects.get().version, ours.version
    message = take(narbonne("A04_arrivee.hl7")).message
    assert (message.state, message.is_conflicting) == (MessageState.APPLIED, False)
    theirs = pec(hospitals.narbonne)
    assert (theirs.pk, theirs.patient_id) != (ours.pk, ours.patient_id)
    assert theirs.patient.establishment == hospitals.narbonne
    assert theirs.patient.attributes == []  # no hint: not even « homonyme »
    assert Grant.objects.get(subject_id=theirs.pk).unit_id == hospitals.narbonne_sau.pk
    now = clock.now()
    assert list(READ.rows(zoe.actor, now)) == [theirs]
    assert list(READ.rows(claire.actor, now)) == [ours]
    ours.refresh_from_db()
    assert (Patient.objects.get(pk=ours.patient_id).version, ours.version) == before


@pytest.mark.parametrize(
    "name",
    [
        *("A02_changement_box.hl7", "A03_sortie.hl7", "A08_maj_venue_international.hl7", "Z99_maj_mouvement_FR.hl7"),
        *("A11_annulation_admission.hl7", "A13_annulation_sortie.hl7", "A31_maj_identite.hl7", "A40_fusion.hl7"),
    ],
)
def test_another_hospital_s_visit_or_patient_is_unknown_whatever_the_event(hospitals: Hospitals, name: str) -> None:
    """The answer is the one for a visit nobody has: to the byte, but for its number and hour."""
    known_nowhere = take(narbonne(name, ("MSG00", "XXX00"))).message
    take("A04_arrivee.hl7")
    encounter, patient = pec(hospitals.perpignan), Patient.objects.get()
    message = take(narbonne(name, ("LOUISE", "LOUISA"))).message
    assert (message.state, message.error_code, message.error_sentence) == (
        known_nowhere.state,
        known_nowhere.error_code,
        known_nowhere.error_sentence,
    )
    assert message.encounter_id is None
    encounter.refresh_from_db()
    assert (encounter.version, Patient.objects.get().version) == (1, patient.version)


def test_a_place_of_another_hospital_is_unknown(hospitals: Hospitals) -> None:
    refused = take(bent("A04_arrivee.hl7", ("SAU^BOX^3^CH-A", "SAU^BOX^3^CH-C")))
    assert why(refused)[:2] == ("204", "PV1-3")
    take("A04_arrivee.hl7")
    assert why(take(bent("A02_changement_box.hl7", ("UHCD^CH2^1", "PSYLI^^"))))[:2] == ("204", "PV1-3")


def test_a_source_speaks_for_its_own_hospital_only(hospitals: Hospitals) -> None:
    source = Source("port 2575", hospitals.narbonne)
    assert why(take("A04_arrivee.hl7", source))[:2] == ("204", "MSH-4")
    assert why(take(bent("A04_arrivee.hl7", ("|GAM|CH-A|", "|GAM|CH-X|")), source))[:2] == ("204", "MSH-4")
    assert not Encounter.objects.exists()


def test_a_patient_number_of_another_authority_stays_in_the_sender_s_domain(hospitals: Hospitals) -> None:
    take("A04_arrivee.hl7")
    take(narbonne("A04_arrivee.hl7", ("0004512^^^CH-C&999999993&N^PI", "0004512^^^CH-A&999999991&N^PI")))
    assert Patient.objects.count() == 2


def test_only_administrators_of_the_hospital_may_replay(
    hospitals: Hospitals, paul: Character, claire: Character, zoe: Character
) -> None:
    message = take("A02_changement_box.hl7").message
    theirs = take(narbonne("A02_changement_box.hl7")).message
    now = clock.now()
    assert list(APPLY.rows(paul.actor, now)) == [message]
    assert not APPLY.allows(paul.actor, theirs, now)
    for stranger in (claire, zoe):
        assert not APPLY.allows(stranger.actor, message, now)


@pytest.mark.parametrize(
    "control_id", ["MSG\x000001", "M" * 500, "<script>alert(1)</script>", "MSG\u202e1", "' OR 1=1 --"]
)
def test_a_strange_control_id_breaks_nothing(hospitals: Hospitals, control_id: str) -> None:
    message = take(bent("A04_arrivee.hl7", ("MSG0001", control_id))).message
    assert acks([message])[0] in ("AA", "AE")
    assert len(message.control_id) <= 200
    assert "\x00" not in message.control_id


@pytest.mark.parametrize(
    ("segment", "position", "value"),
    [
        *(("PV1", 3, "SAU^BOX^3\\X00\\"), ("PV1", 19, "V\\X00\\1"), ("PID", 3, "\\X00\\^^^CH-A^PI")),
        *(("PID", 5, "<script>alert(1)</script>^X^^^^^L"), ("PID", 5, "\u202eEVIL^X^^^^^L"), ("PID", 5, "N" * 499)),
        *(("PV1", 19, "V" * 400), ("ZBE", 1, "M" * 199 + "^" + "N" * 400), ("PID", 3, "1" * 400 + "^^^CH-A^PI")),
        *(
            ("PV1", 3, "SAU^BOX^" + "3" * 400),
            ("PID", 3, "0004512^^^" + "A" * 400 + "^PI"),
            ("PV1", 44, "99991231235959"),
        ),
    ],
)
def test_strange_values_are_refused_or_kept_never_an_error_of_ours(
    hospitals: Hospitals, segment: str, position: int, value: str
) -> None:
    message = take(with_field(sample("A04_arrivee.hl7"), segment, position, value)).message
    assert message.state in (MessageState.APPLIED, MessageState.REFUSED)
    assert message.error_code != "207"


def test_a_refused_message_repeated_a_hundred_times_writes_nothing(hospitals: Hospitals) -> None:
    take("A02_changement_box.hl7")
    before = everything()
    for _ in range(100):
        take("A02_changement_box.hl7")
    assert everything() == before
    assert InboxMessage.objects.count() == 1


def test_the_number_of_queries_does_not_grow(hospitals: Hospitals) -> None:
    """A budget for each event, and a repeated message costs one look."""
    asked = {}
    for name in STORY:
        with CaptureQueriesContext(connection) as captured:
            assert state(name) == MessageState.APPLIED
        asked[name[:3]] = len(captured)
    with CaptureQueriesContext(connection) as captured:
        take(STORY[0])
    assert asked["A04"] <= 52
    assert max(asked["A02"], asked["A08"], asked["A03"]) <= 52
    assert len(captured) <= 6
