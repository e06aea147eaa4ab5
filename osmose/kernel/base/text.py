"""What a typed text becomes before it is stored or searched."""

import unicodedata

# Bidirectional overrides and isolates can make a text read as another one (« Trojan source »).
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)


def clean(text: str, *, multiline: bool = False) -> str:
    """The text in NFC without control or bidirectional override characters, trimmed.

    Lines are kept when `multiline`; otherwise every run of white space becomes one space.
    """
    kept = []
    for char in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
        if char in "\n\t":
            kept.append(char if multiline else " ")
        elif char not in _BIDI and unicodedata.category(char) not in ("Cc", "Cs"):
            kept.append(char)
    cleaned = "".join(kept)
    if multiline:
        return "\n".join(line.rstrip() for line in cleaned.split("\n")).strip()
    return " ".join(cleaned.split())


def fold(text: str) -> str:
    """Upper-case ASCII letters and digits, single spaces: « d'Élodie-Œuvré » becomes « D ELODIE OEUVRE ».

    Search and French sorting use it, since the database has neither unaccent nor a French collation.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c)).upper()
    return " ".join("".join(c if c.isascii() and c.isalnum() else " " for c in letters).split())
