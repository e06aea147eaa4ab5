"""The timeline: order, days, filters, older entries, what was undone or retimed, what is kept for a unit."""

import json
import re
from datetime import timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle.tracking import Triage
from osmose.encounters.models import Encounter
from osmose.handover.actions import add_to_note, mark_read, sign_note, strike_note
from osmose.handover.models import AdditionKind, HandoverNote, NoteKind
from osmose.handover.rules import Written
from osmose.kernel.base import clock, french
from osmose.kernel.events.thread import MOST, Cursor
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, last, note, retime, undo
from tests.factories.encounters import encounter, place
from tests.workspace.patient_page.posts import HTMX, page, post, pressed, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(claire: Character, hugo: Character, martin: Character, hospitals: Hospitals) -> Encounter:
    made = encounter(unit=hospitals.sau, arrived_at=clock.now() - timedelta(hours=30))
    place(made, hospitals.place("SAS"))
    ask(hugo, made, "imaging")
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    note(claire, made, "triage", Triage.TWO)
    click(sign_note, claire, made, text="Accepte un café")
    click(sign_note, martin, made, text="Vu en entretien")
    return made


def fil(text: str) -> str:
    return text[text.index('id="fil"') :]


def titles(text: str) -> list[str]:
    """What each entry says, newest first."""
    return re.findall(r'<(?:div class="entry-text"|header class="note-head")><b>(.*?)</b>', fil(text))


def test_the_newest_is_first_and_each_day_has_its_name(claire: Character, pec: Encounter) -> None:
    shown = fil(page(claire, pec))
    said_in_order = titles(page(claire, pec))
    assert said_in_order[0] == "Transmission"
    assert said_in_order[-1] == "Arrivée"
    days = re.findall(r'<h3 class="entry-day panel-day">(.*?)</h3>', shown)
    assert days[0] == "Aujourd’hui"
    assert french.day(pec.arrived_at) in days


SORTED = {
    "notes": {"Transmission"},
    "lieu": {"Lieu\u202f: SAS"},
    "demandes": {"Imagerie demandée", "PEC psy demandée"},
    "psychiatrie": {"PEC psy demandée"},
    "suivi": {"Tri\u202f: 2"},
    "administratif": {"Arrivée", "Équipe mobile prend part à la prise en charge"},
}


@pytest.mark.parametrize("sort", SORTED)
def test_a_kind_is_asked_for_by_the_address_with_and_without_htmx(claire: Character, pec: Encounter, sort: str) -> None:
    assert set(titles(page(claire, pec, f"?sorte={sort}"))) == SORTED[sort]
    fragment = claire.client().get(f"/pec/{pec.pk}/fil/entrees/?sorte={sort}&auteur=&unite=", headers=HTMX)
    assert set(titles(said(fragment))) == SORTED[sort]
    assert fragment["HX-Push-Url"] == f"/pec/{pec.pk}/?sorte={sort}"
    plain = claire.client().get(f"/pec/{pec.pk}/fil/entrees/?sorte={sort}&auteur=&unite=")
    assert plain["Location"] == f"/pec/{pec.pk}/?sorte={sort}&auteur=&unite=#fil"


def test_an_author_and_a_unit_are_asked_for_by_their_codes_and_named_on_screen(
    claire: Character, hugo: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    whole = page(claire, pec)
    for who in (claire, hugo, martin):
        assert f'<option value="{who.id}">{who.name}</option>' in whole
    assert titles(page(claire, pec, f"?auteur={hugo.id}")) == ["Imagerie demandée"]
    assert titles(page(claire, pec, f"?unite={hospitals.emp.pk}")) == ["Transmission"]
    both = page(claire, pec, f"?unite={hospitals.sau.pk}&sorte=notes")
    assert "Accepte un café" in fil(both)
    assert "Vu en entretien" not in fil(both)
    assert "Transmissions · SAU" in both
    none = page(claire, pec, f"?auteur={hugo.id}&sorte=notes")
    assert "Aucune entrée ne répond à ce filtre." in none
    assert "Tout afficher" in none


def test_a_cible_is_asked_for_by_one_of_its_notes_and_brings_what_was_added_to_it(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    for number, focus in enumerate(("Agitation", "Angoisse", "agitation")):
        click(sign_note, martin, pec, written=Written(kind="focus", focus=focus, parts={"data": f"Constat {number}"}))
    for number in range(50):
        click(sign_note, claire, pec, text=f"Plus récente {number}")
    first = HandoverNote.objects.filter(encounter=pec, kind=NoteKind.FOCUS).earliest("id")
    click(add_to_note, claire, pec, note_id=first.pk, kind=AdditionKind.RESULT, text="Calme", at=None)
    shown = page(claire, pec, f"?cible={first.pk}")
    assert "Constat 0" in shown
    assert "Constat 2" in fil(shown)
    assert "Constat 1" not in fil(shown)
    assert "Résultat ajouté à une transmission" in titles(shown)
    assert '<span class="vh">Filtrer le fil\u202f: </span>Agitation' in shown
    offered = said(claire.client().get(f"/pec/{pec.pk}/fil/cibles/?cible={first.pk}", headers=HTMX))
    assert re.findall(r"<option[^>]*>(.*?)</option>", offered) == ["Toutes les cibles", "Agitation", "Angoisse"]
    assert f'<option value="{first.pk}" selected>Agitation</option>' in offered
    kept = page(claire, pec, f"?cible={encounter(unit=hospitals.sau).pk}")
    assert "Aucune entrée ne répond à ce filtre." in kept


def test_the_cible_of_a_note_kept_for_others_is_neither_offered_nor_shown(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    click(
        sign_note,
        martin,
        pec,
        written=Written(kind="focus", focus="Secret de famille", parts={"data": "x"}, for_unit=True),
    )
    note = HandoverNote.objects.get(encounter=pec, kind=NoteKind.FOCUS)
    assert note.confidential_unit_id is not None
    assert "Secret de famille" not in said(claire.client().get(f"/pec/{pec.pk}/fil/cibles/", headers=HTMX))
    assert titles(page(claire, pec, f"?cible={note.pk}")) == []
    assert "Secret de famille" in page(martin, pec, f"?cible={note.pk}")


def test_what_i_have_not_read_is_shown_until_i_have(claire: Character, martin: Character, pec: Encounter) -> None:
    click(sign_note, martin, pec, text="Rayée depuis")
    click(strike_note, martin, pec, note_id=HandoverNote.objects.latest("id").pk, reason="Doublon")
    for number in range(50):
        click(sign_note, claire, pec, text=f"Plus récente {number}")
    shown = fil(page(claire, pec, "?nonlues=1"))
    assert "Vu en entretien" in shown
    assert "Plus récente" not in shown
    assert "Rayée depuis" not in shown
    assert "Non lues" in shown
    seen = HandoverNote.objects.get(encounter=pec, author_id=martin.id, additions=None)
    click(mark_read, claire, pec, note_ids=[seen.pk])
    assert titles(page(claire, pec, "?nonlues=1")) == []


@pytest.mark.parametrize(
    "query", ["?sorte=zz&auteur=hier&unite=%00&cible=x&nonlues=oui", "?avant=x", "?avant=9-9&fil=1"]
)
def test_an_address_that_says_nonsense_shows_the_page(claire: Character, pec: Encounter, query: str) -> None:
    assert "Fil de la prise en charge" in page(claire, pec, query)


def test_a_refresh_keeps_the_filter_of_the_page(claire: Character, pec: Encounter) -> None:
    headers = {**HTMX, "HX-Current-URL": f"http://testserver/pec/{pec.pk}/?sorte=lieu#fil"}
    assert titles(said(claire.client().get(f"/pec/{pec.pk}/fil/", headers=headers))) == ["Lieu\u202f: SAS"]


def test_a_click_answers_its_line_at_once_and_has_the_page_ask_for_the_rest(claire: Character, pec: Encounter) -> None:
    answer = post(claire, pec, "suivi", htmx=True, wanted="triage:1")
    line, toast = said(answer).split('hx-target="#toast"')
    assert (answer["HX-Retarget"], json.loads(answer["HX-Trigger"])) == (
        "#line-triage",
        {"refresh": {"target": "#live"}},
    )
    assert pressed(line, "Tri") == ["Tri 1"]
    assert claire.user.family_name in line
    assert "Tri\u202f: 1" in toast
    assert 'id="fil"' not in said(answer)


def _long(claire: Character, hospitals: Hospitals, count: int = 100) -> Encounter:
    made = encounter(unit=hospitals.sau)
    for number in range(count):
        click(sign_note, claire, made, text=f"Note numéro {number:03}")
    return made


def _notes(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"Note numéro (\d+)", fil(text) if 'id="fil"' in text else text)]


def test_older_entries_follow_each_other_without_gap_nor_repetition(claire: Character, hospitals: Hospitals) -> None:
    pec = _long(claire, hospitals)
    text, seen = page(claire, pec), []
    while True:
        seen += _notes(text)
        more = re.search(r'hx-get="(/pec/[^"]+avant=[^"]+)"', text)
        if not more:
            break
        text = said(claire.client().get(more[1], headers=HTMX))
        assert '<h3 class="entry-day panel-day">Aujourd’hui</h3>' not in text
    assert seen == list(reversed(range(100)))


def test_what_happens_meanwhile_opens_no_gap_before_the_older_entries(claire: Character, hospitals: Hospitals) -> None:
    pec = _long(claire, hospitals, 60)
    first = page(claire, pec)
    (shown,) = re.findall(r'data-shown="([^"]+)"', first)
    for number in range(60, 75):
        click(sign_note, claire, pec, text=f"Note numéro {number:03}")
    fresh = said(claire.client().get(f"/pec/{pec.pk}/fil/", headers={**HTMX, "X-Osmose-Shown": shown}))
    assert _notes(fresh) == [*range(74, 59, -1), *_notes(first)]
    assert re.findall(r'data-shown="([^"]+)"', fresh) == [shown]
    assert 'id="older"' in fresh


@pytest.mark.parametrize("text", ["", "1", "-", "1-", "a-b", "١-٢", "9" * 39 + "-1", "1-" + "9" * 60])
def test_a_cursor_is_two_numbers_or_nothing(text: str) -> None:
    read = Cursor.read(text)
    assert read is None
    assert str(Cursor.read("1764000000000000-12")) == "1764000000000000-12"
    assert MOST >= 1000


def test_what_was_undone_is_struck_and_what_was_retimed_is_replaced(claire: Character, pec: Encounter) -> None:
    note(claire, pec, "triage", Triage.THREE_A)
    undo(claire, pec)
    note(claire, pec, "triage", Triage.FOUR)
    first = last(pec)
    retime(claire, pec, clock.now() - timedelta(minutes=90))
    shown = fil(page(claire, pec))
    struck = re.search(r"<li[^>]*data-undone>(.*?)</li>", shown, re.DOTALL)
    assert struck
    assert "Tri\u202f: 3A" in struck[1]
    assert f"e-{first.uid}" not in shown
    assert shown.count("<b>Tri\u202f: 4</b>") == 1
    assert "(heure corrigée)" in shown
    assert "Annulé" not in shown
    # It stands where it happened: before the transmissions of just now.
    assert shown.index("Vu en entretien") < shown.index("<b>Tri\u202f: 4</b>")


def test_a_note_kept_for_a_unit_is_a_line_without_text_elsewhere(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    answer = post(martin, pec, "transmissions", text="Secret de l’équipe", readers="unit")
    assert answer.status_code == 302
    assert "Secret de l’équipe" in page(martin, pec)
    shown = page(claire, pec)
    assert "Secret de l’équipe" not in shown
    assert "Transmission réservée à" in shown
    # A page drawn before the list of readers existed says it otherwise; it is kept for the unit all the same.
    post(martin, pec, "transmissions", text="Autre secret", confidential="on")
    assert "Autre secret" not in page(claire, pec)


def test_a_partner_without_notes_nor_requests_finds_none_whatever_the_filter(
    martin: Character, claire: Character, hospitals: Hospitals
) -> None:
    hospitals.agreement.categories = ["tracking"]
    hospitals.agreement.save(update_fields=["categories"])
    made = encounter(unit=hospitals.sau)
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    click(sign_note, claire, made, text="Ne regarde pas le partenaire")
    post(claire, made, "suivi", field="company", by="Sa sœur Jeanne", phone="06 01 02 03 04")
    for query in ("", "?sorte=notes", "?sorte=demandes", "?sorte=psychiatrie", f"?auteur={claire.id}"):
        shown = page(martin, made, query)
        assert "Ne regarde pas" not in shown
        assert "PEC psy demandée" not in shown
        assert "Jeanne" not in shown
        assert "06 01 02 03 04" not in shown


def test_a_click_of_mine_shows_its_undo_without_scripts_too(claire: Character, pec: Encounter) -> None:
    click(actions.set_motif, claire, pec, motif="Agitation")
    shown = page(claire, pec)
    assert f'formaction="/pec/{pec.pk}/annuler/"' in shown
    assert "À une autre heure" in shown
