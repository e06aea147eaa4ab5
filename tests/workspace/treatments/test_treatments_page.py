"""The dialog of treatments, and what the patient page says of the last sedation."""

import html
import re
from decimal import Decimal
from typing import Any

import pytest

from osmose.encounters.lifecycle.tracking import Allergies, Known
from osmose.encounters.models import Encounter
from osmose.handover.models import FavouriteMedicine, Medicine, TreatmentGiven
from osmose.kernel.actions.deeds import new_token
from osmose.kernel.audit.models import AccessEntry
from tests.cast import Character, Hospitals
from tests.encounters.clicks import note
from tests.encounters.test_query_counts import BUDGET, queries_of
from tests.factories.encounters import encounter
from tests.strict import StrictClient
from tests.workspace.patient_page.posts import HTMX, page, said

pytestmark = pytest.mark.django_db
TYPED = {"drug": "Loxapine", "dose": "50", "dose_unit": "mg", "route": "im", "sedation": "on"}


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau)


@pytest.fixture
def loxapine(hospitals: Hospitals) -> FavouriteMedicine:
    return FavouriteMedicine.objects.create(
        care_unit=hospitals.sau, label="Loxapine", usual_dose=Decimal(50), dose_unit="mg", route="im", is_sedation=True
    )


def browser_of(who: Character) -> StrictClient:
    client = StrictClient()
    client.force_login(who.user)
    return client


def notes(who: Character, pec: Encounter, path: str = "", **typed: str) -> Any:
    fields = {"_token": new_token(), **typed}
    return browser_of(who).post(f"/pec/{pec.pk}/traitements/{path}", fields)


def dialog(who: Character, pec: Encounter) -> str:
    return said(browser_of(who).get(f"/pec/{pec.pk}/traitements/", headers=HTMX))


def test_the_dialog_says_allergies_first_and_offers_the_favourites_of_the_unit(
    claire: Character, martin: Character, loxapine: FavouriteMedicine, pec: Encounter
) -> None:
    assert "Allergies\u202f: non renseignées" in dialog(claire, pec)
    note(claire, pec, "allergies", Allergies(Known.YES, "Pénicilline"))
    shown = dialog(claire, pec)
    assert "Allergies\u202f: Pénicilline" in shown
    assert "ne vaut pas prescription" in shown
    assert "Loxapine 50\u00a0mg, IM" in shown
    assert shown.index("Favoris de l’unité") < shown.index("Autre médicament")
    assert AccessEntry.objects.latest("id").subjects == [pec.pk]


def test_a_favourite_is_noted_in_two_clicks_and_leads_the_page(
    claire: Character, loxapine: FavouriteMedicine, pec: Encounter
) -> None:
    assert notes(claire, pec, favourite=str(loxapine.pk)).status_code == 302
    shown = page(claire, pec)
    band = shown[shown.index('id="band"') : shown.index("</header>")]
    assert re.search(r"Dernière sédation</dt><dd>.*?Loxapine 50\u00a0mg, IM", band, re.DOTALL)
    assert "Sédation donnée\u202f: Loxapine" in shown
    assert "Dernière sédation" in html.unescape(browser_of(claire).get(f"/pec/{pec.pk}/impression/").content.decode())


def test_what_is_typed_wins_over_the_favourite(claire: Character, loxapine: FavouriteMedicine, pec: Encounter) -> None:
    notes(claire, pec, favourite=str(loxapine.pk), dose="25")
    assert TreatmentGiven.objects.get().dose == "25"
    notes(claire, pec, favourite=str(loxapine.pk), drug="Cyamémazine", dose="25", dose_unit="mg")
    assert not TreatmentGiven.objects.latest("recorded_at").is_sedation


def test_a_dose_a_thousand_times_the_usual_is_asked_again_with_all_that_was_typed(
    claire: Character, loxapine: FavouriteMedicine, pec: Encounter
) -> None:
    answer = notes(claire, pec, **{**TYPED, "dose_unit": "g", "giver": "Dr Ferrer"})
    assert answer.status_code == 422
    asked = said(answer)
    assert "1\u202f000 fois la dose habituelle" in asked
    assert 'name="confirm"' in asked
    assert 'value="Dr Ferrer"' in asked
    assert notes(claire, pec, **{**TYPED, "dose_unit": "g", "confirm": "1"}).status_code == 302
    assert TreatmentGiven.objects.get().dose_unit == "g"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"drug": ""}, "Choisissez un favori, ou écrivez le médicament"),
        ({"drug": "x" * 50_000}, "trop long"),
        ({"dose": "beaucoup"}, "dose en chiffres"),
        ({"dose_unit": ""}, "en quelle unité"),
        ({"dose_unit": "louche"}, "une unité de la liste"),
        ({"route": "astrale"}, "une voie de la liste"),
        ({"at": "01/01/2099 10:00"}, "dans le futur"),
        ({"at": "01/01/2020 10:00"}, "plus d’un jour avant l’arrivée"),
        ({"at": "n’importe quand"}, "Écrivez l’heure"),
        ({"favourite": "0198c0de-0000-7000-8000-000000000000", "drug": ""}, "Ce favori n’existe plus"),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_nothing_is_lost(
    claire: Character, pec: Encounter, typed: dict[str, str], sentence: str
) -> None:
    answer = notes(claire, pec, **{**TYPED, "giver": "IDE Petit", **typed})
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert 'value="IDE Petit"' in said(answer)
    assert not TreatmentGiven.objects.exists()


def test_what_somebody_typed_is_a_text_everywhere(claire: Character, pec: Encounter) -> None:
    notes(claire, pec, drug="<b>Loxapine</b>", sedation="on")
    shown = browser_of(claire).get(f"/pec/{pec.pk}/").content.decode()
    assert "<b>Loxapine</b>" not in shown
    assert "&lt;b&gt;Loxapine&lt;/b&gt;" in shown


def test_the_same_submission_twice_notes_one_treatment(claire: Character, pec: Encounter) -> None:
    for _ in range(2):
        assert notes(claire, pec, **{**TYPED, "_token": "t" * 36}).status_code == 302
    assert TreatmentGiven.objects.count() == 1


def test_an_effect_is_noted_and_a_mistake_struck_from_the_dialog(claire: Character, pec: Encounter) -> None:
    notes(claire, pec, **TYPED)
    treatment = str(TreatmentGiven.objects.get().pk)
    assert notes(claire, pec, "effet/", treatment=treatment, effect="").status_code == 422
    assert notes(claire, pec, "effet/", treatment=treatment, effect="Calme").status_code == 302
    assert "Effet\u202f: Calme" in dialog(claire, pec)
    assert "Dites pourquoi" in said(notes(claire, pec, "rayer/", treatment=treatment, reason=""))
    assert notes(claire, pec, "rayer/", treatment=treatment, reason="Doublon").status_code == 302
    shown = dialog(claire, pec)
    assert "<s>Loxapine" in shown
    assert "Doublon" in shown
    assert "Dernière sédation" not in page(claire, pec)
    assert notes(claire, pec, "rayer/", treatment=treatment, reason="Encore").status_code == 409


def test_another_hospital_finds_no_such_page(zoe: Character, pec: Encounter) -> None:
    assert browser_of(zoe).get(f"/pec/{pec.pk}/traitements/").status_code == 404
    assert notes(zoe, pec, **TYPED).status_code == 404
    assert not TreatmentGiven.objects.exists()


def test_the_public_list_is_searched_by_the_beginning_of_its_words(claire: Character) -> None:
    for cis, label, ended in (("60000001", "LOXAPAC 50 mg/2 ml", None), ("60000002", "ZOLOXA 10 mg", None)):
        Medicine.objects.create(cis=cis, label=label, substances="LOXAPINE", search=f" {label}", ended_at=ended)
    found = said(browser_of(claire).post("/medicaments/", {"drug": "loxa"}, headers=HTMX))
    assert "LOXAPAC 50 mg/2 ml" in found
    assert "ZOLOXA" not in found
    assert "<option" not in said(browser_of(claire).post("/medicaments/", {"drug": "lo"}, headers=HTMX))


def test_the_patient_page_pays_no_query_for_its_last_sedation(claire: Character, pec: Encounter) -> None:
    browser = browser_of(claire)
    before = len(queries_of(browser, f"/pec/{pec.pk}/"))
    notes(claire, pec, **TYPED)
    assert len(queries_of(browser, f"/pec/{pec.pk}/")) == before <= BUDGET


def test_the_dialog_asks_the_same_however_many_were_given(claire: Character, pec: Encounter) -> None:
    notes(claire, pec, **TYPED)
    browser = browser_of(claire)
    few = len(queries_of(browser, f"/pec/{pec.pk}/traitements/"))
    for _ in range(5):
        notes(claire, pec, **TYPED)
    assert len(queries_of(browser, f"/pec/{pec.pk}/traitements/")) == few <= 8
