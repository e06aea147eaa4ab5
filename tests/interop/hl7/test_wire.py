"""Files, frames, character sets, escape sequences, timestamps."""

from datetime import UTC, date, datetime

import pytest

from osmose.interop.hl7.messages import Hl7Problem, Separators, parse, read_header, split_file, unescape
from osmose.interop.hl7.messages.values import birth_date, instant
from tests.interop.hl7.samples import ADT_FILES, bent, sample

ARRIVAL, EXIT = sample("A04_arrivee.hl7"), sample("A03_sortie.hl7")


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n"])
def test_any_line_ending_gives_the_same_messages(ending: bytes) -> None:
    both = (ARRIVAL + EXIT).replace(b"\r", ending)
    assert split_file(both) == [ARRIVAL, EXIT]
    assert parse(ARRIVAL.replace(b"\r", ending)).patient == parse(ARRIVAL).patient


def test_frames_and_envelopes_are_dropped() -> None:
    framed = b"".join(b"\x0b" + message + b"\x1c\r" for message in (ARRIVAL, EXIT))
    assert split_file(framed) == [ARRIVAL, EXIT]
    assert split_file(b"FHS|^~\\&|GAM\rBHS|^~\\&\r" + ARRIVAL + EXIT + b"BTS|2\rFTS|1\r") == [ARRIVAL, EXIT]
    assert split_file(b"\xef\xbb\xbf" + ARRIVAL) == [ARRIVAL]
    assert split_file(b"\n\n" + ARRIVAL + b"\n\n\n" + EXIT) == [ARRIVAL, EXIT]


def test_all_examples_in_one_file_are_split() -> None:
    messages = [sample(name) for name in ADT_FILES]
    assert split_file(b"\n".join(messages)) == messages


def test_what_stands_before_the_first_message_is_not_lost() -> None:
    pieces = split_file(b"PID|1||1\r" + ARRIVAL)
    assert pieces == [b"PID|1||1\r", ARRIVAL]
    with pytest.raises(Hl7Problem):
        parse(pieces[0])


def test_an_empty_file_holds_nothing() -> None:
    assert split_file(b"") == []
    assert split_file(b"\r\n\r\n") == []


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("UNICODE UTF-8", "utf-8"), ("8859/1", "iso-8859-1"), ("8859/15", "iso-8859-15"), ("unicode utf-8", "utf-8")],
)
def test_accents_are_read_in_the_announced_character_set(charset: str, codec: str) -> None:
    raw = bent("A04_arrivee.hl7", ("UNICODE UTF-8", charset), ("SAU^BOX", "Pédiatrie^Çà"), codec=codec)
    adt = parse(raw)
    assert adt.charset == codec
    assert adt.visit.location is not None
    assert (adt.visit.location.unit, adt.visit.location.room) == ("Pédiatrie", "Çà")


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("UNICODE UTF-8", "iso-8859-1"),
        ("8859/1", "utf-8"),  # « É » in UTF-8 holds a byte that Latin-1 leaves to control characters
        ("8859/1", "cp1252"),
        ("", "utf-8"),
        ("", "iso-8859-1"),
        ("ASCII", "utf-8"),
    ],
)
def test_bytes_of_another_character_set_are_refused_not_guessed(charset: str, codec: str) -> None:
    raw = bent("A04_arrivee.hl7", ("UNICODE UTF-8", charset), ("LOUISE MARIE", "ÉLISE ŒŒ"), codec="utf-8")
    raw = raw.decode().replace("Œ", "’" if codec == "cp1252" else "É").encode(codec)
    with pytest.raises(Hl7Problem) as caught:
        parse(raw)
    assert caught.value.place == "MSH-18"


def test_plain_ascii_needs_no_character_set() -> None:
    assert parse(bent("A04_arrivee.hl7", ("UNICODE UTF-8", ""))).charset == "ascii"


def test_nul_and_direction_characters_are_dropped_from_values() -> None:
    location = parse(bent("A04_arrivee.hl7", ("SAU^BOX", "S\x00A\u202eU^B\x07OX"))).visit.location
    assert location is not None
    assert (location.unit, location.room) == ("SAU", "BOX")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (r"\F\\S\\T\\R\\E\ ", "|^&~\\ "),
        (r"a\.br\b", "a\nb"),
        (r"\H\gras\N\ ", "gras "),
        (r"\X436166C3A9\ ", "Café "),
        (r"AC\DC", r"AC\DC"),
        (r"\Q\ \S\ ", r"\Q\ ^ "),
        (r"\XZZ\ ", r"\XZZ\ "),
        (r"\XFF\ ", r"\XFF\ "),
        ("\\", "\\"),
        ("", ""),
    ],
)
def test_escape_sequences_are_replaced_and_unknown_ones_kept(sent: str, read: str) -> None:
    assert unescape(sent, Separators()) == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("202603011016", datetime(2026, 3, 1, 9, 16, tzinfo=UTC)),
        ("20260301101659", datetime(2026, 3, 1, 9, 16, 59, tzinfo=UTC)),
        ("20260301101659.1234", datetime(2026, 3, 1, 9, 16, 59, 123400, tzinfo=UTC)),
        ("20260301101600+0100", datetime(2026, 3, 1, 9, 16, tzinfo=UTC)),
        ("202603011016-0500", datetime(2026, 3, 1, 15, 16, tzinfo=UTC)),
        ("20260701101600", datetime(2026, 7, 1, 8, 16, tzinfo=UTC)),
        # 25 October 2026: the clocks go back at 3:00; 2:30 happens twice, the first is summer time
        ("20261025013000", datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        ("20261025023000", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("20261025023000+0100", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("20261025030000", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        # 29 March 2026: 2:30 doesn't exist, it is 3:30 summer time
        ("20260329023000", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_paris_time_unless_it_says_otherwise(sent: str, read: datetime) -> None:
    assert instant(sent) == read
    assert instant(sent).tzinfo is UTC


@pytest.mark.parametrize(
    "sent",
    [
        *("", "2026", "20260301", "2026030110", "20260230101600", "202603012460", "99991231235959-1400"),
        *("189912312359", "20260301101600+9900", "hier", "٢٠٢٦٠٣٠١١٠١٦"),
    ],
)
def test_another_instant_is_refused(sent: str) -> None:
    with pytest.raises(ValueError):
        instant(sent)


@pytest.mark.parametrize(
    ("sent", "read", "interpreted"),
    [
        ("19880714", date(1988, 7, 14), False),
        ("198807140930", date(1988, 7, 14), False),
        ("19880714093000+0200", date(1988, 7, 14), False),
        ("198807", date(1988, 7, 1), True),
        ("1988", date(1988, 12, 31), True),
        ("19880000", date(1988, 12, 31), True),
        ("19880700", date(1988, 7, 1), True),
    ],
)
def test_a_birth_date_may_be_known_in_part(sent: str, read: date, interpreted: bool) -> None:
    assert (birth_date(sent).date, birth_date(sent).interpreted) == (read, interpreted)


@pytest.mark.parametrize("sent", ["", "88", "19881301", "19880230", "0000", "1988-07-14", "198807140"])
def test_another_birth_date_is_refused(sent: str) -> None:
    with pytest.raises(ValueError):
        birth_date(sent)


def test_a_header_is_read_even_from_a_broken_message() -> None:
    header = read_header(bent("A04_arrivee.hl7", ("ADT^A04", "ADT^A99"), ("2.5^FRA", "9^FRA")))
    assert (header.control_id, header.event, header.codec) == ("MSG0001", "A99", "utf-8")
    assert read_header(b"\xff\xfe garbage").control_id == ""
