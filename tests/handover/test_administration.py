"""An administrator prepares the cibles and phrases of the units of their establishment."""

import pytest
from django.urls import reverse

from osmose.handover.models import Focus, Phrase
from tests.cast import Character, Hospitals

pytestmark = pytest.mark.django_db


def test_a_cible_is_added_once_then_retired(paul: Character, hospitals: Hospitals) -> None:
    browser = paul.client()
    wanted = {"care_unit": str(hospitals.sau.pk), "label": "Agitation", "order": "1"}
    assert browser.post(reverse("admin_focuses_new"), wanted).status_code == 302
    again = browser.post(reverse("admin_focuses_new"), wanted)
    assert (again.status_code, "propose déjà cette cible" in again.content.decode()) == (409, True)
    focus = Focus.objects.get()
    assert "Agitation" in browser.get(reverse("admin_focuses")).content.decode()
    browser.post(reverse("admin_focuses_end", args=[focus.pk]))
    focus.refresh_from_db()
    assert focus.ended_at
    assert browser.post(reverse("admin_focuses_restore", args=[focus.pk])).status_code == 302


def test_a_phrase_is_added_and_changed(paul: Character, hospitals: Hospitals) -> None:
    browser = paul.client()
    wanted = {
        "care_unit": str(hospitals.emp.pk),
        "label": "Contrat",
        "text": "Prévenir avant tout geste.",
        "order": "1",
    }
    assert browser.post(reverse("admin_phrases_new"), wanted).status_code == 302
    phrase = Phrase.objects.get()
    page = browser.get(reverse("admin_phrases_row", args=[phrase.pk])).content.decode()
    seen = page.split('name="_seen" value="')[1].split('"')[0]
    changed = {**wanted, "text": "Prévenir avant chaque geste.", "_seen": seen}
    assert browser.post(reverse("admin_phrases_row", args=[phrase.pk]), changed).status_code == 302
    phrase.refresh_from_db()
    assert phrase.text == "Prévenir avant chaque geste."


def test_an_agent_sets_nothing_up(claire: Character) -> None:
    for stem in ("admin_focuses", "admin_phrases"):
        assert claire.client().get(reverse(stem)).status_code == 404
    assert "Cibles" not in claire.client().get(reverse("administration")).content.decode()
