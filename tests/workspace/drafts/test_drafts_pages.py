"""« Mes brouillons », the drafts beside the composer, and the quick note of the board, as a browser asks for them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import ExitMode
from osmose.encounters.models import Encounter
from osmose.handover.models import HandoverNote
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.base import clock
from osmose.kernel.drafts.models import Draft
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(
        unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", now=clock.now() - timedelta(hours=2)
    )


def save(who: Character, pec: Encounter, text: str, route: str = "brouillon", **mark: Any) -> Any:
    sent = {"draft": uuid.uuid4(), "tab": uuid.uuid4(), "number": 1, "seen": 0, **mark}
    return who.client().post(f"/pec/{pec.pk}/{route}/", {"text": text, **sent})


def read(who: Character, path: str) -> str:
    answer = who.client().get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_saving_says_which_draft_it_wrote_and_shows_nothing(claire: Character, pec: Encounter) -> None:
    draft = uuid.uuid4()
    before = AccessEntry.objects.count()
    answer = save(claire, pec, "Il dit", draft=draft)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (answer["X-Osmose-Draft"], answer["X-Osmose-Draft-Seen"]) == (str(draft), "1")
    assert "X-Osmose-Draft-Apart" not in answer
    assert save(claire, pec, "Autre onglet", draft=draft)["X-Osmose-Draft-Apart"] == "1"
    assert AccessEntry.objects.count() == before


@pytest.mark.parametrize("mark", [{"draft": "x"}, {"tab": "x"}, {"number": "-1"}, {"seen": "9" * 40}, {"number": "²"}])
def test_a_mark_that_means_nothing_loses_no_text(claire: Character, pec: Encounter, mark: dict[str, str]) -> None:
    assert save(claire, pec, "Il dit", **mark).status_code == 204
    assert "Il dit" in read(claire, f"/pec/{pec.pk}/")


def test_what_is_too_long_to_be_signed_is_still_kept(claire: Character, pec: Encounter) -> None:
    assert save(claire, pec, "é" * 50_000).status_code == 204
    assert save(claire, pec, "é" * 200_001).status_code == 422


def test_the_newest_is_in_the_composer_and_the_others_are_offered(claire: Character, pec: Encounter) -> None:
    first = save(claire, pec, "Commencé au SAU")["X-Osmose-Draft"]
    second = save(claire, pec, "Commencé au bureau")["X-Osmose-Draft"]
    page = read(claire, f"/pec/{pec.pk}/")
    assert f'name="draft" value="{second}"><input type="hidden" name="seen" value="1"' in page
    assert "repris" in page
    offered = page.partition('aria-label="Autres brouillons')[2].partition("</ul>")[0]
    assert "Commencé au SAU" in offered
    assert f"?brouillon={first}" in offered
    other = read(claire, f"/pec/{pec.pk}/?brouillon={first}")
    assert f'name="draft" value="{first}"' in other
    assert "Commencé au bureau" in other.partition('aria-label="Autres brouillons')[2].partition("</ul>")[0]


def test_a_signature_ends_its_own_draft_and_puts_no_other_in_its_place(claire: Character, pec: Encounter) -> None:
    save(claire, pec, "Autre onglet, pas fini")
    draft, tab = uuid.uuid4(), uuid.uuid4()
    save(claire, pec, "À signer", draft=draft, tab=tab)
    sent = {"text": "À signer", "draft": draft, "tab": tab}
    answer = claire.client().post(f"/pec/{pec.pk}/transmissions/", sent, headers=HTMX).content.decode()
    assert "Autre onglet, pas fini" in answer.partition('aria-label="Autres brouillons')[2].partition("</ul>")[0]
    composer = answer.partition('id="form-note"')[2].partition("</form>")[0]
    assert "pas fini" not in composer
    assert [d.body for d in Draft.objects.filter(body__isnull=False)] == ["Autre onglet, pas fini"]
    save(claire, pec, "À signer", draft=draft, tab=tab, number=2)
    assert [d.body for d in Draft.objects.filter(body__isnull=False)] == ["Autre onglet, pas fini"]


def test_mine_are_listed_wherever_they_were_begun_and_nobody_else_s(
    claire: Character, hugo: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    other = pecs.encounter(unit=hospitals.sau, birth_name="VOISINE", first_name="LISE")
    save(claire, pec, "Il dit que ça va")
    save(claire, other, "Elle demande à sortir", route="note/brouillon")
    save(hugo, pec, "Avis du médecin")
    page = read(claire, "/brouillons/")
    assert "ABELLANOSA Rachid" in page
    assert "Il dit que ça va" in page
    assert "VOISINE Lise" in page
    assert f"/pec/{other.pk}/note/?brouillon=" in page
    assert "Avis du médecin" not in page
    line = AccessEntry.objects.filter(verb=Verb.LIST, door="drafts").latest("id")
    assert set(line.subjects) == {pec.pk, other.pk}


def test_of_a_pec_that_is_no_longer_mine_nothing_is_shown(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    save(martin, pec, "Entretien fait")
    assert "Entretien fait" in read(martin, "/brouillons/")
    ask(claire, pec, "psychiatry", "none")
    page = read(martin, "/brouillons/")
    assert "ne concerne plus vos unités" in page
    assert "Entretien fait" not in page
    assert "ABELLANOSA" not in page


def test_of_a_closed_pec_the_text_is_given_back_to_be_copied(claire: Character, pec: Encounter) -> None:
    save(claire, pec, "Pas signé à temps")
    click(actions.exit_encounter, claire, pec, mode=ExitMode.HOME, at=None)
    click(actions.close_encounter, claire, pec)
    page = read(claire, "/brouillons/")
    assert "Pas signé à temps" in page
    assert "n’a pas été signé" in page
    assert "Pas signé à temps" in read(claire, f"/pec/{pec.pk}/")


def test_a_draft_is_deleted_by_its_author_alone(claire: Character, hugo: Character, pec: Encounter) -> None:
    draft = save(claire, pec, "Il dit")["X-Osmose-Draft"]
    path = f"/brouillons/{draft}/suppression/"
    hugo.client().post(path)
    assert "Il dit" in read(claire, "/brouillons/")
    assert claire.client().post(path).status_code == 302
    assert "Aucun brouillon" in read(claire, "/brouillons/")
    assert claire.client().post(path, headers=HTMX).status_code == 200


def test_the_list_costs_no_more_with_more_drafts(
    claire: Character, hospitals: Hospitals, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        save(claire, pecs.encounter(unit=hospitals.sau, birth_name=f"PATIENT{number}"), f"Texte {number}")
    client = claire.client()
    client.get("/brouillons/")
    with django_assert_max_num_queries(16):
        client.get("/brouillons/")


# The quick note


def test_the_note_of_a_row_names_its_patient_and_is_signed(claire: Character, pec: Encounter) -> None:
    client = claire.client()
    assert f'hx-get="/pec/{pec.pk}/note/"' in read(claire, "/pec/")
    dialog = client.get(f"/pec/{pec.pk}/note/", headers=HTMX).content.decode()
    assert "<html" not in dialog
    assert "ABELLANOSA Rachid" in dialog
    answer = client.post(f"/pec/{pec.pk}/note/", {"text": "Calme", "_token": "t1"}, headers=HTMX)
    assert "Transmission signée" in answer.content.decode()
    client.post(f"/pec/{pec.pk}/note/", {"text": "Calme", "_token": "t1"}, headers=HTMX)
    assert [str(note.text) for note in HandoverNote.objects.all()] == ["Calme"]
    assert "Calme" in read(claire, "/pec/")


def test_what_looks_like_json_beside_a_row_comes_back_as_it_was_typed(claire: Character, pec: Encounter) -> None:
    save(claire, pec, "{à compléter}", route="note/brouillon")
    assert "{à compléter}</textarea>" in read(claire, f"/pec/{pec.pk}/note/")


def test_it_may_be_kept_for_one_s_unit(claire: Character, pec: Encounter, hospitals: Hospitals) -> None:
    claire.client().post(f"/pec/{pec.pk}/note/", {"text": "Pour nous", "confidential": "on"})
    assert HandoverNote.objects.get().confidential_unit_id == hospitals.sau.pk


@pytest.mark.parametrize(("text", "words"), [("", "Écrivez la transmission"), ("x" * 20_001, "trop longue")])
def test_refused_it_keeps_what_was_typed_and_its_own_draft(
    claire: Character, pec: Encounter, text: str, words: str
) -> None:
    save(claire, pec, "Un autre onglet", route="note/brouillon")
    answer = claire.client().post(f"/pec/{pec.pk}/note/", {"text": text, "draft": uuid.uuid4()}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert text in page
    assert "Un autre onglet" not in page


def test_on_a_pec_closed_meanwhile_the_text_comes_back(claire: Character, pec: Encounter) -> None:
    client = claire.client()
    click(actions.exit_encounter, claire, pec, mode=ExitMode.HOME, at=None)
    click(actions.close_encounter, claire, pec)
    answer = client.post(f"/pec/{pec.pk}/note/", {"text": "Trop tard <b>"}, headers=HTMX)
    assert answer.status_code == 409
    assert "Trop tard &lt;b&gt;" in answer.content.decode()
    assert f"/pec/{pec.pk}/note/" not in read(claire, "/pec/?portee=closes")


def test_whoever_may_not_write_notes_is_offered_none(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    hospitals.agreement.categories = ["tracking", "requests"]
    hospitals.agreement.save(update_fields=["categories"])
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    assert f"/pec/{pec.pk}/" in read(martin, "/pec/")
    assert f"/pec/{pec.pk}/note/" not in read(martin, "/pec/")
    assert martin.client().get(f"/pec/{pec.pk}/note/").status_code == 404
