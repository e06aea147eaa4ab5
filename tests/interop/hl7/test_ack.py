"""Acknowledgements: the examples to the byte, and whatever the sender's message was."""

from datetime import UTC, datetime

import pytest

from osmose.interop.hl7 import ack
from osmose.interop.hl7.messages import AckCode, ErrorCode, Header, Hl7Problem, parse, read_header, split_file
from osmose.kernel.base.refused import Refused
from tests.interop.hl7.samples import bent, sample

NOON = datetime(2026, 3, 1, 11, 0, tzinfo=UTC)


def test_an_acceptance_is_the_example_to_the_byte() -> None:
    header = read_header(sample("A04_arrivee.hl7"))
    at = datetime(2026, 3, 1, 9, 16, 1, tzinfo=UTC)
    assert ack.accept(header, control_id="ACK0001", now=at) == sample("ACK_AA.hl7")


def test_an_error_is_the_example_to_the_byte() -> None:
    header = read_header(sample("A02_changement_box.hl7"))
    location = parse(sample("A02_changement_box.hl7")).visit.location
    assert location is not None
    problem = Hl7Problem(
        f"Localisation inconnue\u202f: {location.path}",
        segment="PV1",
        position=3,
        table_code=ErrorCode.UNKNOWN_KEY_IDENTIFIER,
    )
    at = datetime(2026, 3, 1, 9, 16, 2, tzinfo=UTC)
    assert ack.refuse(header, problem, control_id="ACK0003", now=at) == sample("ACK_AE.hl7")


def test_a_rejection_is_the_example_to_the_byte() -> None:
    raw = bent("A04_arrivee.hl7", ("ADT^A04^ADT_A01", "ADT^A99^ADT_A01"), ("MSG0001", "MSG0099"))
    with pytest.raises(Hl7Problem) as caught:
        parse(raw)
    at = datetime(2026, 3, 1, 9, 16, 3, tzinfo=UTC)
    assert ack.refuse(read_header(raw), caught.value, control_id="ACK0099", now=at) == sample("ACK_AR.hl7")


def test_the_same_message_clock_and_id_give_the_same_bytes() -> None:
    header = read_header(sample("A04_arrivee.hl7"))
    assert ack.accept(header, control_id="A", now=NOON) == ack.accept(header, control_id="A", now=NOON)


@pytest.mark.parametrize(("charset", "codec"), [("8859/1", "iso-8859-1"), ("UNICODE UTF-8", "utf-8"), ("", "ascii")])
def test_an_answer_is_written_in_the_sender_s_character_set(charset: str, codec: str) -> None:
    header = read_header(bent("A04_arrivee.hl7", ("UNICODE UTF-8", charset)))
    problem = Hl7Problem("L’œil\u202f: été", segment="PID", table_code=ErrorCode.DATA_TYPE)
    text = ack.refuse(header, problem, control_id="A", now=NOON).decode(codec)
    assert text.endswith("L'oeil : ete\r" if codec == "ascii" else "L'oeil : été\r")


def test_a_sentence_cannot_forge_a_segment_or_a_field() -> None:
    problem = Hl7Problem("a|b\rMSA|AA|c^d&e~f\\g", segment="PID", table_code=ErrorCode.DATA_TYPE)
    answer = ack.refuse(Header(), problem, control_id="A", now=NOON).decode()
    assert answer.count("\r") == 3
    assert answer.endswith(r"a\F\b\X0D\MSA\F\AA\F\c\S\d\T\e\R\f\E\g" + "\r")


def test_a_message_without_header_is_answered_too() -> None:
    problem = Hl7Problem("Illisible.", segment="MSH", table_code=ErrorCode.SEGMENT_SEQUENCE, ack=AckCode.REJECT)
    answer = ack.refuse(read_header(b"garbage"), problem, control_id="ACK1", now=NOON)
    assert answer.startswith(b"MSH|^~\\&|OSMOSE||||20260301120000||ACK|ACK1|P|2.5\rMSA|AR\rERR||MSH^1|100^")
    assert split_file(answer) == [answer]


def test_a_refusal_of_the_domain_points_to_its_field() -> None:
    problem = ack.problem_of(Refused("La date de naissance est dans le futur.", field="birth_date"))
    assert (problem.place, problem.table_code, problem.ack) == ("PID-7", ErrorCode.DATA_TYPE, AckCode.ERROR)
    other = ack.problem_of(Refused("Non.", field=None))
    assert (other.table_code, other.ack) == (ErrorCode.INTERNAL_ERROR, AckCode.ERROR)
    assert ack.problem_of(problem) is problem
