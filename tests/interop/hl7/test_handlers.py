"""What each event does to patient, PEC, places and grants."""

from datetime import timedelta

import pytest

from osmose.encounters.lifecycle import ArrivalMode, ExitMode
from osmose.encounters.models import Encounter, Movement
from osmose.encounters.operations import exits, places, rows
from osmose.interop.hl7.models import MessageState
from osmose.kernel.access.models import Grant
from osmose.kernel.base import clock
from osmose.patients.models import Patient
from osmose.patients.rules import IdentityStatus
from tests.cast import Character, Hospitals
from tests.factories import encounters
from tests.factories.patients import REGISTRAR, a_patient, acting, ipp
from tests.interop.hl7.feed import pec, sentences, state, take, why
from tests.interop.hl7.feed import places as places_of
from tests.interop.hl7.samples import bent, sample, with_field, without

pytestmark = pytest.mark.django_db
A04, A02, A03, A08, A31 = (
    "A04_arrivee.hl7",
    "A02_changement_box.hl7",
    "A03_sortie.hl7",
    "A08_maj_venue_international.hl7",
    "A31_maj_identite.hl7",
)
Z99, A11, A13 = "Z99_maj_mouvement_FR.hl7", "A11_annulation_admission.hl7", "A13_annulation_sortie.hl7"
APPLIED = MessageState.APPLIED


def _move(number: int, hour: str, place: str, message: str = "") -> bytes:
    """An A02 with its own movement number, hour and place."""
    at = f"20260301{hour}00"
    return bent(
        A02,
        ("MSG0003", message or f"MOV{number}{hour}"),
        ("20260301112000", at),
        ("MVT2^", f"MVT{number}^"),
        ("UHCD^CH2^1", place),
    )


# --- arrival


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("SAU^BOX^99", "SAU/BOX/99"),
        ("REA^^", "REA"),
        ("UHCD^CH9^1", "UHCD/CH9/1"),
        ("EMP^^", "EMP"),
        ("SAU^^9", "SAU/9"),
    ],
)
def test_an_unknown_place_is_refused_by_its_name(hospitals: Hospitals, location: str, path: str) -> None:
    refused = take(with_field(sample(A04), "PV1", 3, f"{location}^CH-A"))
    assert why(refused) == ("204", "PV1-3", f"Localisation inconnue\u202f: {path}")
    assert not Encounter.objects.exists()
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("location", "place"),
    [("SAU^^", "SAU"), ("SAU^SAS^", "SAS"), ("sau^box^3", "SAU 3"), ("PED^BOX^2", "PED 2"), ("SAU^DECHOCAGE", None)],
)
def test_a_place_is_read_by_unit_room_and_bed(hospitals: Hospitals, location: str, place: str | None) -> None:
    take(with_field(sample(A04), "PV1", 3, location))
    assert places_of(pec(hospitals.perpignan)) == [("10:10", place or "SAU DECHOCAGE")]


def test_an_arrival_without_place_is_refused(hospitals: Hospitals) -> None:
    assert why(take(with_field(sample(A04), "PV1", 3, "")))[:2] == ("101", "PV1-3")


@pytest.mark.parametrize(("pv1_44", "hour"), [("20260301101000", "10:10"), ("", "10:10"), ("20260301094500", "09:45")])
def test_the_hour_of_arrival(hospitals: Hospitals, pv1_44: str, hour: str) -> None:
    take(with_field(sample(A04), "PV1", 44, pv1_44))
    assert places_of(pec(hospitals.perpignan))[0][0] == hour


def test_an_arrival_in_the_future_is_refused_but_for_a_fast_clock(hospitals: Hospitals) -> None:
    def at(minutes: int) -> bytes:
        return with_field(
            sample(A04), "PV1", 44, f"{clock.paris(clock.now()) + timedelta(minutes=minutes):%Y%m%d%H%M%S}"
        )

    assert why(take(at(60)))[:2] == ("102", "PV1-44")
    assert state(at(3)) == APPLIED
    assert pec(hospitals.perpignan).arrived_at <= clock.now()


@pytest.mark.parametrize(
    ("transport", "entry", "mode"),
    [
        ("AMBU", "8", ArrivalMode.AMBULANCE),
        ("VSAB", "8", ArrivalMode.FIRE_BRIGADE),
        ("H", "8", ArrivalMode.SMUR),
        ("", "7", ArrivalMode.TRANSFER),
        ("PERSO", "8", ArrivalMode.UNKNOWN),
        ("?", "8", ArrivalMode.UNKNOWN),
    ],
)
def test_how_the_patient_came(hospitals: Hospitals, transport: str, entry: str, mode: ArrivalMode) -> None:
    raw = with_field(with_field(sample(A04), "ZFM", 1, entry), "PD1", 2, "")
    take(raw.replace(b"\rZBE", f"\rPV2|{'|' * 37}{transport}\rZBE".encode()))
    assert pec(hospitals.perpignan).arrival_mode == mode


def test_a_patient_known_here_is_found_and_brought_up_to_date(hospitals: Hospitals) -> None:
    known = a_patient(hospitals.perpignan, identifiers=[ipp("0004512")], first_name="LOUISA", used_name="")
    take(A04)
    patient = Patient.objects.get()
    assert (patient.pk, patient.first_name, patient.used_name) == (known.pk, "LOUISE", "ESSAI")
    assert patient.status == IdentityStatus.QUALIFIEE


def test_a_wrong_ins_never_holds_up_an_arrival(hospitals: Hospitals) -> None:
    message = take(bent(A04, ("288079999900113", "288079999900114"), ("213.1.4.10", "213.1.4.8"))).message
    assert message.state == APPLIED
    patient = pec(hospitals.perpignan).patient
    assert not patient.identifiers.filter(kind="INS").exists()
    assert patient.status == IdentityStatus.VALIDEE


def test_a_pec_opened_by_the_staff_takes_the_visit_number(hospitals: Hospitals, claire: Character) -> None:
    patient = a_patient(hospitals.perpignan, identifiers=[ipp("0004512")])
    arrived = clock.paris(clock.now()).replace(year=2026, month=3, day=1, hour=10, minute=20, second=0)
    opened = encounters.encounter(unit=hospitals.sau, patient=patient, arrived_at=arrived, box=hospitals.place("BOX-5"))
    take(A04)
    encounter = Encounter.objects.get()
    assert (encounter.pk, encounter.visit_number, encounter.motif) == (opened.pk, "V26004711", opened.motif)
    assert encounter.arrived_at < arrived
    assert places_of(encounter) == [("10:10", "NC 5")]  # where the staff sees the patient
    take(Z99)  # the admissions correct their movement: it is that one
    assert places_of(encounter) == [("10:10", "SAU 4")]


def test_a_visit_number_of_another_patient_is_refused(hospitals: Hospitals) -> None:
    take(A04)
    other = bent(A04, ("MSG0001", "X1"), ("0004512", "0007777"), ("288079999900113^", "^"), ("19880714", "19500101"))
    assert why(take(other))[:2] == ("205", "PID-3")
    assert (Encounter.objects.count(), Patient.objects.count()) == (1, 1)
    assert why(take(bent(A02, ("0004512", "0007777"))))[:2] == ("205", "PID-3")


# --- movements


def test_another_unit_takes_the_patient_over_and_the_former_one_still_sees(hospitals: Hospitals) -> None:
    take(A04)
    take(A02)
    encounter = pec(hospitals.perpignan)
    grants = Grant.objects.filter(subject_id=encounter.pk, ends_at=None)
    assert set(grants.values_list("unit_id", "source")) == {
        (hospitals.uhcd.pk, "owner"),
        (hospitals.sau.pk, "guest"),
    }


def test_a_move_of_an_unknown_visit_is_kept_until_it_can_be_applied(hospitals: Hospitals) -> None:
    refused = take(A02)
    assert why(refused)[:2] == ("204", "PV1-19")
    assert refused.message.body == sample(A02)


def test_movements_are_settled_by_their_hours(hospitals: Hospitals) -> None:
    take(A04)
    take(_move(4, "1400", "SAU^BOX^6"))
    take(_move(2, "1120", "UHCD^CH2^1"))
    take(_move(3, "1200", "SAU^BOX^5"))
    encounter = pec(hospitals.perpignan)
    assert places_of(encounter) == [("10:10", "SAU 3"), ("11:20", "UHCD CH2-1"), ("12:00", "SAU 5"), ("14:00", "SAU 6")]
    assert encounter.care_unit == hospitals.sau  # never handed over to the UHCD: it is past
    current = places.current_movement(encounter)
    assert current is not None
    assert current.short == "SAU 6"


@pytest.mark.parametrize("order", [(9, 10), (10, 9)])
def test_movements_of_one_instant_are_settled_by_their_numbers(hospitals: Hospitals, order: tuple[int, int]) -> None:
    take(A04)
    for number in order:
        take(_move(number, "1120", f"SAU^BOX^{number - 4}"))
    take(_move(11, "1200", "SAU^BOX^7"))
    assert places_of(pec(hospitals.perpignan)) == [("10:10", "SAU 3"), ("11:20", "SAU 6"), ("12:00", "SAU 7")]


def test_a_correction_of_the_hour_moves_the_movement(hospitals: Hospitals) -> None:
    take(A04)
    take(A02)
    corrected = bent(
        Z99, ("MVT1^", "MVT2^"), ("|20260301101000||UPDATE|N|A04", "|20260301120000||UPDATE|N|A02"), ("BOX^4", "BOX^5")
    )
    assert state(corrected) == APPLIED
    encounter = pec(hospitals.perpignan)
    assert places_of(encounter) == [("10:10", "SAU 3"), ("12:00", "SAU 5")]
    assert encounter.care_unit == hospitals.sau
    before = list(Movement.objects.order_by("pk").values_list("pk", "starts_at", "ends_at", "cancelled_at"))
    version = encounter.version
    assert state(corrected.replace(b"MSG0006", b"MSG0106")) == APPLIED
    assert list(Movement.objects.order_by("pk").values_list("pk", "starts_at", "ends_at", "cancelled_at")) == before
    assert pec(hospitals.perpignan).version == version


def test_a_place_repeated_by_an_update_does_not_undo_the_staff(hospitals: Hospitals) -> None:
    take(A04)
    encounter = pec(hospitals.perpignan)
    with acting():
        row = rows.lock(encounter)
        zone = hospitals.place("SAU")
        places.move(actor=REGISTRAR, encounter=row, location=zone, box=hospitals.place("BOX-8"), at=clock.now())
    now = f"{clock.paris(clock.now()):%Y%m%d%H%M%S}"
    assert state(bent(A08, ("BOX^4", "BOX^3"), ("20260301113100", now))) == APPLIED
    assert places_of(encounter)[-1][1] == "SAU 8"


def test_an_update_without_movement_moves_to_the_place_it_tells(hospitals: Hospitals) -> None:
    take(A04)
    take(A08)
    assert places_of(pec(hospitals.perpignan)) == [("10:10", "SAU 3"), ("11:31", "SAU 4")]


def test_the_hour_of_arrival_is_corrected_with_its_place(hospitals: Hospitals) -> None:
    take(A04)
    assert state(with_field(sample(A08), "PV1", 44, "20260301095500")) == APPLIED
    encounter = pec(hospitals.perpignan)
    assert f"{clock.paris(encounter.arrived_at):%H:%M}" == "09:55"
    assert places_of(encounter) == [("09:55", "SAU 3"), ("11:31", "SAU 4")]
    late = with_field(sample(A08).replace(b"MSG0005", b"MSG0105"), "PV1", 44, "20260301130000")
    assert why(take(late))[:2] == ("102", "PV1-44")


# --- exit


def test_an_exit_has_its_hour_mode_and_destination(hospitals: Hospitals) -> None:
    take(A04)
    take(A03)
    encounter = pec(hospitals.perpignan)
    assert (encounter.status, encounter.exit_mode, encounter.destination) == ("sortie", ExitMode.TRANSFER, "4")


def test_an_exit_recorded_by_the_staff_keeps_its_hour(hospitals: Hospitals) -> None:
    take(A04)
    encounter = pec(hospitals.perpignan)
    at = encounter.arrived_at + timedelta(hours=4)
    with acting():
        exits.leave(actor=REGISTRAR, encounter=rows.lock(encounter), mode=None, at=at, now=clock.now())
    assert state(A03) == APPLIED
    encounter.refresh_from_db()
    assert (encounter.exited_at, encounter.exit_mode) == (at, ExitMode.TRANSFER)


def test_an_exit_before_the_arrival_is_refused(hospitals: Hospitals) -> None:
    take(A04)
    assert why(take(with_field(sample(A03), "PV1", 45, "20260301090000")))[:2] == ("102", "PV1-45")


def test_an_exit_never_recorded_is_not_cancelled(hospitals: Hospitals) -> None:
    take(A04)
    assert why(take(A13)) == ("206", "PV1-19", "Aucune sortie à annuler.")


def test_a_correction_of_the_exit_movement_corrects_the_exit_alone(hospitals: Hospitals) -> None:
    take(A04)
    take(A03)
    corrected = bent(Z99, ("MVT1^", "MVT3^"), ("|20260301101000||UPDATE|N|A04", "|20260301144500||UPDATE|N|A03"))
    assert state(corrected) == APPLIED
    encounter = pec(hospitals.perpignan)
    assert f"{clock.paris(encounter.exited_at):%H:%M}" == "14:45"
    assert places_of(encounter) == [("10:10", "SAU 3")]


def test_a_cancelled_admission_leaves_the_number_free(hospitals: Hospitals) -> None:
    take(A04)
    assert state(A11) == APPLIED
    assert why(take(A02))[:2] == ("204", "PV1-19")
    assert state(bent(A04, ("MSG0001", "MSG0401"))) == APPLIED
    assert sorted(Encounter.objects.values_list("status", flat=True)) == ["active", "annulee"]


@pytest.mark.parametrize("name", [A04, A02, A03, A08, Z99, A11, A13])
def test_a_closed_pec_takes_nothing_more(hospitals: Hospitals, name: str) -> None:
    take(A04)
    encounter = pec(hospitals.perpignan)
    with acting():
        row = rows.lock(encounter)
        exits.leave(actor=REGISTRAR, encounter=row, mode=None, at=clock.now(), now=clock.now())
        row.status, row.closed_at = "cloturee", clock.now()
        rows.save(row, "status", "closed_at")
    version = row.version
    refused = take(sample(name).replace(b"|MSG00", b"|CLO00"))
    assert why(refused) == ("206", "PV1-19", "La prise en charge est clôturée\u202f: lecture seule.")
    encounter.refresh_from_db()
    assert encounter.version == version


# --- identity


def test_a_corrected_identity_moves_the_open_pecs(hospitals: Hospitals) -> None:
    take(A04)
    before = pec(hospitals.perpignan).version
    assert state(bent(A31, ("ESSAI^LOUISE", "NOUVEAU^LOUISE"))) == APPLIED
    encounter = pec(hospitals.perpignan)
    assert (encounter.version, encounter.patient.used_name) == (before + 1, "NOUVEAU")


def test_the_same_identity_again_moves_nothing(hospitals: Hospitals) -> None:
    take(A04)
    before = pec(hospitals.perpignan).version, Patient.objects.get().version
    assert state(A31) == APPLIED
    assert (pec(hospitals.perpignan).version, Patient.objects.get().version) == before


def test_an_identity_nobody_knows_creates_nobody(hospitals: Hospitals) -> None:
    assert state(A31) == APPLIED
    assert not Patient.objects.exists()


def test_an_update_without_visit_is_about_the_identity(hospitals: Hospitals) -> None:
    take(A04)
    raw = without(bent(A08, ("ESSAI^LOUISE", "NOUVEAU^LOUISE")), "PV1")
    assert state(raw) == APPLIED
    encounter = pec(hospitals.perpignan)
    assert encounter.patient.used_name == "NOUVEAU"
    assert sentences(encounter) == ["Arrivée"]


def test_an_unknown_patient_gets_a_name(hospitals: Hospitals) -> None:
    take("A04_patient_inconnu.hl7")
    named = bent(A31, ("0004512", "0099999"), ("288079999900113^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS", ""))
    assert state(named) == APPLIED
    patient = pec(hospitals.perpignan, "V26004712").patient
    assert (patient.birth_name, patient.first_name, patient.status) == ("FICTIVE", "LOUISE", IdentityStatus.VALIDEE)
