"""What people type badly on the patient page, and what it says then."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from osmose.encounters.models import Encounter, Tracking
from osmose.kernel.base import clock
from osmose.kernel.base.moments import write_moment
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter, place
from tests.workspace.patient_page.posts import events, page, post, pressed, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau, arrived_at=clock.now() - timedelta(hours=3))


@pytest.mark.parametrize("rate", ["1,28", "1.28", " 1,280 ", "1,28 mg/L"])
def test_a_rate_is_kept_with_its_computed_equivalent(claire: Character, pec: Encounter, rate: str) -> None:
    assert post(claire, pec, "suivi", field="alcohol", rate=rate, measured_at="").status_code == 302
    value = Tracking.objects.get(encounter=pec).value("alcohol")
    assert value.mg_per_l == Decimal("1.28")  # type: ignore[union-attr]
    shown = page(claire, pec)
    assert "1,28 mg/L · équivalent calculé\u202f: 2,56 g/L" in shown
    assert pressed(shown, "Alcool (OH)") == ["Positif"]


def test_a_rate_of_zero_is_negative_and_keeps_its_hour(claire: Character, pec: Encounter) -> None:
    hour = write_moment(clock.now() - timedelta(minutes=9))
    assert post(claire, pec, "suivi", field="alcohol", rate="0", measured_at=hour).status_code == 302
    shown = page(claire, pec)
    assert pressed(shown, "Alcool (OH)") == ["Négatif"]
    assert f"0,00 mg/L à {hour[-5:]}" in shown
    assert "équivalent calculé" not in shown


def test_pressing_positif_again_keeps_the_rate(claire: Character, pec: Encounter) -> None:
    post(claire, pec, "suivi", field="alcohol", rate="1,28")
    before = len(events(pec))
    post(claire, pec, "suivi", wanted="alcohol:positif")
    assert len(events(pec)) == before
    assert "1,28 mg/L" in page(claire, pec)


@pytest.mark.parametrize(
    ("rate", "sentence"),
    [
        ("", "Écrivez le taux mesuré, par exemple 1,28."),
        ("abc", "Écrivez le taux en chiffres, par exemple 1,28."),
        ("1e-1", "Écrivez le taux en chiffres, par exemple 1,28."),
        ("NaN", "Écrivez le taux en chiffres, par exemple 1,28."),
        ("-1", "Un taux n’est jamais négatif"),
        ("99", "Le taux doit être compris entre 0 et 5 mg/L d’air expiré. Vouliez-vous écrire 0,99\u202f?"),
        ("12,8", "Vouliez-vous écrire 1,28\u202f?"),
    ],
)
def test_a_rate_that_cannot_be_is_refused_on_its_line_and_kept(
    claire: Character, pec: Encounter, rate: str, sentence: str
) -> None:
    answer = post(claire, pec, "suivi", field="alcohol", rate=rate)
    assert answer.status_code == 422
    shown = said(answer)
    slot = shown[shown.index('id="msg-alcohol"') :]
    assert sentence in slot[: slot.index("</div>")]
    assert re.search(rf'<details[^>]*id="edit-alcohol" open>.*?name="rate" value="{re.escape(rate)}"', shown, re.DOTALL)
    assert not Tracking.objects.filter(encounter=pec).exists()
    assert sentence in said(post(claire, pec, "suivi", field="alcohol", rate=rate, htmx=True))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"wanted": "alcohol:ivre"}, "Ce choix n’existe pas."),
        ({"wanted": "concern:fugue,envie"}, "Ce choix n’existe pas."),
        ({"wanted": "substances:oui:lait"}, "Ce choix n’existe pas."),
        ({"wanted": "triage:6"}, "Ce choix n’existe pas."),
        ({"wanted": "motif:x"}, "Ce champ n’existe pas."),
        ({"field": "status", "text": "x"}, "Ce champ n’existe pas."),
        ({}, "Ce champ n’existe pas."),
        ({"field": "allergies", "text": " "}, "Écrivez à quoi le patient est allergique"),
        ({"field": "treatment", "text": ""}, "Écrivez le traitement"),
        ({"field": "treatment", "text": "a" * 301}, "300 caractères au plus"),
        ({"field": "company", "phone": "0" * 31}, "30 caractères au plus"),
        ({"field": "concern", "text": "Inquiète"}, "Choisissez pourquoi le patient est préoccupant."),
        ({"field": "substances", "other": ""}, "Écrivez quelle autre substance."),
        ({"field": "alcohol", "rate": "1", "measured_at": "tard"}, "Écrivez l’heure comme 14:05"),
    ],
)
def test_what_cannot_be_noted_is_refused_in_words(
    claire: Character, pec: Encounter, fields: dict[str, str], sentence: str
) -> None:
    for htmx in (False, True):
        answer = post(claire, pec, "suivi", **fields, htmx=htmx)
        assert answer.status_code == 422
        assert sentence in said(answer)
    assert not Tracking.objects.filter(encounter=pec).exists()


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("31/12/2999 10:00", "Cette heure est dans le futur"),
        ("25/10/2026 02:30", "a eu lieu deux fois cette nuit-là"),
        ("29/03/2026 02:30", "02:30 n’existe pas le 29/03/2026"),
        ("ce matin", "Écrivez l’heure comme 14:05"),
        ("", "Écrivez l’heure d’arrivée."),
    ],
)
def test_an_arrival_that_cannot_be_is_refused_and_kept(
    claire: Character, pec: Encounter, at: str, sentence: str
) -> None:
    answer = post(claire, pec, "heure-arrivee", arrived_at=at, revision=0)
    assert answer.status_code == 422
    shown = said(answer)
    assert sentence in shown[shown.index('id="msg-arrived_at"') :]
    assert f'name="arrived_at" value="{at}"' in shown
    pec.refresh_from_db()
    assert pec.revisions.get("arrived_at") is None


def test_the_arrival_is_corrected_told_and_undone(claire: Character, pec: Encounter) -> None:
    before, earlier = pec.arrived_at, (pec.arrived_at - timedelta(minutes=30)).replace(second=0, microsecond=0)
    assert post(claire, pec, "heure-arrivee", arrived_at=write_moment(earlier), revision=0).status_code == 302
    pec.refresh_from_db()
    assert pec.arrived_at == earlier
    assert "Heure d’arrivée" in page(claire, pec)
    post(claire, pec, "annuler", event=events(pec)[-1].uid)
    pec.refresh_from_db()
    assert pec.arrived_at == before


def test_an_arrival_after_the_exit_is_refused(claire: Character, pec: Encounter) -> None:
    left = clock.now() - timedelta(hours=1)
    assert post(claire, pec, "sortie", at=write_moment(left)).status_code == 302
    answer = post(claire, pec, "heure-arrivee", arrived_at=write_moment(clock.now() - timedelta(minutes=5)))
    assert answer.status_code == 422
    assert "postérieure" in said(answer)


def test_an_arrival_after_the_patient_moved_is_refused(claire: Character, hospitals: Hospitals, pec: Encounter) -> None:
    place(pec, hospitals.place("SAS"), at=clock.now() - timedelta(hours=2))
    place(pec, hospitals.place("SAU"), at=clock.now() - timedelta(hours=1))
    answer = post(claire, pec, "heure-arrivee", arrived_at=write_moment(clock.now() - timedelta(minutes=1)))
    assert answer.status_code == 422
    assert "postérieure" in said(answer)


def test_html_typed_in_the_tracking_is_shown_as_it_was_typed(claire: Character, pec: Encounter) -> None:
    script = '<script>alert(1)</script>" onmouseover="alert(1)'
    for fields in (
        {"field": "allergies", "text": script},
        {"field": "treatment", "text": script},
        {"field": "company", "by": script},
    ):
        assert post(claire, pec, "suivi", **fields).status_code == 302
    raw = claire.client().get(f"/pec/{pec.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in raw
    assert "<script>alert" not in raw
    assert '" onmouseover="alert' not in raw
