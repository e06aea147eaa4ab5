"""Two people at once: different fields both win, the same one is shown to both; every fact moves the version."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from osmose.encounters import actions
from osmose.encounters.lifecycle import ArrivalMode, ExitMode
from osmose.encounters.models import Encounter
from osmose.encounters.operations import exits, participation, places, rows
from osmose.encounters.queries import open_of
from osmose.handover.actions import save_draft, sign_note
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Conflict
from osmose.patients import operations as patients
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, current, fresh, move, revision_of, undo
from tests.factories import encounters as pecs
from tests.factories.patients import REGISTRAR, acting, traits

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau, motif="Chute", location=hospitals.place("AV"))


def test_two_fields_changed_from_the_same_page_both_win(claire: Character, hugo: Character, pec: Encounter) -> None:
    seen = {f: revision_of(pec, f) for f in ("motif", "arrival_mode", "request:imaging", "request:biology")}
    click(actions.set_motif, claire, pec, motif="Malaise", revision=seen["motif"])
    click(actions.set_arrival_mode, hugo, pec, mode=ArrivalMode.SMUR, revision=seen["arrival_mode"])
    ask(claire, pec, "imaging", revision=seen["request:imaging"])
    ask(hugo, pec, "biology", revision=seen["request:biology"])
    row = fresh(pec)
    assert (row.motif, row.arrival_mode) == ("Malaise", ArrivalMode.SMUR)
    assert (current(pec, "imaging").status, current(pec, "biology").status) == ("asked", "asked")


@pytest.mark.parametrize(
    ("deed", "first", "second", "mine", "theirs", "field"),
    [
        (actions.set_motif, {"motif": "Malaise"}, {"motif": "Vertige"}, "Vertige", "Malaise", "motif"),
        (
            actions.set_arrival_mode, {"mode": ArrivalMode.SMUR}, {"mode": ArrivalMode.POLICE}, "Police", "SMUR",
            "arrival_mode",
        ),
        (
            actions.set_request, {"kind": "imaging", "status": "running", "unit": None},
            {"kind": "imaging", "status": "asked", "unit": None}, "Demandée", "En cours", "request:imaging",
        ),
    ],
)  # fmt: skip
def test_the_same_field_is_a_conflict_with_both_values_and_the_name(
    claire: Character, hugo: Character, pec: Encounter, deed: Any, first: Any, second: Any, mine: str, theirs: str,
    field: str,
) -> None:  # fmt: skip
    seen = revision_of(pec, field)
    click(deed, claire, pec, revision=seen, **first)
    with pytest.raises(Conflict) as caught:
        click(deed, hugo, pec, revision=seen, **second)
    conflict = caught.value
    assert (conflict.mine, conflict.theirs, conflict.by, conflict.field) == (mine, theirs, "IDE Claire Morel", field)
    assert (conflict.status, conflict.revision) == (409, revision_of(pec, field))
    click(deed, hugo, pec, revision=conflict.revision, **second)


def test_the_same_place_wanted_twice_is_no_conflict(
    claire: Character, hugo: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    seen, sas = revision_of(pec, "place"), hospitals.place("SAS")
    click(actions.set_place, claire, pec, place=places.place_code(sas, None), revision=seen)
    with pytest.raises(actions.Unchanged):
        click(actions.set_place, hugo, pec, place=places.place_code(sas, None), revision=seen)
    with pytest.raises(Conflict) as caught:
        click(actions.set_place, hugo, pec, place=places.place_code(hospitals.place("AC"), None), revision=seen)
    assert (caught.value.mine, caught.value.theirs) == ("AC", "SAS")


def test_the_note_of_a_request_conflicts_with_notes_only(claire: Character, hugo: Character, pec: Encounter) -> None:
    ask(claire, pec, "imaging")
    seen = revision_of(pec, "note:imaging")
    ask(claire, pec, "imaging", "running")
    click(actions.note_request, claire, pec, kind="imaging", text="Scanner", revision=seen)
    with pytest.raises(Conflict) as caught:
        click(actions.note_request, hugo, pec, kind="imaging", text="Radio", revision=seen)
    assert (caught.value.mine, caught.value.theirs) == ("Radio", "Scanner")


def _shown(who: Character) -> list[str]:
    """What the board of somebody compares from one refresh to the next."""
    return sorted(row.fingerprint for row in open_of(who.actor, clock.now()))


def test_every_deed_moves_the_version_and_what_a_board_compares(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    def board() -> list[str]:
        return _shown(claire)

    def operate(deed: Any, **wanted: Any) -> None:
        with pecs.changing(pec) as row:
            deed(actor=REGISTRAR, encounter=row, now=clock.now(), **wanted)

    steps: list[Any] = [
        lambda: click(actions.set_motif, claire, pec, motif="Malaise"),
        lambda: undo(claire, pec),
        lambda: click(actions.set_arrival_mode, claire, pec, mode=ArrivalMode.SMUR),
        lambda: move(claire, pec, hospitals.place("SAS")),
        lambda: ask(claire, pec, "imaging"),
        lambda: click(actions.note_request, claire, pec, kind="imaging", text="Scanner"),
        lambda: ask(claire, pec, "psychiatry", unit=hospitals.emp),
        lambda: ask(claire, pec, "psychiatry", "none"),
        lambda: click(sign_note, claire, pec, text="Vu"),
        lambda: click(actions.exit_encounter, claire, pec, mode=ExitMode.HOME, at=None),
        lambda: click(actions.cancel_exit, claire, pec),
        lambda: operate(participation.transfer_owner, unit=hospitals.uhcd, at=clock.now()),
        lambda: operate(exits.cancel_arrival),
    ]
    for number, step in enumerate(steps):
        before, shown = fresh(pec).version, board()
        step()
        assert fresh(pec).version > before, number
        assert board() != shown, number


def test_a_draft_is_personal_and_moves_nothing(claire: Character, pec: Encounter) -> None:
    before = fresh(pec).version
    click(save_draft, claire, pec, text="Je commence à écrire")
    assert fresh(pec).version == before


def test_a_corrected_identity_moves_the_open_passages_of_the_patient(claire: Character, pec: Encounter) -> None:
    closed = pecs.exited(pecs.encounter(unit=pec.care_unit, patient=pec.patient))
    click(actions.close_encounter, claire, closed)
    versions = (fresh(pec).version, fresh(closed).version)
    shown = _shown(claire)
    with acting():
        patients.correct_identity(
            actor=REGISTRAR, patient=pec.patient, traits=traits(birth_name="CORRIGEE"), now=clock.now()
        )
        assert rows.touch_open(patient_ids=[pec.patient_id]) == 1
    assert (fresh(pec).version, fresh(closed).version) == (versions[0] + 1, versions[1])
    assert _shown(claire) != shown


def test_a_visit_number_has_one_passage_that_counts(hospitals: Hospitals) -> None:
    first = pecs.encounter(unit=hospitals.sau, visit_number="26001")
    with pytest.raises(IntegrityError):
        pecs.encounter(unit=hospitals.ped, visit_number="26001")
    pecs.encounter(unit=hospitals.narbonne_sau, visit_number="26001")  # another hospital's number
    with pecs.changing(first) as row:
        exits.cancel_arrival(actor=REGISTRAR, encounter=row, now=clock.now() + timedelta(seconds=1))
    assert pecs.encounter(unit=hospitals.sau, visit_number="26001").pk != first.pk
