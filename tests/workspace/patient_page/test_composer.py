"""The composer of the patient page: forms, recipients, refusals that keep what was typed, drafts."""

import re
import uuid
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.handover.models import Focus, HandoverNote, Phrase
from osmose.kernel.base import clock
from osmose.kernel.drafts.models import Draft
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click
from tests.factories import encounters as pecs
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau, now=clock.now() - timedelta(hours=3))


@pytest.fixture
def browser(claire: Character) -> Client:
    client = StrictClient()
    client.force_login(claire.user)
    return client


def address(pec: Encounter, name: str = "pec_note") -> str:
    return reverse(name, args=[pec.pk])


def sent(browser: Client, pec: Encounter, *, htmx: bool = True, **typed: object) -> tuple[int, str]:
    answer = browser.post(address(pec), typed, headers=HTMX if htmx else {})
    return answer.status_code, answer.content.decode()


def test_a_focus_note_is_a_card_with_its_letters(browser: Client, pec: Encounter, hospitals: Hospitals) -> None:
    status, page = sent(
        browser, pec, forme="focus", focus="Agitation", part_data="Déambule", part_action="Café", urgent="on",
        third_party="Sa sœur s’inquiète", to=f"unit:{hospitals.sau.pk}",
    )  # fmt: skip
    assert status == 200
    for shown in ("<b>Agitation</b>", "<dd>Déambule</dd>", "Urgent", "Pour SAU", "Sa sœur s’inquiète"):
        assert shown in page


def test_on_paper_a_note_is_its_parts_in_words(browser: Client, pec: Encounter, hospitals: Hospitals) -> None:
    sent(
        browser, pec, forme="focus", focus="Agitation", part_data="Déambule", urgent="on",
        third_party="Sa sœur s’inquiète", to=f"unit:{hospitals.sau.pk}",
    )  # fmt: skip
    sent(browser, pec, text="Vue par le Dr Roux")
    paper = browser.get(f"/pec/{pec.pk}/impression/").content.decode()
    for shown in (
        "<b>Agitation</b>", "<b>Données\u202f:</b> Déambule", "Urgent", "Pour SAU.", "Vue par le Dr Roux",
        "à ne pas communiquer au patient\u202f:</b> Sa sœur s’inquiète",
    ):  # fmt: skip
        assert shown in paper, shown
    assert "NoteCard" not in paper


def test_the_page_says_who_will_read_before_signing(browser: Client, claire: Character, pec: Encounter,
                                                     hospitals: Hospitals) -> None:  # fmt: skip
    assert "lisible par SAU" in browser.get(f"/pec/{pec.pk}/").content.decode()
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    assert "lisible par SAU, Équipe mobile" in browser.get(f"/pec/{pec.pk}/").content.decode().replace(
        "Équipe mobile, SAU", "SAU, Équipe mobile"
    )


def test_a_double_signature_makes_one_note(browser: Client, pec: Encounter) -> None:
    once = {"text": "Revue par le Dr Ferrer", "_token": "one-rendering"}
    assert [sent(browser, pec, **once)[0] for _ in range(2)] == [200, 200]
    assert HandoverNote.objects.count() == 1


def test_changing_form_loses_no_word_and_writes_nothing(browser: Client, pec: Encounter) -> None:
    typed = {"text": "Déambule depuis midi", "vers": "focus", "urgent": "on"}
    page = browser.post(address(pec, "pec_note_form"), typed, headers=HTMX).content.decode()
    assert "Déambule depuis midi</textarea>" in page
    assert 'name="urgent" checked' in page
    page = browser.post(address(pec, "pec_note_form"), typed).content.decode()
    assert "Déambule depuis midi</textarea>" in page, "without scripts too, on a page that says whose note it is"
    assert 'class="ident-name"' in page
    again = {"forme": "focus", "focus": "Agitation", "part_data": "Déambule", "part_response": "Calme", "vers": "saed"}
    page = browser.post(address(pec, "pec_note_form"), again, headers=HTMX).content.decode()
    assert "Cible\u202f: Agitation\nDonnées\u202f: Déambule\nRésultats\u202f: Calme</textarea>" in page
    assert not HandoverNote.objects.exists()
    assert not Draft.objects.exists()


def test_the_draft_of_a_form_comes_back_in_its_form(browser: Client, pec: Encounter, hospitals: Hospitals) -> None:
    kept = {"part_situation": "Agité", "part_request": "", "answer_by": "15:", "to": f"unit:{hospitals.sau.pk}"}
    assert browser.post(f"{address(pec, 'pec_draft')}?forme=saed", kept).status_code == 204
    assert address(pec, "pec_note_form") in browser.get(f"/pec/{pec.pk}/").content.decode(), "fetched when it is needed"
    page = browser.get(address(pec, "pec_note_form"), headers=HTMX).content.decode()
    assert "Agité</textarea>" in page
    assert 'value="15:"' in page
    assert f'value="unit:{hospitals.sau.pk}" checked' in page
    sent(browser, pec, forme="saed", part_situation="Agité", part_request="Avis")
    assert not Draft.objects.filter(body__isnull=False).exists()


def draft_in(page: str) -> tuple[str, str]:
    """Which draft the form goes on with, and the revision that its page has seen."""
    found = re.search(r'name="draft" value="([^"]+)"><input type="hidden" name="seen" value="(\d+)"', page)
    assert found, page
    return found[1], found[2]


def test_another_form_goes_on_with_the_same_draft_and_still_offers_the_others(browser: Client, pec: Encounter) -> None:
    def saved(text: str, **mark: object) -> HttpResponse:
        sent = {"text": text, "draft": uuid.uuid4(), "tab": uuid.uuid4(), "number": 1, **mark}
        return browser.post(address(pec, "pec_draft"), sent)

    saved("Commencé au bureau")
    first = saved("Déambule")
    draft = first["X-Osmose-Draft"]
    # Another tab goes on with it, unseen by the page that changes form.
    saved("Déambule, crie", draft=draft, seen=1)
    typed = {"text": "Déambule", "vers": "focus", "draft": draft, "tab": uuid.uuid4(), "seen": 1}
    page = browser.post(address(pec, "pec_note_form"), typed, headers=HTMX).content.decode()
    assert draft_in(page) == (draft, "1")
    assert "Commencé au bureau" in page.partition('aria-label="Autres brouillons')[2].partition("</ul>")[0]
    kept = {"part_data": "Déambule", "draft": draft, "tab": uuid.uuid4(), "number": 1, "seen": 1}
    assert browser.post(f"{address(pec, 'pec_draft')}?forme=focus", kept)["X-Osmose-Draft-Apart"] == "1"
    assert "Déambule, crie" in [str(d.body) for d in Draft.objects.all()], "what the other tab wrote is not lost"


def test_the_draft_of_a_form_is_offered_in_its_words_and_taken_up_in_its_form(browser: Client, pec: Encounter) -> None:
    kept = {"part_situation": "Agité", "part_request": "Avis", "draft": uuid.uuid4(), "tab": uuid.uuid4()}
    draft = browser.post(f"{address(pec, 'pec_draft')}?forme=saed", kept)["X-Osmose-Draft"]
    plain = {"text": "Plus récent", "draft": uuid.uuid4(), "tab": uuid.uuid4()}
    browser.post(address(pec, "pec_draft"), plain)
    for path in ("/brouillons/", f"/pec/{pec.pk}/"):
        page = browser.get(path).content.decode()
        assert "Situation\u202f: Agité" in page, path
        assert "part_situation" not in page, path
        assert f"/pec/{pec.pk}/?brouillon={draft}" in page, path
    page = browser.get(f"/pec/{pec.pk}/?brouillon={draft}").content.decode()
    assert f"{address(pec, 'pec_note_form')}?brouillon={draft}" in page
    page = browser.get(f"{address(pec, 'pec_note_form')}?brouillon={draft}", headers=HTMX).content.decode()
    assert draft_in(page) == (draft, "1")
    assert "Agité</textarea>" in page
    assert "Plus récent" in page.partition('aria-label="Autres brouillons')[2].partition("</ul>")[0]
    signed = {"forme": "saed", "part_situation": "Agité", "part_request": "Avis", "draft": draft}
    assert sent(browser, pec, **signed)[0] == 200
    assert [str(d.body) for d in Draft.objects.filter(body__isnull=False)] == ["Plus récent"]


def test_refused_without_scripts_a_text_goes_on_with_its_own_draft(browser: Client, pec: Encounter) -> None:
    mine = browser.post(address(pec, "pec_draft"), {"text": "Vue", "draft": uuid.uuid4()})["X-Osmose-Draft"]
    browser.post(address(pec, "pec_draft"), {"text": "Un autre onglet", "draft": uuid.uuid4()})
    for kept in ({}, {"forme": "plain"}):
        status, page = sent(browser, pec, htmx=False, text="Vue", at="25:99", draft=mine, seen=1, **kept)
        assert (status, draft_in(page)) == (422, (mine, "1")), kept
        assert "Un autre onglet" in page.partition('aria-label="Autres brouillons')[2].partition("</ul>")[0]


def test_a_draft_asked_for_in_another_form_loses_no_word(browser: Client, pec: Encounter) -> None:
    browser.post(f"{address(pec, 'pec_draft')}?forme=saed", {"part_situation": "Agité", "part_request": "Avis"})
    page = browser.get(f"{address(pec, 'pec_note_form')}?forme=focus", headers=HTMX).content.decode()
    assert "Situation\u202f: Agité\nDemande\u202f: Avis</textarea>" in page


def test_somebody_without_access_is_offered_to_be_invited_and_nothing_is_lost(
    browser: Client, pec: Encounter, martin: Character, hospitals: Hospitals
) -> None:
    typed = {"text": "@IDE Martin Diaz votre avis ?", "to": f"user:{martin.id}"}
    status, page = sent(browser, pec, **typed)
    assert status == 409
    assert f'name="invite" value="{hospitals.emp.pk}"' in page
    assert "Inviter Équipe mobile et signer" in page
    status, page = sent(browser, pec, htmx=False, forme="plain", **typed)
    assert (status, "votre avis ?</textarea>" in page, "Inviter Équipe mobile" in page) == (409, True, True)
    assert not HandoverNote.objects.exists()
    assert sent(browser, pec, **typed, invite=str(hospitals.emp.pk))[0] == 200
    assert HandoverNote.objects.get().recipients.get().user_id == martin.id


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": "x" * 50_000}, "trop longue"),
        ({"text": "Vue", "at": "25:99"}, "n’existe pas"),
        ({"text": "Vue", "at": "01/01/2090 10:00"}, "futur"),
        ({"text": "Vue", "at": "01/01/2020 10:00"}, "pas encore là"),
        ({"forme": "focus", "part_data": "Vue"}, "cible"),
        ({"text": "Vue", "to": "unit:personne"}, "n’existe pas"),
        ({"text": "Vue", "readers": "tous"}, "Choisissez qui pourra lire"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_do_and_keeps_the_text(
    browser: Client, pec: Encounter, typed: dict[str, str], said: str
) -> None:
    status, page = sent(browser, pec, **typed)
    assert (status, said in page) == (422, True), page
    whole = {"forme": "plain", **typed}
    status, page = sent(browser, pec, htmx=False, **whole)
    assert (status, said in page) == (422, True)
    assert (typed.get("text") or typed["part_data"]) in page


def test_signing_on_a_closed_encounter_keeps_the_text(browser: Client, claire: Character, pec: Encounter) -> None:
    click(actions.exit_encounter, claire, pec, mode=None, destination=None, orientation=None, at=None)
    click(actions.close_encounter, claire, pec)
    status, page = sent(browser, pec, htmx=False, forme="focus", focus="Agitation", part_data="Écrit trop tard")
    assert (status, "Écrit trop tard</textarea>" in page) == (409, True)
    browser.post(f"{address(pec, 'pec_draft')}?forme=focus", {"focus": "Agitation", "part_data": "Écrit trop tard"})
    assert "Données\u202f: Écrit trop tard" in browser.get(f"/pec/{pec.pk}/").content.decode()


def test_a_phrase_with_html_is_only_text(browser: Client, pec: Encounter, hospitals: Hospitals) -> None:
    Phrase.objects.create(care_unit=hospitals.sau, label="<b>Gras</b>", text='<script>alert("x")</script>')
    Focus.objects.create(care_unit=hospitals.sau, label='"><img src=x>')
    page = browser.get(f"{address(pec, 'pec_note_form')}?forme=focus", headers=HTMX).content.decode()
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<img src" not in page
    sent(browser, pec, forme="focus", focus='"><img src=x>', part_data="<script>alert(1)</script>")
    page = browser.get(f"/pec/{pec.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page


def test_who_may_be_addressed_is_known_with_those_who_would_be_invited(
    browser: Client, pec: Encounter, martin: Character, zoe: Character
) -> None:
    page = browser.get(address(pec, "pec_recipients"), headers=HTMX).content.decode()
    assert 'data-words="SAU"' in page
    assert f'data-code="user:{martin.id}"' in page
    assert page.count("data-outside") > 1
    assert str(zoe.id) not in page, "no agreement, no name"


def test_a_note_kept_for_a_profession_is_a_thin_line_for_the_others(
    browser: Client, hugo: Character, pec: Encounter
) -> None:
    doctor = StrictClient()
    doctor.force_login(hugo.user)
    sent(doctor, pec, text="Entre médecins", readers="medical")
    assert "Entre médecins" in doctor.get(f"/pec/{pec.pk}/").content.decode()
    page = browser.get(f"/pec/{pec.pk}/").content.decode()
    assert "Transmission réservée aux médecins" in page
    assert "Entre médecins" not in page


def test_the_timeline_is_asked_for_one_form_of_notes(browser: Client, pec: Encounter) -> None:
    sent(browser, pec, forme="focus", focus="Agitation", part_data="Déambule")
    sent(browser, pec, text="Libre et pressant", urgent="on")
    for sort, shown, hidden in (("ciblees", "Déambule", "pressant"), ("urgentes", "pressant", "Déambule")):
        page = browser.get(f"/pec/{pec.pk}/?sorte={sort}").content.decode()
        assert (shown in page, hidden in page) == (True, False), sort
    page = browser.get(f"/pec/{pec.pk}/?sorte=notes").content.decode()
    assert "Déambule" in page
    assert "pressant" in page
