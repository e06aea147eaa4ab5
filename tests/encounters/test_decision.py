"""Décision, lit, transport: what is decided stays with what was obtained for it, and a person puts it right."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from osmose.encounters import actions
from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason, Decision, Outlook
from osmose.encounters.models import Encounter, RequestKind
from osmose.encounters.operations.founding import FOUNDING
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Conflict, NotVisible
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, current, last, note, noted, refused, retime, revision_of, undo
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db
VOLUNTARY = Decision(Outlook.VOLUNTARY, "CH Thuir", "Dr Lucie Roux")


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau)


def test_a_decision_says_where_and_by_whom_in_the_timeline(claire: Character, pec: Encounter) -> None:
    note(claire, pec, "decision", Decision(Outlook.VOLUNTARY, "CH Thuir", "Dr Lucie Roux", "Bilan fait"))
    entry = timeline.of(pec.pk)[0]
    assert entry.sentence == "Décision\u202f: Psychiatrie, soins libres (CH Thuir)"
    assert entry.detail == "décidée par Dr Lucie Roux · Bilan fait"
    told = timeline.read(last(pec)).payload
    assert told is not None
    assert (told.choice, told.decided_by) == ("psy-libre", "Dr Lucie Roux")  # type: ignore[attr-defined]
    note(claire, pec, "decision", None)
    assert timeline.of(pec.pk)[0].sentence == "Décision retirée"


def test_a_decision_is_undone_and_put_at_its_own_hour(claire: Character, pec: Encounter) -> None:
    note(claire, pec, "decision", VOLUNTARY)
    note(claire, pec, "decision", Decision(Outlook.HOME))
    undo(claire, pec)
    assert noted(pec, "decision") == VOLUNTARY
    note(claire, pec, "decision", Decision(Outlook.REVIEW))
    earlier = clock.now() - timedelta(minutes=20)
    retime(claire, pec, earlier)
    assert last(pec, "encounters.decision_changed").occurred_at == earlier
    assert noted(pec, "decision") == Decision(Outlook.REVIEW)


def test_two_people_who_decide_at_once_see_both_decisions(claire: Character, hugo: Character, pec: Encounter) -> None:
    seen = revision_of(pec, "decision")
    note(hugo, pec, "decision", VOLUNTARY)
    with pytest.raises(Conflict) as caught:
        note(claire, pec, "decision", Decision(Outlook.HOME), revision=seen)
    assert (caught.value.mine, caught.value.theirs) == ("Retour à domicile", VOLUNTARY.words)


def test_two_precisions_of_one_worry_are_a_conflict_and_none_is_lost(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    note(claire, pec, "concern", Concern((ConcernReason.SUICIDAL,)))
    seen = revision_of(pec, "concern")
    note(hugo, pec, "concern", Concern((ConcernReason.SUICIDAL,), "Armes au domicile"))
    with pytest.raises(Conflict) as caught:
        note(claire, pec, "concern", Concern((ConcernReason.SUICIDAL,), "A écrit une lettre"), revision=seen)
    assert (caught.value.mine, caught.value.theirs) == (
        "suicidaire · A écrit une lettre",
        "suicidaire · Armes au domicile",
    )


def test_nobody_decides_of_a_patient_of_another_hospital_or_who_was_closed(
    zoe: Character, roux: Character, claire: Character, pec: Encounter
) -> None:
    for stranger in (zoe, roux):
        with pytest.raises(NotVisible):
            note(stranger, pec, "decision", VOLUNTARY)
    pecs.exited(pec)
    click(actions.close_encounter, claire, pec)
    with refused("lecture seule"):
        note(claire, pec, "decision", VOLUNTARY)


def test_the_psychiatrist_who_was_asked_decides(roux: Character, hospitals: Hospitals, pec: Encounter) -> None:
    pecs.request(pec, "psychiatry", unit=hospitals.psyli)
    note(roux, pec, "decision", VOLUNTARY)
    assert noted(pec, "decision") == VOLUNTARY


def test_changing_the_legal_basis_keeps_the_hospital_and_forgets_who_decided() -> None:
    changed = VOLUNTARY.changed_to(Outlook.INVOLUNTARY)
    assert changed == Decision(Outlook.INVOLUNTARY, "CH Thuir")
    assert VOLUNTARY.changed_to(Outlook.HOME) == Decision(Outlook.HOME)
    assert VOLUNTARY.changed_to(Outlook.VOLUNTARY) is VOLUNTARY


@pytest.mark.parametrize(
    ("decision", "short"),
    [
        (Decision(Outlook.HOME), "domicile"),
        (Decision(Outlook.SHORT_STAY), "UHCD"),
        (Decision(Outlook.WARD, "Gériatrie"), "Gériatrie"),
        (Decision(Outlook.VOLUNTARY), "psychiatrie, soins libres"),
        (Decision(Outlook.INVOLUNTARY, "CH Thuir"), "CH Thuir, sans consentement"),
        (Decision(Outlook.TRANSFER, "CHU de Montpellier"), "CHU de Montpellier, transfert"),
    ],
)
def test_a_row_says_the_hospital_before_the_rest(decision: Decision, short: str) -> None:
    assert decision.short == short


@pytest.mark.parametrize(("kind", "given", "back"), [("bed", "given", "freed"), ("box", "given", "not_needed")])
def test_what_is_given_given_back_and_given_once_more_is_done_since_the_last_time(
    claire: Character, pec: Encounter, kind: str, given: str, back: str
) -> None:
    first = ask(claire, pec, kind, given)
    ask(claire, pec, kind, back)
    again = ask(claire, pec, kind, given)
    assert first.done_at is not None
    assert again.done_at is not None
    assert again.started_at == again.done_at > first.done_at


@pytest.mark.parametrize("field", ["where", "decided_by"])
def test_a_name_too_long_is_refused(field: str) -> None:
    with refused("80 caractères au plus"):
        Decision(Outlook.WARD, **{field: "x" * 81})


def test_a_bed_is_asked_obtained_given_back_and_asked_again_with_clocks_of_its_own(
    claire: Character, pec: Encounter
) -> None:
    first = ask(claire, pec, "bed")
    assert first.state.meaning is Meaning.WAITING
    ask(claire, pec, "bed", "given")
    freed = ask(claire, pec, "bed", "freed")
    assert (freed.state.word, freed.requested_at) == ("Rendu", first.requested_at)
    again = ask(claire, pec, "bed")
    assert again.pk != freed.pk
    assert again.requested_at is not None
    assert first.requested_at is not None
    assert again.requested_at > first.requested_at
    with refused("impossible de passer de"):
        ask(claire, pec, "bed", "freed")


def test_the_bed_remembers_the_decision_it_was_obtained_for_and_stays_when_it_changes(
    claire: Character, pec: Encounter
) -> None:
    ask(claire, pec, "bed", "given")
    assert timeline.read(last(pec)).payload.purpose == ""  # type: ignore[union-attr]
    ask(claire, pec, "bed", "freed")
    note(claire, pec, "decision", VOLUNTARY)
    ask(claire, pec, "bed", "given")
    assert timeline.read(last(pec)).payload.purpose == "psy-libre"  # type: ignore[union-attr]
    note(claire, pec, "decision", Decision(Outlook.HOME))
    assert current(pec, "bed").status == "given"
    assert noted(pec, "decision") == Decision(Outlook.HOME)


def test_a_transport_is_asked_leaves_and_is_asked_again(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "transport")
    gone = ask(claire, pec, "transport", "left")
    assert (gone.state.word, gone.done_at is not None) == ("Parti", True)
    assert ask(claire, pec, "transport").pk != gone.pk


def test_neither_a_bed_nor_a_transport_is_psychiatry() -> None:
    kinds = {kind.code: kind for kind in FOUNDING}
    assert not kinds["bed"].is_psychiatric
    assert not kinds["transport"].is_psychiatric


def test_an_establishment_of_before_gets_the_bed_and_the_transport_once_and_keeps_its_own(
    hospitals: Hospitals,
) -> None:
    pecs.kinds(hospitals.perpignan)
    mine = RequestKind.objects.filter(establishment=hospitals.perpignan)

    def given() -> list[Any]:
        after = mine.filter(code__in=["bed", "transport"]).order_by("code")
        return list(after.values_list("statuses", "transitions"))

    wanted = given()
    mine.filter(code="transport").delete()
    mine.filter(code="bed").update(label="Lit chez nous")
    give = import_module("osmose.encounters.migrations.0006_course").give_to_all
    for _ in range(2):
        give(apps, None)
    assert mine.get(code="bed").label == "Lit chez nous"
    assert given() == wanted
    assert not RequestKind.objects.filter(establishment=hospitals.narbonne).exists()
