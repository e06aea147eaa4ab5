"""« Sécurité » on the patient page: clicks, small forms, refusals on their line, and the leaving of somebody gone."""

from datetime import timedelta

import pytest

from osmose.encounters.lifecycle.tracking import Concern, ConcernReason, Missing, Watch, WatchLevel
from osmose.encounters.models import Encounter, Tracking
from osmose.kernel.base import clock, french
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import note
from tests.factories.encounters import encounter, exited
from tests.workspace.patient_page.posts import events, is_pressed, page, post, pressed, revision_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau, arrived_at=clock.now() - timedelta(hours=3))


def noted(pec: Encounter, field: str) -> object:
    return Tracking.objects.get(encounter=pec).value(field)


def test_one_click_is_enough_and_the_form_completes_it(claire: Character, pec: Encounter) -> None:
    assert post(claire, pec, "suivi", wanted="missing:oui").status_code == 302
    shown = page(claire, pec)
    assert is_pressed(shown, "Introuvable", "Introuvable")
    assert "Retrouvé" in shown
    seen = (clock.now() - timedelta(minutes=20)).replace(second=0, microsecond=0)
    typed = {"seen_at": french.time(seen), "missing_place": "Parking", "missing_by": "Théo", "clothing": "Pull rouge",
             "called": "Sécurité", "constrained": "1"}  # fmt: skip
    revision = revision_of(pec, "missing")
    assert post(claire, pec, "suivi", field="missing", revision=revision, **typed).status_code == 302
    value = noted(pec, "missing")
    assert isinstance(value, Missing)
    assert (value.seen_at, value.place, value.called, value.is_constrained) == (seen, "Parking", "Sécurité", True)
    shown = page(claire, pec)
    assert f"Introuvable depuis {french.day_time(seen)}" in shown
    assert "vu par\u202f: Théo" in shown
    assert post(claire, pec, "suivi", wanted="missing:").status_code == 302
    assert "Retrouvé" in [entry.sentence for entry in timeline.of(pec.pk)]


def test_nobody_gone_is_introuvable_and_the_button_says_why(claire: Character, pec: Encounter) -> None:
    exited(pec)
    assert "Le patient est sorti\u202f: cela ne se note que d’un patient présent." in page(claire, pec)
    answer = post(claire, pec, "suivi", wanted="missing:oui", htmx=True)
    assert answer.status_code == 409
    assert "Annulez la sortie" in said(answer)


def test_the_exit_of_somebody_introuvable_proposes_how(claire: Character, pec: Encounter) -> None:
    seen = (clock.now() - timedelta(minutes=20)).replace(second=0, microsecond=0)
    note(claire, pec, "missing", Missing(since=clock.now(), seen_at=seen))
    dialog = said(claire.client().get(f"/pec/{pec.pk}/sortie/", headers={"HX-Request": "true"}))
    for code in ("FUGUE", "SCAM", "PSA"):
        assert f'name="orientation" value="{code}"' in dialog
    assert 'value="FUGUE" checked' in dialog
    assert french.time(seen) in dialog
    assert post(claire, pec, "sortie", orientation="FUGUE").status_code == 302
    assert "Introuvable depuis" not in page(claire, pec)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"field": "missing", "seen_at": "tantôt"}, "Écrivez l’heure comme 14:05"),
        ({"field": "missing", "seen_at": "31/12/2999 10:00"}, "après avoir été signalé introuvable"),
        ({"field": "missing", "clothing": "x" * 301}, "300 caractères au plus"),
        ({"field": "restraint", "prescriber": "", "reason": "Agitation", "minutes": "60"}, "le nom du médecin"),
        ({"field": "restraint", "prescriber": "Dr Ferrer", "reason": "", "minutes": "60"}, "pourquoi la contention"),
        ({"field": "restraint", "prescriber": "Dr Ferrer", "reason": "Agitation", "minutes": "600"}, "6 heures"),
        ({"field": "restraint", "prescriber": "Dr Ferrer", "reason": "Agitation"}, "dans combien de temps réévaluer"),
        ({"field": "watch", "decided_by": "Dr Ferrer"}, "Choisissez d’abord le rythme"),
        ({"wanted": "watch_check:faite"}, "Aucune surveillance régulière"),
        ({"wanted": "restraint:levee"}, "Aucune contention n’est en cours"),
        ({"wanted": "watch:45"}, "Ce choix n’existe pas"),
        ({"wanted": "missing:perdu"}, "Ce choix n’existe pas"),
        ({"wanted": "guardians:reached=peut-etre"}, "Ce choix n’existe pas"),
        ({"wanted": "belongings:voles"}, "Ce choix n’existe pas"),
    ],
)
def test_what_can_not_be_is_said_on_its_line_and_nothing_is_written(
    claire: Character, pec: Encounter, typed: dict[str, str], sentence: str
) -> None:
    before = len(events(pec))
    answer = post(claire, pec, "suivi", htmx=True, **typed)
    assert answer.status_code in (409, 422)
    assert sentence in said(answer)
    assert len(events(pec)) == before


def test_a_restraint_is_traced_reassessed_and_lifted(claire: Character, pec: Encounter) -> None:
    began = (clock.now() - timedelta(minutes=30)).replace(second=0, microsecond=0)
    typed = {"prescriber": "Dr Ferrer", "reason": "Se frappe la tête", "minutes": "60",
             "from_when": french.time(began)}  # fmt: skip
    post(claire, pec, "suivi", field="restraint", **typed)
    shown = page(claire, pec)
    assert "prescrite par Dr Ferrer\u202f: Se frappe la tête" in shown
    assert f"Contention, à réévaluer à {french.time(began + timedelta(minutes=60))}" in shown
    revision = revision_of(pec, "restraint")
    post(claire, pec, "suivi", field="restraint", prescriber="Dr Vidal", minutes="30", revision=revision)
    assert "par Dr Vidal" in page(claire, pec)
    post(claire, pec, "suivi", wanted="restraint:levee")
    shown = page(claire, pec)
    assert "Contention, à réévaluer" not in shown
    assert "Contention levée" in shown
    kinds = [e.kind.rpartition("_")[2] for e in events(pec) if e.kind.startswith("encounters.restraint")]
    assert kinds == ["started", "reassessed", "ended"]


def test_a_surveillance_offers_its_look_only_where_one_is_due(claire: Character, pec: Encounter) -> None:
    assert "Surveillance faite" not in page(claire, pec)
    post(claire, pec, "suivi", wanted="watch:15")
    shown = page(claire, pec)
    assert is_pressed(shown, "Surveillance", "/ 15 min")
    assert "prochaine à" in shown
    assert post(claire, pec, "suivi", wanted="watch_check:faite").status_code == 302
    assert "dernière à" in page(claire, pec)
    assert post(claire, pec, "suivi", wanted="watch:constante").status_code == 302
    assert "Surveillance visuelle constante" in page(claire, pec)


def test_what_the_objects_are_and_who_took_them_is_typed(claire: Character, pec: Encounter) -> None:
    post(claire, pec, "suivi", wanted="belongings:inventaire,retires")
    revision = revision_of(pec, "belongings")
    post(claire, pec, "suivi", field="belongings", revision=revision, objects="Rasoir", done_by="AS Théo Lambert")
    shown = page(claire, pec)
    assert pressed(shown, "Effets personnels") == ["Inventaire fait", "Objets retirés"]
    assert "Rasoir · par AS Théo Lambert" in shown


def test_the_answers_of_parental_authority_add_up(claire: Character, hospitals: Hospitals) -> None:
    child = encounter(unit=hospitals.sau, birth_date=clock.now().date() - timedelta(days=365 * 12))
    for wanted in ("reached=oui", "collect=non", "protection=ase", "secret=oui"):
        post(claire, child, "suivi", wanted=f"guardians:{wanted}")
    revision = revision_of(child, "guardians")
    post(claire, child, "suivi", field="guardians", revision=revision, names="Mme Ex", protection_text="Foyer")
    shown = page(claire, child)
    assert pressed(shown, "Autorité parentale, peuvent venir") == ["Non"]
    assert "Mme Ex · Foyer" in shown
    assert "Le mineur demande le secret" in shown


def test_the_band_says_all_that_keeps_a_patient_safe_but_one_thing_of_somebody_introuvable(
    claire: Character, pec: Encounter
) -> None:
    note(claire, pec, "concern", Concern((ConcernReason.RUNAWAY,)))
    note(claire, pec, "watch", Watch(WatchLevel.HALF_HOURLY, clock.now()))
    assert "Surveillance / 30 min, prochaine à" in page(claire, pec)
    note(claire, pec, "missing", Missing(since=clock.now()))
    shown = page(claire, pec)
    assert "Introuvable depuis" in shown
    assert "Surveillance / 30 min, prochaine à" not in shown
