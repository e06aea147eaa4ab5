"""Searching words in texts already in memory: without case nor accents, from the beginning of a word."""

import unicodedata
from collections.abc import Iterator

from osmose.kernel.base.text import fold


class _Letters(dict[int, str]):
    """What each character becomes: its folded letters, nothing for an accent that stands apart, a space for the rest.

    Each is worked out once: a whole stay is tens of thousands of characters.
    """

    most = 4096

    def __missing__(self, code: int) -> str:
        char = chr(code)
        letters = "" if unicodedata.combining(char) else fold(char) or " "
        if len(self) < self.most:
            self[code] = letters
        return letters


_letters = _Letters()


def terms_of(typed: str) -> tuple[str, ...]:
    """« l'été, Halo » becomes ("L", "ETE", "HALO"), each once; nothing where no term has two letters."""
    terms = tuple(dict.fromkeys(fold(typed).split()))
    return terms if any(len(term) > 1 for term in terms) else ()


def holds(text: str, terms: tuple[str, ...]) -> bool:
    """True where each term begins a word of the text, one of a single letter being a whole word."""
    words = set(text.translate(_letters).split())
    return all(any(_is_found(word, term) for word in words) for term in terms)


def spans(text: str, terms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where the words are that a term begins: (beginning, end) in the text as it is written."""
    word, start = "", 0
    for place, char in enumerate(f"{text} "):
        letters = _letters[ord(char)]
        if letters == " ":
            if word and any(_is_found(word, term) for term in terms):
                yield start, place
            word = ""
        elif letters:
            start = start if word else place
            word += letters


def _is_found(word: str, term: str) -> bool:
    return word.startswith(term) if len(term) > 1 else word == term
