"""On the page: interviews begun, interrupted, resumed, ended; hours that are announced; the somatic evaluation."""

from datetime import timedelta

import pytest

from osmose.encounters.models import Encounter, Intervention
from osmose.encounters.operations import interventions
from osmose.kernel.access.models import Grant
from osmose.kernel.base import clock, french
from osmose.kernel.db.context import declared_transaction
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, begin, current, end, interrupt, last
from tests.factories.encounters import encounter
from tests.workspace.patient_page.posts import events, is_pressed, page, post, pressed, revision_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(claire: Character, hospitals: Hospitals) -> Encounter:
    found = encounter(unit=hospitals.sau)
    ask(claire, found, "psychiatry", unit=hospitals.emp)
    return found


def fields(pec: Encounter, interview: Intervention, **more: str) -> dict[str, object]:
    revision = revision_of(pec, interventions.field_of(interview))
    return {"kind": "psychiatry", "intervention": interview.pk, "revision": revision, **more}


def coming(minutes: int) -> str:
    return french.time(clock.now() + timedelta(minutes=minutes))


def test_i_begin_in_one_click_and_the_page_says_who_is_there(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    assert "Je commence" in page(martin, pec)
    assert post(martin, pec, "entretiens", wanted="psychiatry:").status_code == 302
    text = page(martin, pec)
    assert "Je commence" not in text
    assert pressed(text, "PEC psy") == ["En cours"]
    assert f"<b>{martin.name}</b>" in text
    assert "Interrompre" in text
    assert f"<b>{martin.name}</b>" in page(claire, pec)


def test_undoing_has_the_statuses_of_the_page_asked_again_as_the_click_does(martin: Character, pec: Encounter) -> None:
    begun = post(martin, pec, "entretiens", htmx=True, wanted="psychiatry:")
    undone = post(martin, pec, "annuler", htmx=True, event=last(pec, "encounters.intervention_started").uid)
    for answer in (begun, undone):
        assert "presence-said" in answer["HX-Trigger"]


def test_the_sau_sees_the_interviews_and_is_offered_none_of_their_buttons(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    begin(martin, pec)
    text = page(claire, pec)
    for button in ("Je commence", "Interrompre", "Terminer<", "Nommer des collègues"):
        assert button not in text
    refusal = post(claire, pec, "entretiens", wanted="psychiatry:", htmx=True)
    assert refusal.status_code == 422
    assert "Les entretiens sont tenus par l’équipe demandée" in said(refusal)


def test_colleagues_are_named_among_the_team_that_is_asked(
    martin: Character, nadia: Character, roux: Character, pec: Encounter
) -> None:
    shown = said(martin.client().get(f"/pec/{pec.pk}/entretiens/?type=psychiatry"))
    assert nadia.name in shown
    assert roux.name not in shown
    post(martin, pec, "entretiens", wanted=[f"psychiatry:{nadia.id}", f"psychiatry:{martin.id}"])
    assert {i.professional_id for i in interventions.of(current(pec, "psychiatry"))} == {nadia.id, martin.id}
    shown = said(martin.client().get(f"/pec/{pec.pk}/entretiens/?type=psychiatry"))
    assert nadia.name not in shown
    nobody = post(martin, pec, "entretiens", htmx=True)
    assert "Choisissez qui commence" in said(nobody)


def test_an_interruption_takes_a_reason_and_an_hour_to_come(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec)
    for wrong, words in (
        ({}, "Dites pourquoi"),
        ({"why": "Scanner", "expected_at": coming(-40)}, "Cette heure est déjà passée"),
        ({"why": "Scanner", "expected_at": "bientôt"}, "Écrivez l’heure comme 14:05"),
        ({"why": "x" * 201}, "La raison est trop longue"),
    ):
        answer = post(martin, pec, "entretiens/interruption", htmx=True, **fields(pec, interview, **wrong))
        assert answer.status_code == 422
        assert words in said(answer)
    back = coming(40)
    post(
        martin, pec, "entretiens/interruption",
        **fields(pec, interview, quick="Examen ou soin", why="scanner", expected_at=back),
    )  # fmt: skip
    text = page(martin, pec)
    assert f"Examen ou soin · scanner · reprise prévue à {back}" in text
    assert pressed(text, "PEC psy") == ["Interrompue"]
    wanted = f"psychiatry:{interview.pk}"
    post(martin, pec, "entretiens/reprise", wanted=wanted)
    assert pressed(page(martin, pec), "PEC psy") == ["En cours"]


def test_a_conclusion_ends_the_interview_and_is_read_by_the_sau(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    interview = begin(martin, pec)
    post(martin, pec, "entretiens/fin", **fields(pec, interview, conclusion="Pas d’idée suicidaire.\nRetour ce soir."))
    text = page(claire, pec)
    assert "Pas d’idée suicidaire.\nRetour ce soir." in text
    assert is_pressed(text, "PEC psy", "Terminée")
    assert "Compléter la conclusion" in page(martin, pec)
    assert "Compléter la conclusion" not in text


def test_whoever_ends_it_second_sees_both_conclusions_and_may_join_them(
    martin: Character, nadia: Character, pec: Encounter
) -> None:
    interview = begin(martin, pec)
    seen = fields(pec, interview, conclusion="Rappel demain")
    end(martin, pec, interview, "Retour à domicile")
    answer = post(nadia, pec, "entretiens/fin", htmx=True, **seen)
    assert answer.status_code == 409
    for words in ("Retour à domicile", "Rappel demain", martin.name, "Réunir les deux"):
        assert words in said(answer)
    again = fields(pec, interview, conclusion="Rappel demain", keep="both")
    assert post(nadia, pec, "entretiens/fin", **again).status_code == 302
    assert Intervention.objects.get().conclusion == "Retour à domicile / Rappel demain"


def test_what_was_typed_stays_typed_without_scripts(martin: Character, pec: Encounter) -> None:
    interview = begin(martin, pec)
    long = "c" * 1001
    answer = post(martin, pec, "entretiens/fin", **fields(pec, interview, conclusion=long))
    assert answer.status_code == 422
    assert "La conclusion est trop longue" in said(answer)
    assert long in said(answer)


@pytest.mark.parametrize("wrong", ["", "psychiatry:nobody", "psychiatry:0198c0de-0000-7000-8000-000000000000"])
def test_an_interview_that_is_none_is_refused_in_words(martin: Character, pec: Encounter, wrong: str) -> None:
    assert post(martin, pec, "entretiens/reprise", htmx=True, wanted=wrong).status_code in (409, 422)


def test_a_team_says_about_when_it_comes_or_until_when_it_can_t(
    claire: Character, martin: Character, pec: Encounter
) -> None:
    def expect(status: str, **more: str) -> object:
        revision = revision_of(pec, "request:psychiatry")
        return post(martin, pec, "demandes/heure", kind="psychiatry", status=status, revision=revision, **more)

    hour = coming(45)
    expect("acknowledged", expected_at=hour, why="Entretien au CMP")
    text = page(claire, pec)
    assert f"vers {hour} · Entretien au CMP" in text
    assert is_pressed(text, "PEC psy", "Prise en compte")
    entry = events(pec, "encounters.request_changed")[-1]
    assert entry.changed == ["request:psychiatry"]
    later = coming(200)
    expect("acknowledged", expected_at=later)
    assert f"vers {later}" in page(claire, pec), "the same promise, at another hour"
    expect("deferred", expected_at=later, why="Alcool")
    assert f"avant {later} · Alcool" in page(claire, pec)
    expect("running", expected_at=later)
    assert current(pec, "psychiatry").status == "deferred", "an interview has no announced hour"
    expect("deferred", expected_at=coming(-30))
    assert current(pec, "psychiatry").expected_at is not None
    ask(claire, pec, "psychiatry", "running")
    assert current(pec, "psychiatry").expected_at is None, "the hour goes with its state"


def test_a_body_to_examine_is_never_a_gate_to_psychiatry(claire: Character, martin: Character, pec: Encounter) -> None:
    """Whatever the somatic evaluation says, an interview begins, goes on and ends."""
    for state in ("none", "asked", "running", "done"):
        if state != "none":
            ask(claire, pec, "somatic", state)
        interview = begin(martin, pec)
        interrupt(martin, pec, interview)
        end(martin, pec, interview)
        assert current(pec, "psychiatry").status == "done"


def test_a_somatic_evaluation_has_its_author_its_reserves_and_an_hour(hugo: Character, pec: Encounter) -> None:
    ask(hugo, pec, "somatic", "running")
    hour = coming(180)
    revision = revision_of(pec, "request:somatic")
    post(hugo, pec, "demandes/heure", kind="somatic", status="done", expected_at=hour, revision=revision)
    post(hugo, pec, "demandes/note", kind="somatic", note="Alcoolémie à contrôler", revision=0)
    text = page(hugo, pec)
    assert is_pressed(text, "Évaluation somatique", "Faite")
    for words in (f"réévaluable dès {hour}", "Alcoolémie à contrôler", f"{hugo.name}"):
        assert words in text


def test_the_thread_shows_interviews_under_psychiatry_and_the_paper_prints_them(
    martin: Character, pec: Encounter
) -> None:
    interview = begin(martin, pec)
    interrupt(martin, pec, interview, "Scanner")
    end(martin, pec, interview, "Retour à domicile")
    text = page(martin, pec, "?sorte=psychiatrie")
    for words in ("entretien commencé", "entretien interrompu", "entretien terminé", "Scanner"):
        assert words in text
    paper = said(martin.client().get(f"/pec/{pec.pk}/impression/"))
    assert f"{martin.name}, entretien terminé" in paper
    assert "Retour à domicile" in paper


def test_a_partner_without_the_requests_sees_no_interview(martin: Character, pec: Encounter) -> None:
    begin(martin, pec)
    with declared_transaction(actor_id=martin.id):
        Grant.objects.filter(subject_id=pec.pk, source="guest").update(scope=["identity", "tracking", "notes"])
    text = page(martin, pec)
    assert "entretien commencé" not in text
    assert "PEC psy" not in text
