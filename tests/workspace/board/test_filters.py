"""The chips count, the filters keep, the screen says in words what it shows."""

from datetime import timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import ResultFlag
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, move, note
from tests.factories.encounters import encounter, exited
from tests.strict import StrictClient
from tests.workspace.board.reading import board

pytestmark = pytest.mark.django_db


def psychiatry(claire: Character, martin: Character, hospitals: Hospitals, *statuses: str) -> Encounter:
    """A PEC whose psychiatric request went through these states."""
    pec = encounter(unit=hospitals.sau)
    for status in statuses:
        who = claire if status == "asked" else martin
        ask(who, pec, "psychiatry", status, unit=hospitals.emp if status == "asked" else None)
    return pec


def closed(claire: Character, hospitals: Hospitals) -> Encounter:
    pec = exited(encounter(unit=hospitals.sau))
    return click(actions.close_encounter, claire, pec)


def test_only_current_patients_by_default_and_the_screen_says_when_it_shows_others(
    browser: StrictClient, claire: Character, hospitals: Hospitals
) -> None:
    here, gone, done = encounter(unit=hospitals.sau), exited(encounter(unit=hospitals.sau)), closed(claire, hospitals)
    seen = board(browser)
    assert seen.order == [here.pk]
    assert "Vous regardez" not in seen.words
    assert set(board(browser, "portee=ouvertes").order) == {here.pk, gone.pk}
    archive = board(browser, "portee=cloturees")
    assert archive.order == [done.pk]
    assert "Vous regardez les PEC clôturées des 30 derniers jours" in archive.words
    assert set(board(browser, "portee=toutes").order) == {here.pk, gone.pk, done.pk}


def test_the_chips_of_scope_are_counted_whatever_is_filtered(
    browser: StrictClient, claire: Character, hospitals: Hospitals
) -> None:
    for _ in range(3):
        encounter(unit=hospitals.sau)
    exited(encounter(unit=hospitals.sau))
    closed(claire, hospitals)
    for query in ("", "portee=toutes", "portee=cloturees&mes=1", "etat=preoccupants"):
        counts = board(browser, query).counts
        assert {c: counts[c] for c in ("PEC actives", "Non clôturées", "Clôturées", "Toutes")} == {
            "PEC actives": "3",
            "Non clôturées": "4",
            "Clôturées": "1",
            "Toutes": "5",
        }, query


def test_the_interrupted_count_among_those_who_wait(
    browser: StrictClient, claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    asked = psychiatry(claire, martin, hospitals, "asked")
    running = psychiatry(claire, martin, hospitals, "asked", "running")
    paused = psychiatry(claire, martin, hospitals, "asked", "running", "paused")
    over = psychiatry(claire, martin, hospitals, "asked", "running", "done")
    encounter(unit=hospitals.sau)
    seen = board(browser)
    assert [seen.counts[c] for c in ("Psy à voir", "Psy en cours", "Psy interrompues", "Psy terminées")] == list("2111")
    assert "2 attendent la psychiatrie" in seen.words
    for psy, expected in (
        ("a-voir", {asked.pk, paused.pk}),
        ("en-cours", {running.pk}),
        ("interrompues", {paused.pk}),
        ("terminees", {over.pk}),
    ):
        chosen = board(browser, f"psy={psy}")
        assert set(chosen.order) == expected
        assert chosen.counts == seen.counts, "a chip never changes what the others count"


def test_psychiatric_chips_count_within_the_scope_and_the_filters_and_let_go_when_pressed_again(
    browser: StrictClient, claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    pec = psychiatry(claire, martin, hospitals, "asked")
    move(claire, pec, hospitals.place("SAS"))
    gone = exited(psychiatry(claire, martin, hospitals, "asked"))
    assert board(browser).counts["Psy à voir"] == "1"
    assert board(browser, "portee=ouvertes").counts["Psy à voir"] == "2"
    assert board(browser, "portee=ouvertes&lieu=SAS").counts["Psy à voir"] == "1"
    chosen = board(browser, "psy=a-voir")
    assert 'href="/pec/?portee=actives" aria-current="true" data-tone="psy"' in chosen.html
    assert gone.pk not in chosen.rows


def test_each_filter_keeps_its_own(
    browser: StrictClient, claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    worrying, boxed, mine, young, with_result = (encounter(unit=hospitals.sau) for _ in range(5))
    note(claire, worrying, "concern", Concern((ConcernReason.RUNAWAY,)))
    move(claire, boxed, hospitals.place("SAS"), hospitals.place("BOX-3"))
    click(actions.assign, claire, mine, role=Referent.NURSE, user_id=claire.id, revision=None)
    minor = encounter(unit=hospitals.sau, birth_date=clock.now().date() - timedelta(days=365 * 12))
    ask(claire, with_result, "biology")
    ask(claire, with_result, "biology", "available")
    click(actions.set_result, claire, with_result, kind="biology", result=ResultFlag.ABNORMAL, revision=None)
    addressed = psychiatry(claire, martin, hospitals, "asked")
    gone = exited(encounter(unit=hospitals.sau))
    everybody = {p.pk for p in (worrying, boxed, mine, young, with_result, minor, addressed)}
    for query, expected in (
        ("etat=preoccupants", {worrying.pk}),
        ("etat=sans-box", everybody - {boxed.pk}),
        ("etat=resultats", {with_result.pk}),
        ("etat=mineurs", {minor.pk}),
        ("etat=sortis", {gone.pk}),
        ("mes=1", {mine.pk}),
        ("lieu=SAS", {boxed.pk}),
        (f"unite={hospitals.sau.pk}", everybody),
        (f"unite={hospitals.ped.pk}", set()),
        (f"equipe={hospitals.emp.pk}", {addressed.pk}),
        (f"equipe={hospitals.psyli.pk}", set()),
    ):
        assert set(board(browser, query).order) == expected, query


@pytest.mark.parametrize(
    "query",
    [
        "portee=tout",
        "psy=x&portee=actives",
        "unite=SAU",
        "lieu=%3Cscript%3E",
        "equipe=0",
        "etat=mort",
        "mes=oui",
        "ordre=nom",
        "vue=carte",
        "apres=hier",
        "apres=99999999999999999999999-00000000000000000000000000000000",
    ],
)
def test_what_makes_no_sense_in_an_address_is_ignored_and_said(
    browser: StrictClient, hospitals: Hospitals, query: str
) -> None:
    pec = encounter(unit=hospitals.sau)
    seen = board(browser, query)
    assert seen.order == [pec.pk]
    assert "il a été ignoré" in seen.words
    assert "script>" not in seen.poll


def test_nothing_with_these_filters_says_what_to_do(browser: StrictClient, hospitals: Hospitals) -> None:
    encounter(unit=hospitals.sau)
    seen = board(browser, "psy=interrompues")
    assert "Aucune prise en charge avec ces filtres" in seen.words
    assert "Voir les PEC actives" in seen.words
    assert "Tout effacer" in seen.words


def test_an_empty_board_says_why(browser: StrictClient, at_thuir: StrictClient, hospitals: Hospitals) -> None:
    assert "Aucune prise en charge active" in board(browser).words
    assert "Nouvelle PEC" in board(browser).words
    assert "Aucune prise en charge active" in board(at_thuir).words


def test_the_archive_comes_fifty_by_fifty(
    browser: StrictClient, claire: Character, hospitals: Hospitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("osmose.workspace.board.found.PAGE", 2)
    pecs = [closed(claire, hospitals) for _ in range(5)]
    first = board(browser, "portee=cloturees")
    assert first.order == [pecs[4].pk, pecs[3].pk]
    query = first.html.split('class="btn" href="/pec/?')[1].split('"')[0].replace("&amp;", "&")
    second = board(browser, query)
    assert second.order == [pecs[2].pk, pecs[1].pk]
    query = second.html.split('class="btn" href="/pec/?')[1].split('"')[0].replace("&amp;", "&")
    assert board(browser, query).order == [pecs[0].pk]
    assert second.counts == first.counts


def test_beyond_the_cap_the_archive_is_said_uncounted_and_can_be_walked_to_its_end(
    browser: StrictClient, claire: Character, hospitals: Hospitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("osmose.encounters.queries.board", "osmose.workspace.board.found", "osmose.workspace.board.chips"):
        monkeypatch.setattr(f"{module}.ARCHIVE_CAP", 2)
    pecs = [closed(claire, hospitals) for _ in range(5)]
    assert board(browser).counts["Clôturées"].endswith("+")
    shown, query = [], "portee=cloturees"
    for _ in range(3):
        seen = board(browser, query)
        shown += seen.order
        link = seen.html.split('class="btn" href="/pec/?')
        query = link[1].split('"')[0].replace("&amp;", "&") if len(link) > 1 else ""
    assert shown == [p.pk for p in reversed(pecs)]
    assert not query
