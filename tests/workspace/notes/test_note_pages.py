"""What happens to a note after it was signed, as screens show it: with scripts and without."""

import html
import re
from typing import Any

import pytest

from osmose.encounters.lifecycle.tracking import Triage
from osmose.encounters.models import Encounter
from osmose.handover.actions import move_note, sign_note
from osmose.handover.models import AdditionKind, HandoverNote, Misfiling, NoteAddition, NoteRecipient, Receipt
from osmose.kernel.events.models import Event
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, fresh, last, note
from tests.factories import encounters as pecs
from tests.factories.patients import acting
from tests.workspace.patient_page.posts import HTMX, page, post, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(claire: Character, martin: Character, hospitals: Hospitals) -> Encounter:
    made = pecs.encounter(unit=hospitals.sau)
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    click(sign_note, claire, made, text="Agité, refuse le box")
    return made


@pytest.fixture
def written(pec: Encounter) -> HandoverNote:
    return HandoverNote.objects.get(encounter=pec)


def structured(who: Character, pec: Encounter, **more: Any) -> HandoverNote:
    """A note of another form, as it is stored; told as every note is."""
    click(sign_note, who, pec, text="x")
    signed = HandoverNote.objects.filter(encounter=pec).latest("id")
    values = {
        name: getattr(signed, name)
        for name in ("encounter_id", "data_key_id", "author_id", "author_words", "care_unit_id", "occurred_at")
    }
    with acting():
        return HandoverNote.objects.create(**{**values, "text": "", "recorded_at": signed.recorded_at, **more})


def dialog(who: Character, pec: Encounter, route: str, **query: Any) -> str:
    answer = who.client().get(f"/pec/{pec.pk}/{route}/", query, headers=HTMX)
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.content.decode())


def poll(who: Character, text: str) -> Any:
    """The next refresh of a page, as its script asks for it."""
    found = re.search(r'hx-get="(/pec/[^"]+/fil/\?visit=[^"]+)"', text)
    mark = re.search(r'data-read-mark="(\d+)"', text)
    assert found
    assert mark
    return who.client().get(found[1], headers={**HTMX, "X-Osmose-Read": mark[1]})


def test_a_note_says_who_has_read_it_and_each_of_them_on_demand(
    claire: Character, hugo: Character, pec: Encounter, written: HandoverNote
) -> None:
    assert f'data-receipt="{written.pk}"' in page(hugo, pec)
    assert "data-receipt=" not in page(claire, pec), "one's own note is never unread"
    assert "Pas encore lue" in page(claire, pec)
    answer = post(hugo, pec, "lectures", note=[str(written.pk), "rien"])
    assert (answer.status_code, answer.content) == (204, b"")
    assert re.search(r"Lue par 1 de \d+ \(SAU\)", page(claire, pec))
    assert "data-receipt=" not in page(hugo, pec)
    shown = dialog(claire, pec, "transmissions/lectures", note=written.pk)
    assert hugo.name in shown
    assert "SAU" in shown


def test_a_reading_reaches_an_open_page_alone_and_moves_nothing_else(
    claire: Character, hugo: Character, pec: Encounter, written: HandoverNote
) -> None:
    client = claire.client()
    text = html.unescape(client.get(f"/pec/{pec.pk}/").content.decode())
    assert poll(claire, text).status_code == 204
    version = fresh(pec).version
    post(hugo, pec, "lectures", note=str(written.pk))
    answer = poll(claire, text)
    assert answer.status_code == 200
    assert answer["HX-Reswap"] == "none"
    assert f'hx-target="#lu-{written.pk}"' in said(answer)
    assert "Lue par 1 de" in said(answer)
    assert 'hx-target="#read-mark"' in said(answer)
    assert "composer" not in said(answer)
    assert "Agité" not in said(answer)
    assert fresh(pec).version == version


@pytest.mark.parametrize("mark", ["", "x", "9" * 40, "١٢"])
def test_a_mark_that_says_nonsense_changes_nothing(claire: Character, pec: Encounter, mark: str) -> None:
    text = page(claire, pec)
    found = re.search(r'hx-get="(/pec/[^"]+/fil/\?visit=[^"]+)"', text)
    assert found
    answer = claire.client().get(found[1], headers={**HTMX, "X-Osmose-Read": mark} if mark.isascii() else HTMX)
    assert answer.status_code == 204


def test_an_addendum_shows_in_the_card_and_on_its_own_line(
    claire: Character, hugo: Character, pec: Encounter, written: HandoverNote
) -> None:
    assert "Agité, refuse le box" in dialog(hugo, pec, "transmissions/complement", note=written.pk)
    answer = post(hugo, pec, "transmissions/complement", note=written.pk, kind="addendum", text="A vu sa sœur", at="")
    assert answer.status_code == 302
    shown = page(claire, pec)
    assert shown.count("A vu sa sœur") == 2
    assert "Complément à une transmission" in shown
    assert hugo.name in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": " "}, "Écrivez ce que vous ajoutez"),
        ({"text": "x" * 10_001}, "trop long"),
        ({"text": "Mot à garder", "kind": "strike"}, "Choisissez un des deux"),
        ({"text": "Mot à garder", "at": "demain 25:99"}, "heure"),
    ],
)
def test_a_refused_addition_says_why_and_keeps_what_was_typed(
    hugo: Character, pec: Encounter, written: HandoverNote, fields: dict[str, str], words: str
) -> None:
    wanted = {"note": written.pk, "kind": "addendum", "at": "", **fields}
    for htmx in (True, False):
        answer = post(hugo, pec, "transmissions/complement", htmx=htmx, **wanted)
        assert answer.status_code == 422
        assert words in said(answer)
        assert fields["text"].strip()[:40] in said(answer)
    assert not NoteAddition.objects.exists()


def test_an_answer_to_a_note_that_left_meanwhile_is_given_back_without_the_note(
    claire: Character, hugo: Character, pec: Encounter, written: HandoverNote, hospitals: Hospitals
) -> None:
    right = pecs.encounter(unit=hospitals.sau)
    click(move_note, claire, pec, note_id=written.pk, right_id=right.pk)
    answer = post(
        hugo, pec, "transmissions/complement", htmx=True, note=written.pk, kind="addendum", text="Je l’ai vu", at=""
    )
    assert answer.status_code == 409
    assert "mauvais dossier" in said(answer)
    assert "Je l’ai vu" in said(answer)
    assert "Agité" not in said(answer)
    shown = page(hugo, pec)
    assert "Agité" not in shown
    assert "Transmission retirée\u202f: erreur de dossier" in shown
    moved = page(hugo, right)
    assert "Agité, refuse le box" in moved
    assert claire.name in moved


def test_the_author_strikes_or_moves_from_one_dialog(
    claire: Character, hugo: Character, pec: Encounter, written: HandoverNote, hospitals: Hospitals
) -> None:
    pecs.encounter(unit=hospitals.sau, birth_name="AUTREPATIENT")
    assert "transmissions/correction/" in page(claire, pec)
    assert "transmissions/correction/" not in page(hugo, pec)
    assert "AUTREPATIENT" in dialog(claire, pec, "transmissions/correction", note=written.pk)
    refused = post(claire, pec, "transmissions/erreur-de-dossier", htmx=True, note=written.pk, right="")
    assert refused.status_code == 422
    assert "Choisissez la prise en charge" in said(refused)
    post(claire, pec, "transmissions/rature", note=written.pk, text="Erreur de saisie")
    shown = page(hugo, pec)
    assert "Erreur de saisie" in shown
    assert "note-struck" in shown


def test_one_s_own_click_leaves_the_record_from_its_line(claire: Character, hugo: Character, pec: Encounter) -> None:
    note(claire, pec, "triage", Triage.TWO)
    event = last(pec)
    assert f"actions/erreur-de-dossier/?event={event.uid}" in page(claire, pec)
    assert f"?event={event.uid}" not in page(hugo, pec)
    assert post(claire, pec, "actions/retrait", event=event.uid, right="").status_code == 302
    shown = page(claire, pec)
    assert "Action retirée\u202f: erreur de dossier" in shown
    assert "<b>Tri\u202f: 2</b>" not in shown
    assert Misfiling.objects.get().what == "Tri\u202f: 2"


def test_an_open_cible_is_listed_until_its_result_or_its_closure(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    focus = structured(claire, pec, kind="focus", focus="Angoisse", parts={"data": "Pleure"})
    structured(claire, pec, kind="focus", focus="Douleur", parts={"data": "EVA 2", "response": "Soulagée"})
    shown = page(hugo, pec)
    waiting = shown[shown.index('id="attente"') : shown.index('id="fil"')]
    assert "Angoisse" in waiting
    assert "Douleur" not in waiting
    refused = post(hugo, pec, "transmissions/cible-close", htmx=True, note=focus.pk, text="")
    assert "Dites pourquoi" in said(refused)
    post(hugo, pec, "transmissions/cible-close", note=focus.pk, text="Partie au scanner")
    assert 'id="attente"' not in page(hugo, pec)
    again = post(hugo, pec, "transmissions/cible-close", htmx=True, note=focus.pk, text="Encore")
    assert again.status_code == 409
    assert "déjà close" in said(again)


def saed(claire: Character, pec: Encounter, unit: Any) -> HandoverNote:
    made = structured(claire, pec, kind="saed", parts={"situation": "Refus", "request": "Venez"})
    with acting():
        NoteRecipient.objects.create(note=made, data_key_id=made.data_key_id, care_unit=unit, words=unit.short_name)
    return made


def test_the_unit_that_a_saed_was_sent_to_acknowledges_it_once(
    claire: Character, hugo: Character, martin: Character, roux: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    sent = saed(claire, pec, hospitals.emp)
    assert "SAED à" in page(claire, pec)
    refused = post(hugo, pec, "transmissions/recu", htmx=True, note=sent.pk)
    assert refused.status_code == 409
    assert "adressé à une autre unité" in said(refused)
    for _ in range(2):
        assert post(martin, pec, "transmissions/recu", note=sent.pk).status_code in (200, 302)
    received = NoteAddition.objects.get()
    assert (received.kind, received.care_unit_id) == (AdditionKind.ACKNOWLEDGEMENT, hospitals.emp.pk)
    assert "SAED reçu par" in page(claire, pec)
    assert 'id="attente"' not in page(claire, pec)


def test_a_unit_that_has_left_is_still_named_and_reads_nothing(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    sent = saed(claire, pec, hospitals.emp)
    ask(claire, pec, "psychiatry", status="none")
    assert martin.client().get(f"/pec/{pec.pk}/").status_code == 404
    assert post(martin, pec, "transmissions/recu", note=sent.pk).status_code == 404
    assert "ne participe plus" in dialog(claire, pec, "transmissions/lectures", note=sent.pk)


def test_another_hospital_reads_and_corrects_nothing(zoe: Character, pec: Encounter, written: HandoverNote) -> None:
    before = Event.objects.count()
    for route in ("transmissions/lectures", "transmissions/complement", "transmissions/correction"):
        assert zoe.client().get(f"/pec/{pec.pk}/{route}/", {"note": written.pk}).status_code == 404
    for route in ("lectures", "transmissions/rature", "transmissions/erreur-de-dossier", "actions/retrait"):
        assert post(zoe, pec, route, note=written.pk, text="x", right=pec.pk).status_code == 404
    assert Event.objects.count() == before
    assert not Receipt.objects.exists()
