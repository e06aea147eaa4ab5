"""From bytes to text: several messages in a file, frames, separators, character sets, escape sequences."""

import re
from dataclasses import dataclass

from osmose.interop.hl7.messages.problem import AckCode, ErrorCode, Hl7Problem, missing, unknown_value

MAX_BYTES = 256 * 1024  # an ADT takes 1 to 5 kB
NULL = '""'  # « delete what you have », where an empty field says « I don't tell »

CHARSETS = {
    "": "ascii",  # HL7 v2.5 §2.15.9.18: not valued is 7-bit ASCII
    "ASCII": "ascii",
    "ISO IR6": "ascii",
    "8859/1": "iso-8859-1",
    "ISO IR100": "iso-8859-1",
    "8859/15": "iso-8859-15",
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
}
_BOM = b"\xef\xbb\xbf"
_WRAPPERS = re.compile(rb"(?:FHS|BHS|BTS|FTS)(?![A-Za-z0-9])")
_MESSAGE = re.compile(rb"MSH(?![A-Za-z0-9])")
_MSH = re.compile(r"MSH([^A-Za-z0-9\s])([^A-Za-z0-9\s]{4,5})(?:\1|\r|$)")
_C1 = re.compile(r"[\x80-\x9f]")


@dataclass(frozen=True)
class Separators:
    """MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    @property
    def msh2(self) -> str:
        """MSH-2 as it is sent."""
        return f"{self.component}{self.repetition}{self.escape}{self.subcomponent}"


@dataclass(frozen=True)
class Header:
    """What an acknowledgement repeats of a message, as it was sent (escape sequences left as they are).

    Every part is "" where the message doesn't tell it, so that anything can be answered.
    """

    separators: Separators = Separators()
    sending_application: str = ""
    sending_facility: str = ""
    receiving_application: str = ""
    receiving_facility: str = ""
    message_type: str = ""
    control_id: str = ""
    processing_id: str = ""
    version: str = ""
    country: str = ""
    charset: str = ""
    language: str = ""

    @property
    def codec(self) -> str:
        """The Python codec of MSH-18; ASCII where we don't know it."""
        return CHARSETS.get(self.charset.split(self.separators.repetition)[0].strip().upper(), "ascii")

    @property
    def event(self) -> str:
        """MSH-9.2, "" where it isn't told."""
        parts = self.message_type.split(self.separators.component)
        return parts[1].strip() if len(parts) > 1 else ""


def split_file(content: bytes) -> list[bytes]:
    """The messages of a file, each with CR between its segments and at its end.

    CR, LF and CRLF are accepted, MLLP frames and batch envelopes (FHS, BHS, BTS, FTS) dropped. Nothing is lost: what
    stands before the first MSH comes out as a piece of its own, which `parse` refuses.
    """
    pieces: list[list[bytes]] = []
    for frame in _frames(content.removeprefix(_BOM)):
        fresh = True
        for line in re.split(rb"\r\n|\r|\n", frame):
            segment = line.strip(b" \t\x00")
            if not segment or _WRAPPERS.match(segment):
                continue
            if fresh or _MESSAGE.match(segment):
                pieces.append([])
                fresh = False
            pieces[-1].append(segment)
    return [b"\r".join(piece) + b"\r" for piece in pieces]


def _frames(content: bytes) -> list[bytes]:
    """The contents of the MLLP frames, or the whole where there is none."""
    if not content.lstrip(b" \t\r\n").startswith(b"\x0b"):
        return [content]
    return [frame.lstrip(b"\r\n \x0b") for frame in re.split(rb"\x1c\r?\n?", content)]


def read_header(raw: bytes) -> Header:
    """MSH read as far as it can be; never fails, so that even a broken message gets an answer."""
    first = raw.removeprefix(_BOM).lstrip(b"\x0b\r\n \t").splitlines()[:1]
    line = first[0].decode("ascii", errors="replace") if first else ""
    separators = _separators(line)
    if separators is None:
        return Header()
    fields = [*line.split(separators.field), *[""] * 20]
    return Header(
        separators=separators,
        sending_application=fields[2],
        sending_facility=fields[3],
        receiving_application=fields[4],
        receiving_facility=fields[5],
        message_type=fields[8],
        control_id=fields[9].strip(),
        processing_id=fields[10],
        version=fields[11],
        country=fields[16],
        charset=fields[17],
        language=fields[18],
    )


def _separators(line: str) -> Separators | None:
    """MSH-1 and MSH-2, when they are five different characters."""
    found = _MSH.match(line)
    if not found or len({found[1], *found[2]}) != 1 + len(found[2]):
        return None
    return Separators(found[1], *found[2][:4])


def decode(raw: bytes) -> tuple[str, Header]:
    """The text of one message and its header.

    Hl7Problem: too long, no MSH, unknown character set, bytes that aren't of the announced one. Guessing would store
    « FranÃ§ois » for a name.
    """
    if len(raw) > MAX_BYTES:
        raise Hl7Problem(
            "Le message dépasse 256 ko.",
            segment="MSH",
            table_code=ErrorCode.INTERNAL_ERROR,
            ack=AckCode.REJECT,
        )
    pieces = split_file(raw)
    if len(pieces) != 1 or _separators(pieces[0][:12].decode("ascii", errors="replace")) is None:
        raise _not_a_message(len(pieces))
    header = read_header(pieces[0])
    return _decoded(pieces[0], header), header


def _not_a_message(pieces: int) -> Hl7Problem:
    sentence = (
        "Plusieurs messages dans un seul envoi\u202f: le fichier doit d’abord être découpé."
        if pieces > 1
        else "Ce n’est pas un message HL7\u202f: l’en-tête MSH manque ou est illisible."
    )
    return Hl7Problem(sentence, segment="MSH", table_code=ErrorCode.SEGMENT_SEQUENCE, ack=AckCode.REJECT)


def _decoded(piece: bytes, header: Header) -> str:
    name = header.charset.split(header.separators.repetition)[0].strip().upper()
    if name not in CHARSETS:
        raise unknown_value("MSH", 18, "Le jeu de caractères annoncé n’est pas pris en charge")
    try:
        text = piece.decode(CHARSETS[name])
    except UnicodeDecodeError:
        text = ""
    if not text or (CHARSETS[name].startswith("iso-8859") and _C1.search(text)):
        if not name:
            raise missing("MSH", 18, "Le message contient des lettres accentuées sans annoncer son jeu de caractères")
        raise Hl7Problem(
            "Le texte du message n’est pas dans le jeu de caractères annoncé (MSH-18).",
            segment="MSH",
            position=18,
            table_code=ErrorCode.DATA_TYPE,
        )
    return text


_BREAKS = {".br": "\n", ".sp": "\n", ".ce": "\n", "H": "", "N": "", ".fi": "", ".nf": ""}
_SEQUENCE_LENGTH = 2000


def unescape(text: str, separators: Separators, codec: str = "utf-8") -> str:
    """The text with its escape sequences (v2.5 §2.7) replaced; an unknown or unfinished one stays as it was sent."""
    mark = separators.escape
    if mark not in text:
        return text
    named = {
        "F": separators.field,
        "S": separators.component,
        "R": separators.repetition,
        "T": separators.subcomponent,
        "E": mark,
        **_BREAKS,
    }
    result, position = [], 0
    while (start := text.find(mark, position)) >= 0:
        end = text.find(mark, start + 1)
        if end < 0:
            break
        result.append(text[position:start])
        replaced = _sequence(text[start + 1 : end], named, codec)
        if replaced is None:  # not a sequence: the closing mark may open a real one
            result.append(text[start:end])
            position = end
        else:
            result.append(replaced)
            position = end + 1
    return "".join((*result, text[position:]))


def _sequence(body: str, named: dict[str, str], codec: str) -> str | None:
    if body in named:
        return named[body]
    if body[:1] != "X" or not 3 <= len(body) <= _SEQUENCE_LENGTH:
        return None
    try:
        return bytes.fromhex(body[1:]).decode(codec)
    except ValueError:  # odd or foreign figures, or bytes of another character set
        return None


def escape(text: str, separators: Separators) -> str:
    """The reverse of `unescape`, line ends included."""
    mark = separators.escape
    letters = {
        mark: "E",
        separators.field: "F",
        separators.component: "S",
        separators.repetition: "R",
        separators.subcomponent: "T",
        "\n": ".br",
        "\r": "X0D",
    }
    return "".join(f"{mark}{letters[char]}{mark}" if char in letters else char for char in text)
