"""What a typed message holds of the examples, and which messages are refused, where and how."""

from datetime import UTC, date, datetime

import pytest

from osmose.interop.hl7.mapping import EVENTS, IdentifierKind, MovementAction
from osmose.interop.hl7.messages import AckCode, ErrorCode, Hl7Problem, parse
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex
from tests.interop.hl7.samples import ADT_FILES, bent, sample, with_field, without

ARRIVAL = "A04_arrivee.hl7"


def refused(raw: bytes) -> Hl7Problem:
    with pytest.raises(Hl7Problem) as caught:
        parse(raw)
    assert caught.value.sentence
    return caught.value


@pytest.mark.parametrize("name", ADT_FILES)
def test_every_example_is_read(name: str) -> None:
    adt = parse(sample(name))
    assert adt.event == name[:3]
    assert adt.event in EVENTS
    assert adt.warnings == ()


def test_an_arrival_is_read_field_by_field() -> None:
    adt = parse(sample(ARRIVAL))
    assert (adt.control_id, adt.sending_application, adt.sending_facility) == ("MSG0001", "GAM", "CH-A")
    assert adt.sent_at == datetime(2026, 3, 1, 9, 16, tzinfo=UTC)
    assert adt.occurred_at == datetime(2026, 3, 1, 9, 10, tzinfo=UTC)
    patient = adt.patient
    assert (patient.birth_name.family, patient.birth_name.given, patient.birth_name.given_names) == (
        "FICTIVE",
        "LOUISE",
        "LOUISE MARIE",
    )
    assert patient.used_name is not None
    assert patient.used_name.family == "ESSAI"
    assert (patient.birth_date, patient.sex, patient.birth_place) == (date(1988, 7, 14), Sex.FEMALE, "66136")
    assert patient.ipp is not None
    assert (patient.ipp.value, patient.ipp.namespace, patient.ipp.universal_id, patient.ipp.oid) == (
        "0004512",
        "CH-A",
        "999999991",
        "",
    )
    assert patient.ins is not None
    assert patient.ins.oid == "1.2.250.1.213.1.4.10"
    assert patient.account is not None
    assert patient.account.kind is IdentifierKind.NDA
    assert patient.status is IdentityStatus.QUALIFIEE
    assert not patient.is_unknown
    visit = adt.visit
    assert visit.number is not None
    assert visit.number.value == "V26004711"
    assert visit.location is not None
    assert visit.location.path == "SAU/BOX/3"
    assert (visit.patient_class, visit.admitted_at) == ("E", datetime(2026, 3, 1, 9, 10, tzinfo=UTC))
    assert (adt.modes.entry, adt.modes.provenance) == ("8", "5")
    assert [segment.name for segment in adt.z_segments] == ["ZFA", "ZFD"]


def test_a_movement_is_known_by_its_id_and_authority() -> None:
    movement = parse(sample("Z99_maj_mouvement_FR.hl7")).movement
    assert movement is not None
    assert (movement.id, movement.namespace, movement.action) == ("MVT1", "CH-A", MovementAction.UPDATE)
    assert (movement.original_event, movement.nature, movement.is_historic) == ("A04", "HMS", False)
    assert movement.care_unit is not None
    assert (movement.care_unit.code, movement.care_unit.label) == ("3110", "URGENCES")


def test_a_transfer_says_from_where_to_where() -> None:
    visit = parse(sample("A02_changement_box.hl7")).visit
    assert visit.location is not None
    assert visit.prior_location is not None
    assert (visit.prior_location.path, visit.location.path) == ("SAU/BOX/3", "UHCD/CH2/1")


def test_an_exit_says_when_and_how() -> None:
    adt = parse(sample("A03_sortie.hl7"))
    assert adt.visit.discharged_at == datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
    assert (adt.visit.discharge_disposition, adt.modes.exit, adt.modes.destination) == ("7", "7", "4")


def test_a_merge_names_who_disappears() -> None:
    adt = parse(sample("A40_fusion.hl7"))
    assert [(prior.value, prior.kind) for prior in adt.prior_identifiers] == [("0099999", IdentifierKind.IPP)]


def test_a_patient_without_identity_is_recognised() -> None:
    patient = parse(sample("A04_patient_inconnu.hl7")).patient
    assert patient.is_unknown
    assert (patient.status, patient.sex, patient.birth_date) == (
        IdentityStatus.PROVISOIRE,
        Sex.UNDETERMINED,
        None,
    )
    assert parse(with_field(sample(ARRIVAL), "PID", 31, "Y")).patient.is_unknown


@pytest.mark.parametrize(
    ("codes", "status", "attributes"),
    [
        ("VALI", IdentityStatus.QUALIFIEE, set()),
        ("PROV", IdentityStatus.RECUPEREE, set()),
        ("VALI~HOMD", IdentityStatus.QUALIFIEE, {IdentityAttribute.HOMONYME}),
        ("VALI~DOUT", IdentityStatus.PROVISOIRE, {IdentityAttribute.DOUTEUSE}),
        ("FICT", IdentityStatus.PROVISOIRE, {IdentityAttribute.FICTIVE}),
    ],
)
def test_reliability_codes_become_status_and_attributes(
    codes: str, status: IdentityStatus, attributes: set[IdentityAttribute]
) -> None:
    patient = parse(with_field(sample(ARRIVAL), "PID", 32, codes)).patient
    assert (patient.status, set(patient.attributes)) == (status, attributes)


def test_a_checked_identity_without_ins_is_validated_only() -> None:
    raw = with_field(sample(ARRIVAL), "PID", 3, "0004512^^^CH-A&999999991&N^PI")
    assert parse(raw).patient.status is IdentityStatus.VALIDEE


def test_a_hidden_identity_is_protected() -> None:
    assert parse(with_field(sample(ARRIVAL), "PID", 32, "VALI~CACH")).patient.is_protected
    assert not parse(sample(ARRIVAL)).patient.is_protected


def test_a_null_asks_to_erase_where_an_empty_field_says_nothing() -> None:
    empty = parse(with_field(sample("A31_maj_identite.hl7"), "PID", 7, "")).patient
    null = parse(with_field(sample("A31_maj_identite.hl7"), "PID", 7, '""')).patient
    assert (empty.birth_date, empty.cleared) == (None, frozenset())
    assert (null.birth_date, null.cleared) == (None, frozenset({"birth_date"}))
    unnamed = parse(with_field(sample("A31_maj_identite.hl7"), "PID", 5, 'FICTIVE^LOUISE^^^^^L~""^""^^^^^D')).patient
    assert (unnamed.used_name, unnamed.cleared) == (None, frozenset({"used_name"}))


def test_doubtful_details_are_warnings_and_never_hold_up_an_arrival() -> None:
    raw = with_field(with_field(sample(ARRIVAL), "PID", 11, "^^^^^^BDL^^perpignan"), "PID", 32, "VALI~QWERTY")
    adt = parse(raw)
    assert adt.patient.birth_place == ""
    assert len(adt.warnings) == 2
    assert not any("QWERTY" in warning or "perpignan" in warning for warning in adt.warnings)


def test_a_birth_date_in_part_is_interpreted() -> None:
    patient = parse(with_field(sample(ARRIVAL), "PID", 7, "1988")).patient
    assert (patient.birth_date, patient.birth_date_is_interpreted) == (date(1988, 12, 31), True)


def test_escape_sequences_are_read() -> None:
    raw = bent(ARRIVAL, ("SAU^BOX^3", r"A\T\E^B\S\C^\X33\ "))
    location = parse(raw).visit.location
    assert location is not None
    assert (location.unit, location.room, location.bed) == ("A&E", "B^C", "3")


def test_other_separators_than_the_usual_ones_are_read() -> None:
    # each character is translated at once, so that old and new ones may overlap
    raw = sample(ARRIVAL).translate(bytes.maketrans(rb"|^~\&", rb"#*!?+"))
    assert parse(raw).patient == parse(sample(ARRIVAL)).patient


def test_script_in_a_name_is_only_letters() -> None:
    raw = bent(ARRIVAL, ("FICTIVE^LOUISE^LOUISE MARIE", "<script>alert(1)</script>^😀Élo\u202edie^"))
    name = parse(raw).patient.birth_name
    assert (name.family, name.given) == ("SCRIPT ALERT 1 SCRIPT", "ELODIE")


def test_what_identifies_a_person_is_never_quoted_by_a_repr() -> None:
    adt = parse(sample(ARRIVAL))
    quoted = repr((adt, adt.patient, adt.patient.birth_name, adt.patient.identifiers, adt.z_segments))
    assert not any(word in quoted for word in ("FICTIVE", "LOUISE", "0004512", "288079999900113", "1988"))


PROBLEMS = [
    (b"", "MSH", "100", "AR"),
    (b"\x00\xff\xfe", "MSH", "100", "AR"),
    (sample(ARRIVAL)[:4], "MSH", "100", "AR"),
    (sample(ARRIVAL)[:60], "MSH-12", "203", "AR"),
    (sample(ARRIVAL)[:300], "PV1-19", "101", "AE"),
    (sample(ARRIVAL) * 2, "MSH", "100", "AR"),
    (b"MSH|^^^^|GAM\r", "MSH", "100", "AR"),
    (sample("ACK_AA.hl7"), "MSH-9", "200", "AR"),
    (bent(ARRIVAL, ("ADT^A04", "ADT^A99")), "MSH-9", "201", "AR"),
    (bent(ARRIVAL, ("ADT^A04", "ADT^A01")), "MSH-9", "201", "AR"),
    (bent(ARRIVAL, ("|P|2.5^FRA^2.11", "|P|2.9")), "MSH-12", "203", "AR"),
    (bent(ARRIVAL, ("|P|2.5", "|X|2.5")), "MSH-11", "202", "AR"),
    (bent(ARRIVAL, ("MSG0001", "")), "MSH-10", "101", "AE"),
    (bent(ARRIVAL, ("MSG0001", "M" * 200)), "MSH-10", "102", "AE"),
    (bent(ARRIVAL, ("20260301101600||ADT", "||ADT")), "MSH-7", "101", "AE"),
    (bent(ARRIVAL, ("UNICODE UTF-8", "KOI8-R")), "MSH-18", "103", "AE"),
    (without(sample(ARRIVAL), "PID"), "PID", "101", "AE"),
    (without(sample(ARRIVAL), "PV1"), "PV1-19", "101", "AE"),
    (without(sample("Z99_maj_mouvement_FR.hl7"), "ZBE"), "ZBE", "101", "AE"),
    (without(sample("A40_fusion.hl7"), "MRG"), "MRG-1", "101", "AE"),
    (with_field(sample(ARRIVAL), "PID", 3, ""), "PID-3", "101", "AE"),
    (with_field(sample(ARRIVAL), "PID", 5, ""), "PID-5", "101", "AE"),
    (with_field(sample(ARRIVAL), "PID", 5, '""'), "PID-5", "101", "AE"),
    (with_field(sample(ARRIVAL), "PID", 5, "^LOUISE^^^^^L"), "PID-5", "101", "AE"),
    (with_field(sample(ARRIVAL), "PID", 7, "19880230"), "PID-7", "102", "AE"),
    (with_field(sample(ARRIVAL), "PID", 7, "14/07/1988"), "PID-7", "102", "AE"),
    (with_field(sample(ARRIVAL), "PID", 7, "18991231"), "PID-7", "102", "AE"),
    (with_field(sample(ARRIVAL), "PID", 8, "Z"), "PID-8", "103", "AE"),
    (with_field(sample(ARRIVAL), "PID", 18, "9" * 501), "PID-18", "102", "AE"),
    (with_field(sample(ARRIVAL), "PV1", 44, "20260301"), "PV1-44", "102", "AE"),
    (with_field(sample(ARRIVAL), "PV1", 44, "202603012510"), "PV1-44", "102", "AE"),
    (with_field(sample(ARRIVAL), "PV1", 19, ""), "PV1-19", "101", "AE"),
    (with_field(sample("A02_changement_box.hl7"), "PV1", 3, ""), "PV1-3", "101", "AE"),
    (with_field(sample(ARRIVAL), "ZBE", 1, ""), "ZBE-1", "101", "AE"),
    (with_field(sample(ARRIVAL), "ZBE", 2, "hier"), "ZBE-2", "102", "AE"),
    (with_field(sample(ARRIVAL), "ZBE", 4, "DELETE"), "ZBE-4", "103", "AE"),
    (with_field(sample(ARRIVAL), "ZBE", 4, "CANCEL"), "ZBE-4", "103", "AE"),
    (sample(ARRIVAL) + b"PID|1||1^^^CH-A^PI||AUTRE^PAUL\r", "PID", "100", "AE"),
    (sample(ARRIVAL) + b"ZFM|" + b"8" * 300_000, "MSH", "207", "AR"),
]


@pytest.mark.parametrize(("raw", "place", "code", "ack"), PROBLEMS, ids=range(len(PROBLEMS)))
def test_a_message_that_cannot_be_applied_says_where_and_why(raw: bytes, place: str, code: str, ack: str) -> None:
    problem = refused(raw)
    assert (problem.place, problem.table_code, problem.ack) == (place, ErrorCode(code), AckCode(ack))


def test_a_problem_never_quotes_what_it_refuses() -> None:
    for raw in (with_field(sample(ARRIVAL), "PID", 7, "DUPONT"), bent(ARRIVAL, ("ADT^A04", "ADT^DUPONT LOUISE"))):
        problem = refused(raw)
        assert "DUPONT" not in problem.sentence
        assert "DUPONT" not in str(problem)


@pytest.mark.parametrize("name", ["A31_maj_identite.hl7", "A08_maj_venue_international.hl7", "A40_fusion.hl7"])
def test_an_identity_message_needs_no_visit_number(name: str) -> None:
    parse(with_field(sample(name), "PV1", 19, ""))
