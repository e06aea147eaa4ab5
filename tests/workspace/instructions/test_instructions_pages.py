"""Standing instructions on the screens: read first, written, corrected by two at once, ended, kept from strangers."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb
from osmose.kernel.base import clock, french
from osmose.organisations.models import DataCategory
from osmose.patients.models import StandingInstruction
from osmose.patients.rules.instructions import PARTS, InstructionKind
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click
from tests.factories import encounters as pecs
from tests.factories.instructions import a_draft, an_instruction, overdue, today
from tests.factories.patients import acting
from tests.workspace.patient_page.posts import page, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau, birth_name="ABELLANOSA")


def typed(**given: Any) -> dict[str, Any]:
    """What the form of a conduct posts."""
    dates = {"valid_from": french.numeric_date(today()), "valid_until": ""}
    later = french.numeric_date(today() + timedelta(days=100))
    return {"text": "Rappeler le CMP", "meanwhile": "", "review_on": later, **dates, **given}


def write(who: Character, pec: Encounter, kind: str = "conduct", **given: Any) -> Any:
    return who.client().post(f"/pec/{pec.pk}/consignes/nouvelle/{kind}/", typed(**given))


def correct(who: Character, pec: Encounter, row: StandingInstruction, **given: Any) -> Any:
    return who.client().post(f"/pec/{pec.pk}/consignes/{row.pk}/", typed(**{"version": row.version, **given}))


def opened(who: Character, address: str) -> str:
    answer = who.client().get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_what_is_written_is_read_first_on_the_page(claire: Character, hugo: Character, pec: Encounter) -> None:
    answer = write(claire, pec, meanwhile="Salle calme, un café")
    assert (answer.status_code, answer["Location"]) == (302, f"/pec/{pec.pk}/")
    text = page(hugo, pec)
    assert text.index("Rappeler le CMP") < text.index("Statut du patient")
    assert text.index("En attendant") < text.index("Salle calme, un café") < text.index("Statut du patient")
    assert claire.name in text[: text.index("Statut du patient")]
    assert "Consigne écrite\u202f: Conduite à tenir" in text
    assert "Rappeler le CMP" in opened(hugo, f"/pec/{pec.pk}/impression/")


@pytest.mark.parametrize("kind", list(InstructionKind))
def test_each_kind_has_its_form(claire: Character, pec: Encounter, kind: InstructionKind) -> None:
    address = f"/pec/{pec.pk}/consignes/nouvelle/{kind.value}/"
    form = opened(claire, address)
    assert all(part.label in form for part in PARTS[kind])
    texts = {part.name: f"texte {n}" for n, part in enumerate(PARTS[kind])}
    assert claire.client().post(address, {**typed(text=""), **texts}).status_code == 302
    shown = page(claire, pec)
    assert all(text in shown for text in texts.values())


def test_an_instruction_past_its_review_says_so_everywhere(claire: Character, pec: Encounter) -> None:
    row = overdue(claire, pec)
    for address in (f"/pec/{pec.pk}/", f"/pec/{pec.pk}/consignes/", f"/pec/{pec.pk}/consignes/{row.pk}/"):
        text = opened(claire, address)
        assert "À relire" in text, address
        assert f"Relecture prévue le {french.numeric_date(row.review_on)}" in text, address
    answer = claire.client().post(f"/pec/{pec.pk}/consignes/{row.pk}/relecture/", {"version": row.version})
    assert answer.status_code == 302
    assert "Relecture prévue" not in page(claire, pec)


def test_an_expired_one_is_said_expired(claire: Character, pec: Encounter) -> None:
    past = today() - timedelta(days=20)
    overdue(claire, pec, valid_until=past)
    text = page(claire, pec)
    assert f"Échue depuis le {french.numeric_date(past)}" in text
    assert "0 en vigueur" in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "", "meanwhile": "", "valid_until": "Une chaise au calme"}, "Cette date n’existe pas"),
        ({"text": "x" * 50_000}, "trop long"),
        ({"review_on": ""}, "Donnez cette date"),
        ({"review_on": "31/02/2027"}, "Cette date n’existe pas"),
        ({"review_on": "01/01/2020"}, "après aujourd’hui"),
        ({"review_on": "01/01/2090"}, "deux ans"),
        ({"valid_until": "01/01/2020"}, "après son début"),
        ({"valid_from": "01/01/1000"}, "vérifiez l’année"),
    ],
)
def test_bad_input_is_said_on_its_field_and_nothing_typed_is_lost(
    claire: Character, pec: Encounter, given: dict[str, str], words: str
) -> None:
    answer = write(claire, pec, **{"meanwhile": "Une chaise au calme", **given})
    assert answer.status_code == 422, said(answer)
    assert words in said(answer)
    assert "Une chaise au calme" in said(answer)
    assert not StandingInstruction.objects.exists()


def test_markup_stays_text(claire: Character, pec: Encounter) -> None:
    write(claire, pec, text="<b hx-get='/x'>Appeler</b>")
    raw = claire.client().get(f"/pec/{pec.pk}/").content.decode()
    assert "<b hx-get" not in raw
    assert "&lt;b hx-get=" in raw


def test_the_same_submission_twice_writes_once(claire: Character, pec: Encounter) -> None:
    first, again = (write(claire, pec, _token="t-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (302, 302)
    assert StandingInstruction.objects.count() == 1


def test_two_who_correct_the_same_text_choose_and_lose_nothing(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    row = an_instruction(claire, pec, text="Appeler", meanwhile="Attendre")
    assert correct(claire, pec, row, text="Appeler le CMP", meanwhile="Attendre").status_code == 302
    answer = correct(hugo, pec, row, text="Appeler le frère", meanwhile="Un café")
    shown = said(answer)
    assert answer.status_code == 409
    assert all(
        word in shown for word in ("Appeler le CMP", "Appeler le frère", "Un café", "Réunir les deux", claire.name)
    )
    (version,) = re.findall(r'name="version" value="(\d+)">\s*(?:<div|<c-|\n)', shown)[:1]
    kept = {"text": "Appeler le frère", "meanwhile": "Un café", "keep_text": "both", "version": version}
    # A mistake beside keeps the choice.
    assert "Appeler le CMP\nAppeler le frère" in said(correct(hugo, pec, row, **kept, review_on="demain"))
    assert correct(hugo, pec, row, **kept).status_code == 302
    row.refresh_from_db()
    assert row.parts == {"text": "Appeler le CMP\nAppeler le frère", "meanwhile": "Un café"}


@pytest.mark.parametrize(("keep", "text"), [("theirs", "Appeler le CMP"), ("mine", "Appeler le frère")])
def test_one_of_the_two_texts_can_be_chosen(
    claire: Character, hugo: Character, pec: Encounter, keep: str, text: str
) -> None:
    row = an_instruction(claire, pec, text="Appeler")
    correct(claire, pec, row, text="Appeler le CMP")
    correct(hugo, pec, row, text="Appeler le frère", meanwhile="Un café", version=2, keep_text=keep)
    row.refresh_from_db()
    assert row.parts == {"text": text, "meanwhile": "Un café"}


def test_ending_resuming_and_the_versions_are_on_its_page(claire: Character, hugo: Character, pec: Encounter) -> None:
    row = an_instruction(claire, pec, text="Premier texte")
    correct(hugo, pec, row, text="Second texte")
    address = f"/pec/{pec.pk}/consignes/{row.pk}/"
    form = opened(claire, address)
    assert "Version 1" in form
    assert "Premier texte" in form
    client = claire.client()
    nothing = client.post(f"{address}fin/", {"version": 2, "reason": " "})
    assert nothing.status_code == 422
    assert "pourquoi" in said(nothing)
    stale = client.post(f"{address}fin/", {"version": 1, "reason": "Suivi terminé"})
    assert stale.status_code == 409
    assert "Suivi terminé" in said(stale)
    assert client.post(f"{address}fin/", {"version": 2, "reason": "Suivi terminé"}).status_code == 302
    assert "Second texte" not in page(claire, pec).split("Statut du patient", maxsplit=1)[0]
    assert "Suivi terminé" in opened(claire, f"/pec/{pec.pk}/consignes/")
    assert "Reprendre la consigne" in opened(claire, address)
    assert client.post(f"{address}reprise/", {"version": 3}).status_code == 302
    assert "Second texte" in page(claire, pec).split("Statut du patient", maxsplit=1)[0]


def test_nothing_is_written_once_the_pec_is_closed(claire: Character, pec: Encounter) -> None:
    row = an_instruction(claire, pec)
    pecs.exited(pec)
    click(actions.close_encounter, claire, pec)
    assert "lecture seule" in opened(claire, f"/pec/{pec.pk}/consignes/")
    answer = correct(claire, pec, row, text="Écrit trop tard")
    assert answer.status_code == 409
    assert "lecture seule" in said(answer)


# --- who ---


def test_strangers_find_nothing_and_it_is_journaled(
    claire: Character, zoe: Character, paul: Character, martin: Character, pec: Encounter
) -> None:
    row = an_instruction(claire, pec)
    for stranger in (zoe, paul, martin):
        for address in ("", "nouvelle/conduct/", f"{row.pk}/"):
            assert stranger.client().get(f"/pec/{pec.pk}/consignes/{address}").status_code == 404
        assert correct(stranger, pec, row, text="Autre").status_code == 404
        refused = AccessEntry.objects.filter(actor_id=stranger.id, outcome=Outcome.REFUSED)
        assert refused.count() >= 4
    row.refresh_from_db()
    assert row.version == 1


def test_a_partner_without_the_category_sees_no_sign_of_them(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    hospitals.agreement.categories = [c for c in hospitals.agreement.categories if c != DataCategory.INSTRUCTIONS]
    with acting():
        hospitals.agreement.save(update_fields=["categories"])
    an_instruction(claire, pec)
    pecs.request(pec, "psychiatry", unit=hospitals.emp)
    text = page(martin, pec)
    assert "Rappeler" not in text
    assert "onsigne" not in text.replace('<option value="consignes"', "").replace("Consignes</option>", "")
    assert martin.client().get(f"/pec/{pec.pk}/consignes/").status_code == 404


def test_a_partner_with_the_category_reads_and_completes_them(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    row = an_instruction(claire, pec, text="Rappeler le CMP")
    pecs.request(pec, "psychiatry", unit=hospitals.emp)
    assert "Rappeler le CMP" in page(martin, pec)
    assert correct(martin, pec, row, text="Rappeler le CMP de Thuir").status_code == 302
    assert "Rappeler le CMP de Thuir" in page(claire, pec)


def test_the_instruction_of_another_patient_is_not_found_under_this_pec(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    row = an_instruction(claire, pec)
    other = pecs.encounter(unit=hospitals.sau)
    assert claire.client().get(f"/pec/{other.pk}/consignes/{row.pk}/").status_code == 404
    assert correct(claire, other, row, text="Autre").status_code == 404


def test_a_kind_that_does_not_exist_is_not_found(claire: Character, pec: Encounter) -> None:
    assert claire.client().get(f"/pec/{pec.pk}/consignes/nouvelle/autre/").status_code == 404


def test_reading_them_is_journaled(claire: Character, pec: Encounter) -> None:
    opened(claire, f"/pec/{pec.pk}/consignes/")
    line = AccessEntry.objects.filter(actor_id=claire.id, door="pec_instructions").latest("id")
    assert (line.verb, line.outcome) == (Verb.READ, Outcome.ALLOWED)


# --- the other visits ---


def test_the_other_visits_come_beside_with_their_conclusion(
    claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    before = pecs.encounter(unit=hospitals.sau, motif="Angoisse", arrived_at=clock.now() - timedelta(days=9))
    first = pecs.encounter(unit=hospitals.sau, patient=before.patient, motif="Demande sociale")
    assert f'hx-get="/pec/{first.pk}/passages/?court=1' in page(claire, first)
    pecs.request(before, "psychiatry", unit=hospitals.emp)
    click(actions.start_intervention, martin, before, kind="psychiatry", professionals=[])
    interview = before.requests.get(is_current=True, kind__code="psychiatry").interventions.get()
    click(
        actions.end_intervention,
        martin,
        before,
        intervention_id=interview.pk,
        conclusion="Pas d’idée suicidaire, suivi au CMP",
    )
    answer = claire.client().get(f"/pec/{first.pk}/passages/?court=1", headers={"HX-Request": "true"})
    text = said(answer)
    assert all(word in text for word in ("2 passages", "Celui-ci", "Angoisse", "Pas d’idée suicidaire, suivi au CMP"))
    line = AccessEntry.objects.filter(actor_id=claire.id, door="pec_previous").latest("id")
    assert before.pk in line.subjects


def test_somebody_new_has_no_panel_of_either(claire: Character, pec: Encounter) -> None:
    text = page(claire, pec)
    assert 'id="passages"' not in text
    assert "en vigueur" not in text


def test_instructions_cost_the_page_no_query(claire: Character, pec: Encounter) -> None:
    def queries() -> int:
        client.get(f"/pec/{pec.pk}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/pec/{pec.pk}/")
        return len(asked)

    client = claire.client()
    before = queries()
    for kind in (InstructionKind.CONDUCT, InstructionKind.HELPS, InstructionKind.RISKS):
        an_instruction(claire, pec, a_draft(kind, **{PARTS[kind][0].name: "Texte"}))
    assert queries() == before


def test_an_empty_one_is_not_written(claire: Character, pec: Encounter) -> None:
    answer = write(claire, pec, text=" ")
    assert answer.status_code == 422
    assert "Écrivez la consigne" in said(answer)
