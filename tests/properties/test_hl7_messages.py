"""Whatever the bytes: a typed message or an Hl7Problem, an answer, and nothing lost on the way."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from osmose.interop.hl7 import ack
from osmose.interop.hl7.messages import (
    Adt,
    Hl7Problem,
    Separators,
    escape,
    parse,
    read_header,
    split_file,
    unescape,
)
from osmose.kernel.base.clock import now
from tests.interop.hl7.samples import ADT_FILES, sample

SAMPLES = st.sampled_from([sample(name) for name in ADT_FILES])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """An example with a few pieces cut, doubled, swapped or replaced by noise."""
    raw = bytearray(draw(SAMPLES))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 40)))
        noise = draw(st.binary(max_size=12) | st.sampled_from([b"|", b"^", b"~", b"\\", b"&", b"\r", b'""', b"\x0b"]))
        raw[start:end] = draw(st.sampled_from([noise, noise + raw[start:end], raw[start:end] * 2]))
    return bytes(raw)


@st.composite
def field_noise(draw: st.DrawFn) -> bytes:
    """An example with one field of one segment replaced by any text."""
    lines = draw(SAMPLES).decode().rstrip("\r").split("\r")
    at = draw(st.integers(0, len(lines) - 1))
    fields = lines[at].split("|")
    fields[draw(st.integers(1 if len(fields) > 1 else 0, len(fields) - 1))] = draw(TEXTS)
    lines[at] = "|".join(fields)
    return "\r".join(lines).encode()


def read_and_answer(raw: bytes) -> Adt | Hl7Problem:
    """What receiving these bytes gives; anything else than a message or a problem fails the test."""
    header = read_header(raw)
    outcome: Adt | Hl7Problem
    try:
        outcome = parse(raw)
        answer = ack.accept(header, control_id="ACK1", now=now())
    except Hl7Problem as problem:
        outcome = problem
        answer = ack.refuse(header, problem, control_id="ACK1", now=now())
    assert answer.startswith(b"MSH")
    assert len(re.findall(rb"\rMSA", answer)) == 1
    assert answer.count(b"\r") == (2 if isinstance(outcome, Adt) else 3)
    return outcome


@given(st.binary())
@example(b"MSH|")
@example(b"MSH|^~\\&")
@example(b"MSH|^~\\&\rMSH|^~\\&")
@example(b"MSH|^~\\&|\xff")
def test_any_bytes_give_a_message_or_a_problem(raw: bytes) -> None:
    read_and_answer(raw)
    for piece in split_file(raw):
        read_and_answer(piece)


@given(mutations())
@settings(max_examples=300)
def test_a_damaged_message_gives_a_message_or_a_problem(raw: bytes) -> None:
    read_and_answer(raw)
    for piece in split_file(raw):
        read_and_answer(piece)


@given(field_noise())
@settings(max_examples=300)
def test_any_text_in_any_field_gives_a_message_or_a_problem(raw: bytes) -> None:
    read_and_answer(raw)


@given(SAMPLES, st.integers(0, 900))
def test_a_truncated_message_gives_a_message_or_a_problem(raw: bytes, length: int) -> None:
    read_and_answer(raw[:length])


@given(st.lists(SAMPLES, max_size=5), st.sampled_from([b"\r", b"\n", b"\r\n"]), st.booleans())
def test_a_file_is_split_into_what_was_put_in(messages: list[bytes], ending: bytes, framed: bool) -> None:
    sent = [message.replace(b"\r", ending) for message in messages]
    content = b"".join(b"\x0b" + message + b"\x1c\r" for message in sent) if framed else b"".join(sent)
    assert split_file(content) == messages


@given(st.binary())
def test_splitting_what_was_split_changes_nothing(content: bytes) -> None:
    for piece in split_file(content):
        assert piece.endswith(b"\r")
        assert b"\n" not in piece


@given(TEXTS, st.sampled_from([Separators(), Separators("#", "*", "!", "?", "+")]))
def test_an_escaped_text_comes_back_and_holds_no_separator(text: str, separators: Separators) -> None:
    escaped = escape(text, separators)
    assert unescape(escaped, separators) == text
    for char in (separators.field, separators.component, separators.repetition, separators.subcomponent, "\r", "\n"):
        assert char not in escaped


@given(st.text(alphabet="FSTREXHN.br0123\\|^&~C3A9 ", max_size=60))
def test_unescaping_never_fails_and_keeps_plain_text(text: str) -> None:
    read = unescape(text, Separators())
    if "\\" not in text:
        assert read == text


@given(SAMPLES)
def test_reading_twice_gives_equal_messages(raw: bytes) -> None:
    assert parse(raw) == parse(raw)
