"""Names as RNIV writes them; what the blind index and a search hold of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import fold
from osmose.patients.rules import (
    Sex,
    check_name,
    is_unknown_name,
    name_tokens,
    phonetic,
    search_tokens,
    transliterate_name,
    unknown_patient_name,
)

NAMES = st.from_regex(r"\A[A-Z]{3,12}([ '-][A-Z]{1,12}){0,3}\Z")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Élodie", "ELODIE"),
        ("d’Œuvré", "D'OEUVRE"),
        ("Jean  -  Paul", "JEAN-PAUL"),
        ("  Le\u00a0Goff ", "LE GOFF"),
        ("Łukasz", "LUKASZ"),
        ("Straße", "STRASSE"),
        ("Nuñez", "NUNEZ"),
        ("Franc\u0327ois", "FRANCOIS"),
        ("Saint‑Ægidius", "SAINT-AEGIDIUS"),
        ("O´Brien", "O'BRIEN"),
    ],
)
def test_a_name_is_stored_as_the_national_framework_says(typed: str, stored: str) -> None:
    assert check_name(typed) == stored


@pytest.mark.parametrize("typed", ["", " ", "--", "'", "😀", "<script>alert(1)</script>", "Jean2", "Иван", "A" * 101])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        check_name(typed, field="used_name")
    assert refused.value.field == "used_name"


def test_control_and_direction_characters_vanish() -> None:
    assert check_name("DU\x00PO\u202eNT") == "DUPONT"


def test_a_received_name_is_never_refused() -> None:
    assert transliterate_name("St. Pierre (née)") == "ST PIERRE NEE"
    assert transliterate_name("Иван") == ""
    assert transliterate_name("A" * 300) == "A" * 100


def test_patients_without_identity_are_numbered() -> None:
    assert unknown_patient_name(Sex.MALE, 1) == "INCONNU H 1"
    assert unknown_patient_name(Sex.FEMALE, 2) == "INCONNU F 2"
    assert unknown_patient_name(Sex.UNDETERMINED, 3) == "INCONNU X 3"
    assert is_unknown_name("Inconnue F 2")
    assert not is_unknown_name("INCONNUZZI")


@pytest.mark.parametrize("typed", ["delatour", "DE LA TOUR", "tour", "de la t"])
def test_a_name_in_several_words_is_found_by_what_people_type(typed: str) -> None:
    assert search_tokens(typed) & name_tokens("de la Tour")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Dupond", "DUPONT"),
        ("Filip", "PHILIPPE"),
        ("Gautier", "GAUTHIER"),
        ("Tibo", "THIBAULT"),
        ("Lefebvre", "LEFEVRE"),
        ("Kristof", "CHRISTOPHE"),
        ("Moro", "MOREAUX"),
        ("Laurant", "LAURENT"),
        ("jean paul", "JEAN-PAUL"),
        ("Oeuvre", "D'ŒUVRÉ"),
    ],
)
def test_a_name_is_found_by_its_sound(typed: str, name: str) -> None:
    assert search_tokens(typed) & name_tokens(name)


def test_a_short_name_is_found_only_whole() -> None:
    assert search_tokens("li") & name_tokens("LI")
    assert not search_tokens("li") & name_tokens("LIBERT")
    assert not search_tokens("l") & name_tokens("LI")


def test_nothing_typed_looks_up_nothing() -> None:
    assert search_tokens(" - ") == frozenset()
    assert name_tokens("😀") == frozenset()


@given(st.text())
def test_a_stored_name_is_stored_again_unchanged(typed: str) -> None:
    stored = transliterate_name(typed)
    assert transliterate_name(stored) == stored
    assert re.fullmatch(r"(?:[A-Z0-9'](?:[A-Z0-9 '-]*[A-Z0-9'])?)?", stored)


@given(st.text())
def test_a_typed_name_is_stored_or_refused_and_never_anything_else(typed: str) -> None:
    try:
        stored = check_name(typed)
    except Refused:
        return
    assert check_name(stored) == stored


@given(NAMES)
def test_every_name_is_found_by_its_first_letters_by_each_word_and_whole(name: str) -> None:
    tokens = name_tokens(name)
    whole = fold(name).replace(" ", "")
    assert search_tokens(whole[:3]) & tokens
    assert search_tokens(name) & tokens
    assert all(search_tokens(part) & tokens for part in fold(name).split() if len(part) >= 3)


@given(st.text(max_size=40))
def test_accents_hyphens_and_capitals_change_no_token(name: str) -> None:
    assert name_tokens(name) == name_tokens(fold(name))
    assert phonetic(name) == phonetic(fold(name))


@given(NAMES)
def test_a_prefix_token_gives_three_letters_away_and_no_more(name: str) -> None:
    assert all(len(token) == 5 for token in name_tokens(name) if token.startswith("p:"))
