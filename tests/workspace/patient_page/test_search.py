"""Searching inside a PEC: in what the timeline shows to this reader, over the whole stay, without a word in SQL."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.handover.actions import add_to_note, move_note, sign_note, strike_note
from osmose.handover.models import AdditionKind, HandoverNote, NoteKind
from osmose.handover.rules import Written
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.kernel.web.pieces import pieces
from osmose.workspace.patient_page import search
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, undo
from tests.factories.encounters import encounter
from tests.workspace.patient_page.posts import post, said

pytestmark = pytest.mark.django_db
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "START")


@pytest.fixture
def pec(claire: Character, martin: Character, hospitals: Hospitals) -> Encounter:
    made = encounter(unit=hospitals.sau, arrived_at=clock.now() - timedelta(hours=30))
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    click(actions.set_motif, claire, made, motif="Agitation sur la voie publique")
    click(sign_note, claire, made, text="Très agité, refuse le café")
    click(sign_note, martin, made, written=Written(kind="focus", focus="Agitation", parts={"data": "Déambule"}))
    return made


def sought(who: Character, pec: Encounter, typed: str) -> str:
    answer = post(who, pec, "fil/recherche", htmx=True, q=typed)
    assert answer.status_code == 200
    return said(answer)


def entries(text: str) -> int:
    return text.count('<li class="entry"')


def test_words_are_found_without_accents_nor_case_counted_and_marked(claire: Character, pec: Encounter) -> None:
    shown = sought(claire, pec, "AGITE")
    assert "<b>1 résultat</b> pour «\u202fAGITE\u202f»" in shown
    assert "Très <mark>agité</mark>, refuse le café" in shown
    both = sought(claire, pec, "agit")
    assert "<b>3 résultats</b>" in both
    assert "<b><mark>Agitation</mark></b>" in both
    assert "<b>2 résultats</b>" in sought(claire, pec, "agitation")
    assert "Aucun résultat." in sought(claire, pec, "agité dehors")
    assert "Écrivez au moins deux lettres." in sought(claire, pec, " a ")


def test_without_scripts_the_answer_is_a_page_of_its_own(claire: Character, pec: Encounter) -> None:
    answer = post(claire, pec, "fil/recherche", q="café")
    assert f'href="/pec/{pec.pk}/#fil"' in said(answer)
    assert "<mark>café</mark>" in said(answer)
    assert claire.client().get(f"/pec/{pec.pk}/fil/recherche/").status_code == 405


def test_what_somebody_typed_or_wrote_is_never_markup(claire: Character, pec: Encounter) -> None:
    click(sign_note, claire, pec, text="<b>gras</b> & <mark>faux</mark>")
    raw = post(claire, pec, "fil/recherche", htmx=True, q='gras "><script>').content.decode()
    assert "<script>" not in raw
    raw = post(claire, pec, "fil/recherche", htmx=True, q="gras").content.decode()
    assert "&lt;b&gt;<mark>gras</mark>&lt;/b&gt; &amp; &lt;mark&gt;faux&lt;/mark&gt;" in raw
    held = str(list(pieces._held))
    assert "<mark>gras" not in held


def test_neither_sql_nor_the_journal_sees_what_is_sought(claire: Character, pec: Encounter) -> None:
    with CaptureQueriesContext(connection) as captured:
        sought(claire, pec, "zarbidule")
    assert all("zarbidule" not in q["sql"].lower() for q in captured.captured_queries)
    assert "zarbidule" not in str(list(AccessEntry.objects.values())).lower()


def test_a_confidential_note_is_found_by_those_who_read_it_and_by_nobody_else(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    click(sign_note, martin, pec, text="Confidence rarissime", confidential=True)
    assert "<mark>rarissime</mark>" in sought(martin, pec, "rarissime")
    shown = sought(claire, pec, "rarissime")
    assert "Aucun résultat." in shown
    assert "Confidence" not in shown


def test_a_struck_note_is_found_with_its_reason_and_a_sealed_one_no_more(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    note = HandoverNote.objects.get(encounter=pec, kind=NoteKind.PLAIN)
    click(add_to_note, claire, pec, note_id=note.pk, kind=AdditionKind.ADDENDUM, text="Finalement endormi", at=None)
    assert "<mark>endormi</mark>" in sought(claire, pec, "endormi refuse")
    click(strike_note, claire, pec, note_id=note.pk, reason="Doublonnage")
    shown = sought(claire, pec, "doublonnage")
    assert "<mark>Doublonnage</mark>" in shown
    assert "note-struck" in shown
    other = HandoverNote.objects.get(encounter=pec, kind=NoteKind.FOCUS)
    right = encounter(unit=hospitals.sau)
    click(sign_note, claire, pec, text="Propos xénolaliques")
    wrong = HandoverNote.objects.exclude(pk__in=[note.pk, other.pk]).get(encounter=pec)
    click(move_note, claire, pec, note_id=wrong.pk, right_id=right.pk)
    assert "Aucun résultat." in sought(claire, pec, "xénolaliques")
    assert "<mark>xénolaliques</mark>" in sought(claire, right, "xénolaliques")
    assert "Transmission retirée" in sought(claire, pec, "dossier")


def test_what_was_undone_is_found_and_said_to_be(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Chute")
    undo(claire, pec)
    assert re.search(r"data-undone>.*<mark>Chute</mark>", sought(claire, pec, "chute"), re.DOTALL)


def test_a_partner_without_notes_finds_none(claire: Character, martin: Character, hospitals: Hospitals) -> None:
    hospitals.agreement.categories = ["tracking"]
    hospitals.agreement.save(update_fields=["categories"])
    made = encounter(unit=hospitals.sau)
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    click(sign_note, claire, made, text="Ne regarde pas le partenaire")
    assert "Aucun résultat." in sought(martin, made, "partenaire")


def test_the_whole_stay_is_searched_and_a_long_answer_is_bounded_and_says_so(
    claire: Character, hospitals: Hospitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = encounter(unit=hospitals.sau)
    click(sign_note, claire, made, text="Aiguille dans la botte")
    for number in range(60):
        click(sign_note, claire, made, text=f"Paille {number}")
    assert "<mark>Aiguille</mark>" in sought(claire, made, "aiguille")
    monkeypatch.setattr(search, "MOST", 50)
    shown = sought(claire, made, "paille")
    assert "<b>50 premiers résultats sur 60</b>" in shown
    assert entries(shown) == 50
    monkeypatch.setattr(search, "SECONDS", -1)
    assert "Recherche arrêtée au" in sought(claire, made, "paille")


def test_three_hundred_entries_and_eighty_notes_cost_twelve_queries_filtered_or_searched(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    for number in range(110):
        click(actions.set_motif, claire, pec, motif=f"Motif {number}")
    for number in range(40):
        click(sign_note, martin, pec, text=f"Transmission {number}")
        click(sign_note, martin, pec, written=Written(kind="focus", focus=f"Cible {number % 4}", parts={"data": "Dit"}))
    focus = HandoverNote.objects.filter(encounter=pec, kind=NoteKind.FOCUS).latest("id").pk
    client = claire.client()
    for query in ("nonlues=1", f"cible={focus}", "sorte=notes"):
        for address in (f"/pec/{pec.pk}/?{query}", f"/pec/{pec.pk}/fil/entrees/?{query}"):
            client.get(address, headers={"HX-Request": "true"})
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
            assert _asked(captured) <= 12, address
    with CaptureQueriesContext(connection) as captured:
        client.post(f"/pec/{pec.pk}/fil/recherche/", {"q": "transmission"}, headers={"HX-Request": "true"})
    assert _asked(captured) <= 12


def _asked(captured: CaptureQueriesContext) -> int:
    return sum(not q["sql"].upper().startswith(_CONTROL) for q in captured.captured_queries)
