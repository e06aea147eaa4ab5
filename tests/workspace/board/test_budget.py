"""What the board costs: queries that rows don't move, and refreshes that write nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters import actions
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.kernel.crypto import keys
from osmose.patients import operations as patients
from osmose.patients.rules import Traits
from osmose.workspace.board import drawing
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, move
from tests.factories.encounters import encounter, exited
from tests.factories.patients import REGISTRAR, acting
from tests.strict import StrictClient
from tests.workspace.board.reading import board

pytestmark = pytest.mark.django_db
BUDGET = 6
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "START")


def queries_of(client: StrictClient, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [q["sql"] for q in captured.captured_queries if not q["sql"].upper().startswith(_CONTROL)]


@pytest.mark.parametrize("count", [1, 150])
@pytest.mark.parametrize("density", ["tableau", "fiches"])
def test_six_queries_at_most_cold_or_warm(
    browser: StrictClient, claire: Character, hospitals: Hospitals, count: int, density: str
) -> None:
    for number in range(count):
        pec = encounter(unit=hospitals.sau)
        if number % 10 == 0:
            move(claire, pec, hospitals.place("SAS"))
            ask(claire, pec, "psychiatry", unit=hospitals.emp)
            ask(claire, pec, "imaging")
    path = f"/pec/?portee=actives&vue={density}"
    drawing.cache.clear()
    keys.forget_all()
    cold = queries_of(browser, path)
    assert len(cold) <= BUDGET, "\n".join(cold)
    warm = queries_of(browser, path)
    assert len(warm) < len(cold)
    assert len(board(browser, path.partition("?")[2]).rows) == count


def test_the_archive_costs_one_more(browser: StrictClient, claire: Character, hospitals: Hospitals) -> None:
    encounter(unit=hospitals.sau)
    few = queries_of(browser, "/pec/?portee=toutes")
    for _ in range(5):
        click(actions.close_encounter, claire, exited(encounter(unit=hospitals.sau)))
    many = queries_of(browser, "/pec/?portee=toutes")
    assert len(many) == len(few) <= BUDGET + 1


def test_who_is_a_minor_is_asked_once_and_again_when_the_birth_date_is_corrected(
    browser: StrictClient, hospitals: Hospitals
) -> None:
    path, born = "/pec/?etat=mineurs", clock.now().date() - timedelta(days=365 * 12)
    young, grown = encounter(unit=hospitals.sau, birth_date=born), encounter(unit=hospitals.sau)
    first = queries_of(browser, path)
    assert len(queries_of(browser, path)) < len(first) <= BUDGET + 1
    assert board(browser, "etat=mineurs").order == [young.pk]
    for pec, date in ((young, grown.patient.birth_date), (grown, born)):
        with acting():
            given = Traits(birth_date=date)
            patients.correct_identity(actor=REGISTRAR, patient=pec.patient, traits=given, now=clock.now())
    assert board(browser, "etat=mineurs").order == [grown.pk]


def test_an_unchanged_refresh_writes_nothing_and_a_changed_one_says_what_is_new(
    browser: StrictClient, claire: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    seen, lines = board(browser), AccessEntry.objects.count()
    assert browser.get(seen.poll).status_code == 204
    click(actions.set_motif, claire, pec, motif="Malaise")
    assert browser.get(seen.poll).status_code == 200
    added = AccessEntry.objects.filter(door="board_rows").count()
    assert added == 0, "the row had been shown already by this visit"
    new = encounter(unit=hospitals.sau)
    assert browser.get(seen.poll).status_code == 200
    assert AccessEntry.objects.filter(door="board_rows").latest("id").subjects == [new.pk]
    assert AccessEntry.objects.count() >= lines


def test_only_what_is_shown_is_journaled(browser: StrictClient, claire: Character, hospitals: Hospitals) -> None:
    shown = encounter(unit=hospitals.sau, location=hospitals.place("SAS"))
    encounter(unit=hospitals.sau)
    board(browser, "lieu=SAS")
    assert AccessEntry.objects.latest("id").subjects == [shown.pk]
