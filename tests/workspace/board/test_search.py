"""The search of the board: what it finds, what it must not, and that nothing typed is kept."""

import re
from datetime import date

import pytest

from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.organisations.models import SharingAgreement
from tests.cast import Character, Hospitals
from tests.factories.encounters import changing, encounter, exited, request
from tests.factories.patients import a_patient, ipp
from tests.strict import StrictClient
from tests.workspace.board.reading import Seen, board, sought

pytestmark = pytest.mark.django_db


@pytest.fixture
def rachid(hospitals: Hospitals) -> Encounter:
    patient = a_patient(
        hospitals.perpignan,
        birth_name="ABELLANOSA-PUIG",
        used_name="DURAND",
        first_name="RACHID",
        birth_date=date(1981, 3, 12),
        identifiers=[ipp("90000012")],
    )
    return encounter(unit=hospitals.sau, patient=patient, visit_number="260000345")


@pytest.fixture
def others(hospitals: Hospitals) -> list[Encounter]:
    return [encounter(unit=hospitals.sau) for _ in range(3)]


@pytest.mark.parametrize(
    "typed",
    [
        "abel", "ABELLANOSA", "puig", "durand", "Dur", "rach", "ra abel", "abellanosa rachid", "  puig   ra ", "Âbel",
        "12/03/1981", "12.3.1981", "12031981", "1981-03-12", "durand 12/03/1981", "90000012", "260000345",
    ],
)  # fmt: skip
def test_it_finds_by_names_birth_date_and_numbers(
    browser: StrictClient, rachid: Encounter, others: list[Encounter], typed: str
) -> None:
    seen = sought(browser, typed)
    assert seen.order == [rachid.pk]
    assert "1 patient correspond" in seen.words


@pytest.mark.parametrize(
    "typed", ["bellanosa", "rachel", "13/03/1981", "durand 13/03/1981", "90000013", "9000001", "zz"]
)
def test_nothing_found_says_what_to_do_next(
    browser: StrictClient, rachid: Encounter, others: list[Encounter], typed: str
) -> None:
    seen = sought(browser, typed)
    assert not seen.order
    assert "Aucun patient ne correspond" in seen.words
    assert "Effacer la recherche" in seen.words
    assert "Chercher dans toutes les PEC" in seen.words


def test_too_short_a_search_finds_nobody_in_particular_and_says_so(
    browser: StrictClient, rachid: Encounter, others: list[Encounter]
) -> None:
    seen = sought(browser, "a")
    assert len(seen.order) == 4
    assert "au moins deux lettres" in seen.words
    assert len(sought(browser, "").order) == 4
    assert "recherche" not in sought(browser, "   ").words


def test_it_looks_where_the_question_looks(browser: StrictClient, rachid: Encounter) -> None:
    gone = exited(rachid)
    assert not sought(browser, "abel").order
    assert sought(browser, "abel", "portee=ouvertes").order == [gone.pk]
    assert not sought(browser, "abel", "portee=ouvertes&etat=preoccupants").order


def test_a_protected_identity_is_found_by_its_number_only(
    browser: StrictClient, rachid: Encounter, others: list[Encounter]
) -> None:
    with changing(rachid):
        rachid.patient.is_protected = True
        rachid.patient.version += 1
        rachid.patient.save(update_fields=["is_protected", "version"])
    for typed in ("abel", "rachid", "12/03/1981", "durand 12/03/1981"):
        assert not sought(browser, typed).order, typed
    found = sought(browser, "90000012")
    assert found.order == [rachid.pk]
    assert "Identité protégée" in found.words


def test_another_hospital_finds_nothing(zoe: Character, rachid: Encounter) -> None:
    client = zoe.client()
    for typed in ("abel", "12/03/1981", "90000012", "260000345"):
        assert not sought(client, typed, "portee=toutes").order, typed


def test_a_partner_without_the_identity_can_t_guess_it(
    at_thuir: StrictClient, hospitals: Hospitals, rachid: Encounter
) -> None:
    SharingAgreement.objects.filter(pk=hospitals.agreement.pk).update(categories=["tracking", "requests"])
    request(rachid, "psychiatry", unit=hospitals.emp)
    assert rachid in board(at_thuir)
    for typed in ("abel", "rachid", "12/03/1981", "90000012", "260000345"):
        assert not sought(at_thuir, typed).order, typed


def test_what_is_typed_is_in_no_address_and_in_no_journal(
    browser: StrictClient, rachid: Encounter, others: list[Encounter]
) -> None:
    seen = sought(browser, "abellanosa")
    assert "abellanosa" not in seen.poll.lower()
    line = AccessEntry.objects.latest("id")
    assert (line.verb, line.subjects, line.door) == (Verb.SEARCH, [rachid.pk], "board_search")
    assert "abel" not in str([getattr(line, f.attname) for f in line._meta.fields]).lower()


def test_the_refresh_of_a_search_searches_again_and_journals_only_what_is_new(
    browser: StrictClient, hospitals: Hospitals, rachid: Encounter
) -> None:
    seen = sought(browser, "abel")
    assert 'hx-include="#board-sought"' in seen.html
    assert re.search(r'id="board-sought" name="q" value="abel"', seen.html)
    lines = AccessEntry.objects.count()
    again = browser.post(seen.poll, {"q": "abel"}, headers={"HX-Request": "true"})
    assert again.status_code == 204
    assert AccessEntry.objects.count() == lines
    new = encounter(unit=hospitals.sau, birth_name="ABELARD")
    changed = browser.post(seen.poll, {"q": "abel"}, headers={"HX-Request": "true"})
    assert set(Seen(changed.content.decode()).order) == {rachid.pk, new.pk}
    assert AccessEntry.objects.latest("id").subjects == [new.pk]


def test_it_works_without_scripts_and_keeps_the_other_filters(
    browser: StrictClient, rachid: Encounter, others: list[Encounter]
) -> None:
    answer = browser.post("/pec/recherche/?portee=ouvertes&vue=fiches", {"q": "durand"})
    seen = Seen(answer.content.decode())
    assert seen.order == [rachid.pk]
    assert "<h1" in seen.html
    assert 'value="durand"' in seen.html
    assert "portee=ouvertes&amp;vue=fiches" in seen.html
    assert 'formaction="/pec/recherche/?portee=cloturees&amp;vue=fiches"' in seen.html, "a chip sends the search along"
