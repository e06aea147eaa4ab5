"""What a row says, and that it says the same to everybody of an audience."""

from datetime import timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import ResultFlag
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Ccmu, Concern, ConcernReason, Triage
from osmose.encounters.models import Encounter
from osmose.handover.actions import sign_note
from osmose.handover.models import HandoverNote
from osmose.kernel.base import clock
from osmose.organisations.models import SharingAgreement
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, move, note
from tests.factories.encounters import changing, encounter, exited, request
from tests.factories.patients import a_patient
from tests.strict import StrictClient
from tests.workspace.board.reading import board

pytestmark = pytest.mark.django_db
DENSITIES = ("vue=tableau", "vue=fiches")


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Idées délirantes")


@pytest.mark.parametrize("density", DENSITIES)
def test_where_who_why_and_since_when(
    browser: StrictClient, claire: Character, pec: Encounter, density: str, hospitals: Hospitals
) -> None:
    words = board(browser, density).words_of(pec)
    assert "ABELLANOSA Rachid" in words
    assert "Idées délirantes" in words
    assert "aucun box" in words
    assert "sans référent" in words
    move(claire, pec, hospitals.place("SAS"), hospitals.place("BOX-3"))
    click(actions.assign, claire, pec, role=Referent.NURSE, user_id=claire.id, revision=None)
    note(claire, pec, "triage", Triage.ONE)
    note(claire, pec, "ccmu", Ccmu.PSYCHIATRIC)
    seen = board(browser, density)
    words = seen.words_of(pec)
    for said in ("SAS", "Box 3", "IDE Morel", "Tri 1", "CCMU P"):
        assert said in words, words
    assert "aucun box" not in words
    assert 'data-level="1"' in seen.row(pec)
    assert "data-since=" in seen.row(pec)


@pytest.mark.parametrize("density", DENSITIES)
def test_a_worry_is_said_with_its_reason_and_a_minor_s_in_whole_words(
    browser: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter, density: str
) -> None:
    young = encounter(unit=hospitals.sau, birth_date=clock.now().date() - timedelta(days=365 * 14))
    for one in (pec, young):
        note(claire, one, "concern", Concern((ConcernReason.SUICIDAL,)))
    seen = board(browser, density)
    assert "Préoccupant :" in seen.words_of(pec)
    assert "uicidaire" in seen.words_of(pec)
    assert "patient préoccupant : suicidaire" in seen.words_of(young).lower()
    assert "Mineur" in seen.words_of(young)


@pytest.mark.parametrize(
    ("status", "flag", "said", "has_tick"),
    [
        ("running", None, "prélevé", False),
        ("refused", None, "refusé", False),
        ("available", None, "à voir", False),
        ("available", ResultFlag.ABNORMAL, "anormal, à voir", False),
        ("seen", ResultFlag.ABNORMAL, "anormal, vu", False),
        ("seen", None, "vu", False),
        ("seen", ResultFlag.NORMAL, "vu", True),
    ],
)
@pytest.mark.parametrize("density", DENSITIES)
def test_a_result_is_said_in_words_and_no_tick_stands_beside_an_abnormal_one(
    browser: StrictClient,
    claire: Character,
    pec: Encounter,
    density: str,
    status: str,
    flag: ResultFlag | None,
    said: str,
    *,
    has_tick: bool,
) -> None:
    ask(claire, pec, "biology")
    if status == "seen":
        ask(claire, pec, "biology", "available")
    ask(claire, pec, "biology", status)
    if flag:
        click(actions.set_result, claire, pec, kind="biology", result=flag, revision=None)
    seen = board(browser, density)
    assert said in seen.words_of(pec).lower()
    assert ("#circle-check" in seen.row(pec)) is has_tick


def test_a_request_that_waits_says_the_patience_of_its_unit(
    browser: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    hospitals.sau.psychiatry_watch_minutes, hospitals.sau.psychiatry_over_minutes = 7, 77
    hospitals.sau.save(update_fields=["psychiatry_watch_minutes", "psychiatry_over_minutes"])
    row = board(browser).row(pec)
    assert 'data-soon="7" data-late="77"' in row


def test_the_last_note_is_shown_where_everybody_of_the_audience_reads_notes(
    browser: StrictClient, at_thuir: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    request(pec, "psychiatry", unit=hospitals.emp)
    click(sign_note, claire, pec, text="Accepte un café")
    click(sign_note, claire, pec, text="Réservé à l’unité")
    with changing(pec) as row:
        HandoverNote.objects.create(
            encounter=row, data_key_id=row.data_key_id, text="Confidence à sa psychiatre", author_id=claire.id,
            author_words="x", care_unit=hospitals.sau, confidential_unit=hospitals.sau, occurred_at=clock.now(),
            recorded_at=clock.now(),
        )  # fmt: skip
        row.version += 1
        row.save(update_fields=["version"])
    for client in (browser, at_thuir):
        assert "Réservé à l’unité" in board(client).words_of(pec)
        assert "Confidence" not in board(client).html
    SharingAgreement.objects.filter(pk=hospitals.agreement.pk).update(categories=["tracking", "identity"])
    other = encounter(unit=hospitals.sau)
    request(other, "psychiatry", unit=hospitals.emp)
    click(sign_note, claire, other, text="Pour Perpignan seulement")
    assert "Pour Perpignan seulement" in board(browser).words_of(other)
    assert "Pour Perpignan seulement" not in board(at_thuir).html


def test_a_partner_without_the_requests_neither_sees_nor_counts_them(
    browser: StrictClient, at_thuir: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    SharingAgreement.objects.filter(pk=hospitals.agreement.pk).update(categories=["tracking"])
    request(pec, "psychiatry", unit=hospitals.emp)
    ask(claire, pec, "biology")
    ours, theirs = board(browser), board(at_thuir)
    assert ours.counts["Psy à voir"] == "1"
    assert theirs.counts["Psy à voir"] == "0"
    assert "Demandée" in ours.words_of(pec)
    assert "Demandé" not in theirs.words_of(pec)
    assert "Identité non partagée" in theirs.words_of(pec)
    assert "ABELLANOSA" not in theirs.html


def test_a_box_held_by_two_shows_on_both_and_to_no_partner(
    browser: StrictClient, at_thuir: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    other = encounter(unit=hospitals.sau)
    request(pec, "psychiatry", unit=hospitals.emp)
    move(claire, pec, hospitals.place("SAS"), hospitals.place("BOX-3"))
    assert "partagé" not in board(browser).words
    place = f"{hospitals.place('SAS').pk}|{hospitals.place('BOX-3').pk}"
    click(actions.set_place, claire, other, place=place, reason="Deux sœurs, à leur demande", revision=None)
    for density in DENSITIES:
        seen = board(browser, density)
        assert "Box 3 · partagé" in seen.words_of(pec)
        assert "Box 3 · partagé" in seen.words_of(other)
    assert "partagé" not in board(at_thuir).words_of(pec).replace("partagée", "")
    exited(other)
    assert "partagé" not in board(browser).words_of(pec)


def test_two_open_pecs_of_one_patient_are_shown_on_both(
    browser: StrictClient, hospitals: Hospitals, pec: Encounter
) -> None:
    again = encounter(unit=hospitals.sau, patient=pec.patient)
    seen = board(browser)
    assert "2 PEC ouvertes" in seen.words_of(pec)
    assert "2 PEC ouvertes" in seen.words_of(again)


def test_the_passages_of_thirty_days_are_counted_among_those_one_may_read(
    browser: StrictClient, claire: Character, zoe: Character, hospitals: Hospitals
) -> None:
    patient, now = a_patient(hospitals.perpignan), clock.now()
    for days in (40, 20, 2):
        at = now - timedelta(days=days)
        old = encounter(unit=hospitals.sau, patient=patient, arrived_at=at, now=at)
        click(actions.close_encounter, claire, exited(old))
    unseen = encounter(unit=hospitals.narbonne_sau)
    pec = encounter(unit=hospitals.sau, patient=patient)
    assert "3ᵉ passage / 30\xa0j" in board(browser).html
    assert unseen.pk not in board(browser).rows
    assert board(zoe.client()).order == [unseen.pk]
    assert pec.pk in board(browser).rows


def test_a_protected_identity_has_neither_name_nor_motif_nor_note(
    browser: StrictClient, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    click(sign_note, claire, pec, text="Madame ABELLANOSA attend sa fille")
    with changing(pec):
        patient = pec.patient
        patient.is_protected, patient.version = True, patient.version + 1
        patient.save(update_fields=["is_protected", "version"])
    for density in DENSITIES:
        seen = board(browser, density)
        assert "Identité protégée" in seen.words_of(pec)
        for secret in ("ABELLANOSA", "Rachid", "délirantes", "fille"):
            assert secret not in seen.html


def test_the_same_bytes_go_to_everybody_of_an_audience(
    browser: StrictClient, hugo: Character, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "biology")
    ours, his = board(browser), board(hugo.client())
    assert ours.row(pec) == his.row(pec)
    for personal in ("csrf", "_token", "min<", "Claire"):
        assert personal not in ours.row(pec)


def test_somebody_s_text_never_becomes_markup(browser: StrictClient, claire: Character, hospitals: Hospitals) -> None:
    planted = "<img src=x><!--rows-->"
    pec = encounter(unit=hospitals.sau, motif=planted)
    click(sign_note, claire, pec, text=planted)
    for density in DENSITIES:
        row = board(browser, density).row(pec)
        assert "<img" not in row
        # But the one place of the row where the count of its reader's unread notes goes.
        assert "<!--" not in row.replace(f"<!--unread-{pec.pk}-->", "")
