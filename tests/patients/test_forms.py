"""What staff type at an arrival, good and bad."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.patients.forms import PatientForm, SearchForm, read_birth_date
from osmose.patients.rules import IdentityStatus, Sex
from osmose.patients.rules.registration import IdentifierKind
from tests.factories.patients import matricule

TODAY = date(2026, 3, 1)
BORN = date(1981, 3, 12)


@pytest.mark.parametrize(
    "typed",
    ["12/03/1981", "12031981", "12 03 81", "120381", "12.3.1981", "12-03-81", "1981-03-12", " 12 / 03 / 1981 "],
)
def test_a_birth_date_is_read_as_it_is_typed(typed: str) -> None:
    assert read_birth_date(typed, today=TODAY) == BORN


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("01/01/26", date(2026, 1, 1)),
        ("01/01/27", date(1927, 1, 1)),
        ("00/03/1981", date(1981, 3, 1)),
        ("00/00/1981", date(1981, 12, 31)),
    ],
)
def test_two_figures_are_the_last_such_year_and_zeros_are_interpreted(typed: str, read: date) -> None:
    assert read_birth_date(typed, today=TODAY) == read


@pytest.mark.parametrize(
    "typed", ["31/02/1981", "12/13/1981", "12/03", "1203198", "douze", "١٢/٠٣/١٩٨١", "12/03/198", "😀"]
)
def test_what_is_no_date_is_said_so(typed: str) -> None:
    form = SearchForm({"birth_date": typed}, today=TODAY)
    assert not form.is_valid()
    assert form.errors["birth_date"] == ["Cette date n’existe pas\u202f: écrivez JJ/MM/AAAA."]


@given(st.text(max_size=40))
def test_no_typed_date_ever_crashes(typed: str) -> None:
    form = SearchForm({"birth_date": typed, "letters": typed, "number": typed}, today=TODAY)
    assert form.is_valid() or form.errors


@pytest.mark.parametrize(("typed", "word"), [("02/03/2026", "futur"), ("31/12/1899", "1900")])
def test_impossible_birth_dates_are_refused(typed: str, word: str) -> None:
    for form in (SearchForm({"birth_date": typed}, today=TODAY), patient_form(birth_date=typed)):
        assert not form.is_valid()
        assert word in form.errors["birth_date"][0]


def test_a_search_is_by_birth_date_or_number() -> None:
    form = SearchForm({"birth_date": "12/03/1981", "letters": " dup\u202eont "}, today=TODAY)
    assert form.is_valid()
    assert (form.command().birth_date, form.command().letters) == (BORN, "dupont")
    assert SearchForm({"number": "0004512"}, today=TODAY).is_valid()
    alone = SearchForm({"letters": "dupont"}, today=TODAY)
    assert not alone.is_valid()
    assert "date de naissance" in alone.errors["birth_date"][0]
    nothing = SearchForm({"birth_date": "12/03/1981", "letters": "😀"}, today=TODAY)
    assert "lettres" in nothing.errors["letters"][0]


def patient_form(**given: Any) -> PatientForm:
    typed = {
        "birth_name": "Fictive",
        "first_name": "Louise",
        "birth_date": "14/07/1988",
        "sex": "F",
        "birth_place_code": "66136",
        **given,
    }
    return PatientForm(typed, today=TODAY, authority="CH-A")


def test_a_new_identity_is_a_typed_command() -> None:
    form = patient_form(ipp="0004512", ins=matricule(), document_checked="on", distinctive_signs="Cicatrice\r\nbras")
    assert form.is_valid(), form.errors
    command = form.command()
    assert (command.traits.birth_name, command.traits.sex) == ("FICTIVE", Sex.FEMALE)
    assert command.traits.birth_date == date(1988, 7, 14)
    assert [number.kind for number in command.identifiers] == [IdentifierKind.IPP, IdentifierKind.INS]
    assert command.standing.status is IdentityStatus.QUALIFIEE
    assert command.distinctive_signs == "Cicatrice\nbras"


def test_an_estimated_age_stands_for_the_birth_date() -> None:
    form = patient_form(birth_date="", estimated_age="40")
    assert form.is_valid()
    assert form.command().traits.birth_year == 1986
    assert form.command().standing.status is IdentityStatus.PROVISOIRE
    assert "birth_date" in patient_form(birth_date="").errors


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"birth_name": ""}, "birth_name"),
        ({"birth_name": "Fic\x00tive"}, "birth_name"),
        ({"birth_name": "😀"}, "birth_name"),
        ({"birth_name": "<script>alert(1)</script>"}, "birth_name"),
        ({"birth_name": "محمد"}, "birth_name"),
        ({"first_name": "L0uise"}, "first_name"),
        ({"used_name": "A" * 101}, "used_name"),
        ({"distinctive_signs": "x" * 100_000}, "distinctive_signs"),
        ({"sex": "Z"}, "sex"),
        ({"birth_date": "", "estimated_age": "-1"}, "estimated_age"),
        ({"birth_date": "", "estimated_age": "beaucoup"}, "estimated_age"),
        ({"birth_place_code": "<b>1"}, "birth_place_code"),
        ({"ipp": "1" * 51}, "ipp"),
        ({"ins": matricule()[:13] + "00", "document_checked": "on"}, "ins"),
        ({"ins": "abc", "document_checked": "on"}, "ins"),
        ({"ins": matricule()}, "ins"),
    ],
)
def test_bad_input_is_a_french_error_of_its_field(given: dict[str, str], field: str) -> None:
    form = patient_form(**given)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    sentence = form.errors[field][0]
    assert sentence.endswith(".")
    assert not any(word in sentence for word in ("This", "Ensure", "characters"))


def test_direction_marks_vanish_and_free_text_keeps_html_as_text() -> None:
    form = patient_form(first_name="Lou\u202eise", distinctive_signs="<b>Tatouage</b> 😀")
    assert form.is_valid()
    assert form.command().traits.first_name == "LOUISE"
    assert form.command().distinctive_signs == "<b>Tatouage</b> 😀"


def test_the_browser_is_told_to_remember_nothing() -> None:
    for form in (SearchForm(today=TODAY), PatientForm(today=TODAY, authority="CH-A")):
        for field in form:
            assert 'autocomplete="off"' in str(field), field.name


def test_what_was_typed_is_never_quoted_by_a_repr() -> None:
    form = patient_form()
    assert form.is_valid()
    assert "FICTIVE" not in repr(form.command())
