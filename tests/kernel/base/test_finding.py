"""Words are found by their beginning, whatever their case and accents, where they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.kernel.base.finding import holds, spans, terms_of
from osmose.kernel.base.text import fold


def found(text: str, typed: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, terms_of(typed))]


@pytest.mark.parametrize(
    ("text", "typed", "words"),
    [
        ("Très agité cette nuit", "AGITE", ["agité"]),
        ("agite\u0301 la nuit, Agitation", "agit", ["agite\u0301", "Agitation"]),
        ("Sœur prévenue par l’IDE", "soeur ide", ["Sœur", "IDE"]),
        ("1,28 mg/L puis 128", "1,28 mg", ["1", "28", "mg"]),
        ("Profil agité", "fil", []),
        ("Peu d’eau, dort", "d'eau", ["d", "eau"]),
        ("œ", "a", []),
    ],
)
def test_a_word_is_found_by_its_beginning_without_accents_nor_case(text: str, typed: str, words: list[str]) -> None:
    assert found(text, typed) == words
    assert holds(text, terms_of(typed)) or not words


def test_every_word_is_wanted_and_one_letter_alone_is_no_question() -> None:
    assert holds("Calme, accepte un café", terms_of("cafe calme"))
    assert not holds("Calme, accepte un café", terms_of("cafe agité"))
    assert terms_of("a") == terms_of(" ;! ") == terms_of("") == ()


@given(st.text(max_size=60), st.text(max_size=8))
def test_what_is_marked_is_a_word_that_begins_so(text: str, typed: str) -> None:
    terms = terms_of(typed)
    end = 0
    for start, stop in spans(text, terms):
        assert end <= start < stop <= len(text)
        assert any(fold(text[start:stop]).replace(" ", "").startswith(term) for term in terms)
        end = stop
