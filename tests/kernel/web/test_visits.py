"""What the journal says of lists, searches, refreshes and fragments."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from osmose.encounters.models import Encounter
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import Outcome, Verb
from osmose.kernel.base import clock
from tests.cast import Character, Hospitals
from tests.kernel.web.conftest import browser_of
from tests.kernel.world import a_pec, lines

pytestmark = pytest.mark.django_db


def visit_and_version(text: str) -> tuple[str, str]:
    found = re.match(r"visite : (\S+) ; (\S+)", text)
    assert found, text
    return found.group(1), found.group(2)


def test_a_list_names_each_row_it_shows(
    browser: Client, claire: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    other, hidden = a_pec(hospitals.sau, motif="Agitation"), a_pec(hospitals.narbonne_sau, motif="Ailleurs")
    page = browser.get("/liste/").content.decode()
    (line,) = lines(actor_id=claire.id)
    assert line.verb == Verb.LIST
    assert set(line.subjects) == {pec.pk, other.pk}
    assert set(line.persons) == {pec.patient_id, other.patient_id}
    assert "Ailleurs" not in page
    assert hidden.pk not in line.subjects


def test_an_empty_list_is_a_visit_too(
    other_browser: Client, zoe: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    visit, _ = visit_and_version(other_browser.get("/liste/").content.decode())
    new = a_pec(hospitals.narbonne_sau)
    other_browser.get(f"/liste/?visit={visit}&version=old")
    first, added = lines(actor_id=zoe.id)
    assert (first.subjects, str(first.uid)) == ([], visit)
    assert (added.subjects, added.parent) == ([new.pk], first.uid)


def test_a_poll_that_brings_nothing_writes_nothing(browser: Client, claire: Character, pec: Encounter) -> None:
    visit, version = visit_and_version(browser.get("/liste/").content.decode())
    for _ in range(3):
        response = browser.get(f"/liste/?visit={visit}&version={version}")
        assert (response.status_code, response.content) == (204, b"")
    assert len(lines(actor_id=claire.id)) == 1


def test_a_poll_that_changed_adds_only_what_was_not_shown_yet(
    browser: Client, claire: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    visit, version = visit_and_version(browser.get("/liste/").content.decode())
    new = a_pec(hospitals.sau, motif="Agitation")
    page = browser.get(f"/liste/?visit={visit}&version={version}").content.decode()
    assert "Agitation" in page
    assert visit_and_version(page)[0] == visit
    first, added = lines(actor_id=claire.id)
    assert (added.subjects, added.persons, added.parent) == ([new.pk], [new.patient_id], first.uid)
    browser.get(f"/liste/?visit={visit}&version=stale")
    assert len(lines(actor_id=claire.id)) == 2


def test_a_fragment_belongs_to_its_page(browser: Client, claire: Character, pec: Encounter) -> None:
    browser.get(f"/pec/{pec.pk}/")
    (line,) = lines(actor_id=claire.id)
    assert str(line.uid) in browser.get(f"/partie/{pec.pk}/?visit={line.uid}").content.decode()
    assert lines(actor_id=claire.id) == [line]


def test_a_fragment_of_somebody_elses_visit_is_journaled_anew(
    browser: Client, claire: Character, hugo: Character, pec: Encounter
) -> None:
    browser.get(f"/pec/{pec.pk}/")
    (line,) = lines(actor_id=claire.id)
    colleague = browser_of(hugo)
    colleague.get(f"/partie/{pec.pk}/?visit={line.uid}")
    colleague.get(f"/liste/?visit={line.uid}&version=old")
    assert [(n.verb, n.parent) for n in lines(actor_id=hugo.id)] == [(Verb.READ, None), (Verb.LIST, None)]


@pytest.mark.parametrize("visit", ["01890000-0000-7000-8000-000000000000", "", "nonsense"])
def test_a_fragment_of_no_visit_is_journaled(browser: Client, claire: Character, pec: Encounter, visit: str) -> None:
    browser.get(f"/partie/{pec.pk}/?visit={visit}")
    assert [n.subjects for n in lines(actor_id=claire.id)] == [[pec.pk]]


def test_a_fragment_of_another_patient_is_journaled(
    browser: Client, claire: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    other = a_pec(hospitals.sau)
    browser.get(f"/pec/{pec.pk}/")
    (line,) = lines(actor_id=claire.id)
    browser.get(f"/partie/{other.pk}/?visit={line.uid}")
    assert [n.subjects for n in lines(actor_id=claire.id)] == [[pec.pk], [other.pk]]


def test_a_row_of_a_list_does_not_stand_for_the_whole_record(
    browser: Client, claire: Character, pec: Encounter
) -> None:
    visit, _ = visit_and_version(browser.get("/liste/").content.decode())
    browser.get(f"/partie/{pec.pk}/?visit={visit}")
    assert [(n.verb, n.subjects) for n in lines(actor_id=claire.id)] == [(Verb.LIST, [pec.pk]), (Verb.READ, [pec.pk])]


def test_a_refused_line_opens_no_visit(other_browser: Client, zoe: Character, pec: Encounter) -> None:
    other_browser.get(f"/pec/{pec.pk}/")
    (line,) = lines(actor_id=zoe.id)
    assert line.outcome == Outcome.REFUSED
    assert journal.shown_by_visit(actor=zoe.actor, verb=Verb.READ, visit=line.uid, now=clock.now()) is None


def test_a_page_open_for_half_a_day_is_a_new_visit(browser: Client, claire: Character, pec: Encounter) -> None:
    browser.get(f"/pec/{pec.pk}/")
    (line,) = lines(actor_id=claire.id)
    asked = {"actor": claire.actor, "verb": Verb.READ, "visit": line.uid}
    assert journal.shown_by_visit(**asked, now=clock.now()) == {pec.pk}
    assert journal.shown_by_visit(**asked, now=clock.now() + timedelta(hours=13)) is None


def test_a_search_is_journaled_with_what_it_found_and_never_what_was_typed(
    browser: Client, claire: Character, pec: Encounter
) -> None:
    assert "Idées" in browser.post("/recherche/", {"q": "DUPONT"}).content.decode()
    (line,) = lines(actor_id=claire.id)
    assert (line.verb, line.subjects) == (Verb.SEARCH, [pec.pk])
    assert "DUPONT" not in str(vars(line))


def test_a_search_that_a_rule_refuses_shows_nothing(browser: Client, claire: Character, pec: Encounter) -> None:
    response = browser.get("/liste/?q=ab")
    assert response.status_code == 422
    assert "Tapez au moins trois lettres." in response.content.decode()
    assert lines(actor_id=claire.id) == []
