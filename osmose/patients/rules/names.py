"""Names as RNIV writes them, and what a search may look up of them.

RNIV stores birth names and first names in capital letters without accents, cedillas nor ligatures, and keeps the
hyphen and the apostrophe: « Élodie d'Œuvré-Łys » becomes « ELODIE D'OEUVRE-LYS ». Used names follow the same rule,
so that one comparison serves both.
"""

import re
import unicodedata

from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean, fold
from osmose.patients.rules.statuses import Sex

NAME_LENGTH = 100  # guide d’implémentation de l’INS
PREFIX_LETTERS = 3

_LETTERS = str.maketrans(
    {
        "Œ": "OE", "Æ": "AE", "ẞ": "SS", "ß": "SS", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Ħ": "H",
        "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "‐": "-", "‑": "-", "–": "-", "—": "-",
    }
)  # fmt: skip
_STRANGE = re.compile(r"[^A-Z '-]")
_STRANGE_WITH_DIGITS = re.compile(r"[^A-Z0-9 '-]")
_UNKNOWN = re.compile(r"INCONNUE?\b")
_UNKNOWN_LETTER = {Sex.MALE: "H", Sex.FEMALE: "F", Sex.UNDETERMINED: "X"}


def _capitals(typed: str) -> str:
    letters = clean(typed).upper().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", letters)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).upper().translate(_LETTERS)


def _tidy(capitals: str) -> str:
    joined = re.sub(r" *- *", "-", " ".join(capitals.split()))
    return re.sub(r"-{2,}", "-", joined).strip(" -")


def check_name(typed: str, *, field: str = "birth_name") -> str:
    """The typed name as RNIV stores it.

    Refused: nothing left, more than 100 letters, or a character that no name holds (figures, signs, another script).
    """
    name = _tidy(_capitals(typed))
    if _STRANGE.search(name):
        raise Refused(
            "Un nom ne contient que des lettres, des espaces, des traits d’union et des apostrophes.",
            field=field,
            code="name_characters",
        )
    if not re.search(r"[A-Z]", name):
        raise Refused("Le nom doit contenir au moins une lettre.", field=field, code="name_empty")
    if len(name) > NAME_LENGTH:
        raise Refused(f"Un nom compte au plus {NAME_LENGTH} caractères.", field=field, code="name_length")
    return name


def transliterate_name(received: str) -> str:
    """A name received from another system as RNIV stores it, anything else than letters and figures made a space.

    May be empty, where the sender's text holds no Latin letter. An arrival is never blocked by a full stop in a name.
    """
    return _tidy(_STRANGE_WITH_DIGITS.sub(" ", _capitals(received)))[:NAME_LENGTH].strip(" -")


def unknown_patient_name(sex: Sex, number: int) -> str:
    """The birth name of the nth patient without identity: « INCONNU H 1 », « INCONNU F 2 », « INCONNU X 3 »."""
    return f"INCONNU {_UNKNOWN_LETTER[sex]} {number}"


def is_unknown_name(birth_name: str) -> bool:
    """Whether this is the name of a patient without identity, ours or another hospital's."""
    return bool(_UNKNOWN.match(fold(birth_name)))


def _whole_and_parts(name: str) -> tuple[str, tuple[str, ...]]:
    """The folded name in one word, then everything of 3 letters or more that one may type of it."""
    parts = fold(name).split()
    whole = "".join(parts)
    return whole, tuple(dict.fromkeys(part for part in (*parts, whole) if len(part) >= PREFIX_LETTERS))


def _sounds(parts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"s:{sound}" for part in parts if len(sound := phonetic(part)) > 1)


def name_tokens(name: str) -> frozenset[str]:
    """What the blind index holds of a name, before it is bound to field and birth date and hashed.

    `p:` the first 3 letters of each part and of the whole written in one word, `f:` the whole in one word, `s:` its
    sound and that of each part. So « DE LA TOUR » is found by « delatour », « tour » and « de la t ».
    """
    whole, parts = _whole_and_parts(name)
    if not whole:
        return frozenset()
    return frozenset({f"f:{whole}", *(f"p:{part[:PREFIX_LETTERS]}" for part in parts)}) | _sounds(parts)


def search_tokens(typed: str) -> frozenset[str]:
    """What a search looks up for typed letters: any one of them finds the name, which is then decrypted and compared.

    Under 3 letters only a whole name of that length is found (« LI »).
    """
    whole, parts = _whole_and_parts(typed)
    if not whole:
        return frozenset()
    if len(whole) < PREFIX_LETTERS:
        return frozenset({f"f:{whole}"})
    return frozenset(f"p:{part[:PREFIX_LETTERS]}" for part in parts) | _sounds(parts)


# Applied in order to capital letters; what is settled becomes a small letter or a figure (1 an, 2 in, 3 on).
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(?<=[A-Z]{2})S$", ""),
        (r"PH", "F"),
        (r"SCH|SH|CH(?![RLN])", "x"),
        (r"CH", "K"),
        (r"H", ""),
        (r"Y", "I"),
        (r"W", "V"),
        (r"(?<=[AEIOU])S(?=[AEIOU])", "Z"),
        (r"([A-Z])\1+", r"\1"),
        (r"SC(?=[EI])", "S"),
        (r"C(?=[EI])", "S"),
        (r"C?QU?|CK|C", "K"),
        (r"GN", "n"),
        (r"GU(?=[EI])", "g"),
        (r"GE(?=[AO])|G(?=[EI])", "J"),
        (r"G", "g"),
        (r"EAU|AU", "O"),
        (r"[AE]?I[NM](?![AEIOUNM])|UN(?![AEIOUNM])", "2"),
        (r"[AE][NM](?![AEIOUNM])", "1"),
        (r"O[NM](?![AEIOUNM])", "3"),
        (r"OEU|EU", "E"),
        (r"OU", "U"),
        (r"AI|EI", "E"),
        (r"B(?=V)", ""),
        (r"(?<=[A-Za-z0-9])(?:LT|LD|[STDXZ])$", ""),
        (r"(?<=[A-Za-z0-9])[STDXZ]$", ""),
        (r"(?<=[A-Za-z0-9])E$", ""),
        (r"(.)\1+", r"\1"),
    )
)


def phonetic(name: str) -> str:
    """How a French reader would say a name, roughly: « DUPONT » and « Dupond », « PHILIPPE » and « Filip » agree.

    A home-made key for finding, never for deciding: two names that sound alike are only shown together.
    """
    sound = "".join(c for c in fold(name) if c.isalpha())[:NAME_LENGTH]
    for pattern, replacement in _SOUNDS:
        sound = pattern.sub(replacement, sound)
    return sound
