"""« À lire »: the page, the menu and the board say the same number, and it falls everywhere at once."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.encounters.queries import board as listing
from osmose.handover.actions import mark_read, move_note, sign_note, strike_note
from osmose.handover.models import HandoverNote
from osmose.handover.queries import count_to_read, notes_to_read
from osmose.handover.rules import Recipient, Written
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.organisations.models import CareUnit
from osmose.workspace.board import drawing
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click
from tests.factories import encounters as pecs
from tests.workspace.board.reading import board
from tests.workspace.board.test_budget import BUDGET, queries_of
from tests.workspace.patient_page.posts import HTMX, page, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(claire: Character, hospitals: Hospitals) -> Encounter:
    made = pecs.encounter(unit=hospitals.sau)
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    return made


def send(who: Character, pec: Encounter, text: str, *to: CareUnit | Character, **more: Any) -> HandoverNote:
    recipients = [Recipient(unit_id=one.pk) if isinstance(one, CareUnit) else Recipient(user_id=one.id) for one in to]
    click(sign_note, who, pec, written=Written(text=text, to=tuple(recipients), **more))
    return HandoverNote.objects.filter(encounter=pec).latest("id")


def menu(who: Character) -> int:
    """What the menu of any page asks for."""
    answer = who.client().get("/a-lire/compte/", headers=HTMX)
    found = re.search(r">(\d+)<", answer.content.decode())
    assert found
    return int(found[1])


def on_board(who: Character, pec: Encounter, query: str = "") -> int:
    found = re.search(rf'id="unread-{pec.pk}" title="(\d+) transmission', board(who.client(), query).row(pec))
    return int(found[1]) if found else 0


def to_read(who: Character) -> str:
    answer = who.client().get("/a-lire/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize("query", ["", "portee=actives&vue=fiches"])
def test_what_is_sent_to_my_unit_or_to_me_counts_everywhere_and_falls_everywhere(
    claire: Character, martin: Character, roux: Character, pec: Encounter, hospitals: Hospitals, query: str
) -> None:
    send(claire, pec, "Pour tous, à personne")
    first = send(claire, pec, "Pour l’équipe mobile", hospitals.emp)
    send(claire, pec, "Pour vous seul", martin)
    assert (menu(martin), on_board(martin, pec, query)) == (2, 2)
    shown = to_read(martin)
    assert "Pour l’équipe mobile" in shown
    assert "Pour vous seul" in shown
    assert "à personne" not in shown
    assert (menu(claire), on_board(claire, pec, query)) == (0, 0)
    seen = board(martin.client(), query)
    assert martin.client().get(seen.poll).status_code == 204
    post(martin, pec, "lectures", note=str(first.pk))
    assert martin.client().get(seen.poll).status_code == 200
    assert (menu(martin), on_board(martin, pec, query)) == (1, 1)
    assert "Pour l’équipe mobile" not in to_read(martin)


def test_the_rows_kept_for_everybody_hold_nothing_of_anybody(
    claire: Character, hugo: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    drawing.cache.clear()
    send(martin, pec, "Pour le docteur", hugo)
    assert on_board(hugo, pec) == 1
    assert on_board(claire, pec) == 0
    kept = [drawn for _, _, variants in drawing.cache._held.values() for drawn in variants.values()]
    assert kept
    assert not [drawn for drawn in kept if b"row-unread" in drawn]


def test_the_count_costs_the_board_no_query(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    client = martin.client()
    before = len(queries_of(client, "/pec/?portee=actives"))
    for number in range(20):
        send(claire, pec, f"Note {number}", hospitals.emp)
    listing.bodies.clear()
    drawing.cache.clear()
    assert len(queries_of(client, "/pec/?portee=actives")) <= max(before, BUDGET)


def test_the_page_costs_the_same_whatever_there_is_to_read(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    client = martin.client()
    send(claire, pec, "Note", hospitals.emp)
    few = len(queries_of(client, "/a-lire/"))
    for number in range(20):
        send(claire, pec, f"Note {number}", hospitals.emp)
    with CaptureQueriesContext(connection):
        assert len(queries_of(client, "/a-lire/")) == few


def test_what_is_struck_moved_closed_or_one_s_own_is_not_to_read(
    claire: Character, hugo: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    right = pecs.encounter(unit=hospitals.sau)
    struck, moved, left = (send(claire, pec, text, hospitals.sau) for text in ("Rayée", "Déplacée", "Reste"))
    click(strike_note, claire, pec, note_id=struck.pk, reason="Erreur")
    click(move_note, claire, pec, note_id=moved.pk, right_id=right.pk)
    found = {note.encounter_id: note.pk for note in notes_to_read(hugo.actor, clock.now())}
    assert found[pec.pk] == left.pk
    assert found[right.pk] != moved.pk
    assert count_to_read(claire.actor, clock.now()) == 0
    click(actions.close_encounter, claire, pecs.exited(pec))
    assert [note.encounter_id for note in notes_to_read(hugo.actor, clock.now())] == [right.pk]


def test_a_unit_that_has_left_has_nothing_more_to_read(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    send(claire, pec, "Venez vite", hospitals.emp)
    assert menu(martin) == 1
    ask(claire, pec, "psychiatry", status="none")
    assert menu(martin) == 0
    assert "Venez vite" not in to_read(martin)


def test_who_read_a_note_of_somebody_else_is_told_and_says_so(
    claire: Character, hugo: Character, ines: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    note = send(claire, pec, "Veut mourir", hospitals.sau)
    click(mark_read, hugo, pec, note_ids=[note.pk])
    click(move_note, claire, pec, note_id=note.pk, right_id=pecs.encounter(unit=hospitals.sau).pk)
    shown = to_read(hugo)
    assert "était d’un autre patient" in shown
    (notice,) = re.findall(r'name="notice" value="(\d+)"', shown)
    assert ines.client().post("/a-lire/avis/", {"notice": notice}).status_code == 404
    assert hugo.client().post("/a-lire/avis/", {"notice": "x"}).status_code == 422
    assert hugo.client().post("/a-lire/avis/", {"notice": notice}).status_code == 302
    assert "était d’un autre patient" not in to_read(hugo)


def test_read_from_the_list_it_falls_and_the_list_asks_again(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    note = send(claire, pec, "À lire d’ici", hospitals.emp, is_urgent=True)
    shown = to_read(martin)
    assert "Urgent" in shown
    answer = martin.client().post(f"/a-lire/{pec.pk}/lu/", {"note": str(note.pk)}, headers=HTMX)
    assert answer.status_code == 204
    assert "#to-read" in answer["HX-Trigger"]
    assert "Vous avez tout lu." in to_read(martin)
    assert re.search(r"Lue par 1 de \d+ \(Équipe mobile\)", page(claire, pec))


def test_what_is_listed_is_journaled_and_the_menu_tells_nothing_of_anybody(
    claire: Character, martin: Character, zoe: Character, paul: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    send(claire, pec, "Pour l’équipe", hospitals.emp)
    lines = AccessEntry.objects.count()
    assert menu(martin) == 1
    assert martin.client().get("/a-lire/compte/?vu=1", headers=HTMX).status_code == 204
    assert AccessEntry.objects.count() == lines
    to_read(martin)
    assert AccessEntry.objects.latest("id").subjects == [pec.pk]
    assert "Pour l’équipe" not in to_read(zoe)
    assert paul.client().get("/a-lire/compte/").status_code == 404
